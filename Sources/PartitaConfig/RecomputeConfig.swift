internal import PartitaKeys
internal import PartitaPlan

extension ConfigForm<Recomputation> {
  /// `none`, `all`, a list of layers, or a mapping with a list of stages.
  static let recomputation = ConfigForm(
    expected: "none, all, a list of layer names, or {stages: [0, ...]}"
  ) { node in
    switch node.content {
    case .scalar("none", quoted: _): return Recomputation.none
    case .scalar("all", quoted: _): return .all
    case .scalar: return nil
    case .list:
      let names = ConfigForm<[String]>.list(of: .text("the name of a layer"), atLeast: 1)
      return names.read(node).map { .layers($0) }
    case .mapping(let entries):
      guard let entry = entries.first, entries.count == 1, entry.key == "stages" else { return nil }
      let stages = ConfigForm<[Int]>.list(of: .integer(atLeast: 0), atLeast: 1)
      return stages.read(entry.value).map { .stages($0) }
    }
  }
}
