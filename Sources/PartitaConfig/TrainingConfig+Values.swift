internal import PartitaKeys

extension TrainingConfig {
  /// Every value that the configuration is written with, with the path of its key, as
  /// `training.batch` and `64`; a list is one value.
  package var values: [(path: String, text: String)] {
    // What has been written reads back.
    guard let text = try? yaml(),
      let root = try? ConfigNode(yaml: text, origin: { _ in .override("") })
    else { return [] }
    return root.values(at: "")
  }
}

extension TrainingConfig {
  /// The configuration as YAML without the sections that bits don't depend on: how the model is cut,
  /// and where files go.
  /// - Throws: what `yaml()` throws.
  public func yamlOfBits() throws -> String {
    var isLeftOut = false
    let lines = try yaml().split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if line.first.map({ $0.isLetter }) == true {
        isLeftOut = line.hasPrefix("parallel:") || line.hasPrefix("output:")
      }
      return !isLeftOut
    }
    return lines.joined(separator: "\n")
  }
}

extension ConfigNode {
  fileprivate func values(at path: String) -> [(path: String, text: String)] {
    switch content {
    case .scalar(let text, quoted: _): [(path, text)]
    case .list: [(path, description)]
    case .mapping(let entries):
      entries.flatMap { $0.value.values(at: path.isEmpty ? $0.key : "\(path).\($0.key)") }
    }
  }
}
