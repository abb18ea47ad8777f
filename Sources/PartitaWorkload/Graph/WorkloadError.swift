/// What keeps a file from being a workload, or a plan from being made; says where, and what fits.
public enum WorkloadError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Two nodes have one name.
  case duplicateNode(String)
  /// The graph has a cycle.
  case cycle([String])
  /// Anything else in a file: where, and what.
  case invalid(place: String, problem: String)
  /// The request can't be met.
  case impossible(String)

  public var description: String {
    switch self {
    case .duplicateNode(let id):
      "two nodes are named '\(id)': every id stands for one node"
    case .cycle(let ids):
      "the graph has a cycle, and a network has none: "
        + (ids.count <= 12
          ? ids.joined(separator: " -> ")
          : ids.prefix(11).joined(separator: " -> ") + " -> ... -> \(ids[ids.count - 1])")
    case .invalid(let place, let problem): "\(place): \(problem)"
    case .impossible(let problem): problem
    }
  }
}
