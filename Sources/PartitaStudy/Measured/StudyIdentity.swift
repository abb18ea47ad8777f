public import PartitaConfig
internal import PartitaFiles
internal import PartitaTraining

/// What a study is of, and on which machine: one that goes on must be the same in all of it.
public struct StudyIdentity: Sendable {
  /// Names and values, in the order in which they are compared.
  let facts: [(name: String, value: String)]

  /// A study on this machine, by this version.
  /// - Parameters:
  ///   - options: what was asked for, by the names that people know; nil for what was not given.
  ///   - inputs: what is read, with digests, by the names of files.
  public init(options: [(name: String, value: String?)], inputs: [(name: String, value: String)]) {
    let own = [
      (PartitaVersion.key, PartitaVersion.current), ("processor", HostMachine.processor),
      ("cores", "\(HostMachine.cores)"),
    ]
    let given = options.compactMap { option in option.value.map { (option.name, $0) } }
    facts = own + given + inputs
  }

  /// A study of a configuration; where its own runs would write is of no importance.
  /// - Parameters:
  ///   - config: what is measured.
  ///   - options: what was asked for, by the names that people know; nil for what was not given.
  public init(_ config: TrainingConfig, options: [(name: String, value: String?)]) {
    let values = config.values.filter { !$0.path.hasPrefix("output.") }
    self.init(
      options: options,
      inputs: [("configuration", config.name)] + values.map { ($0.path, $0.text) })
  }

  /// What is said of it in the first line of a file.
  var json: JSON { ["study": JSON(members: facts.map { ($0.name, .string($0.value)) })] }

  /// The first thing in which an earlier study was another, in words; nil where it was the same.
  func difference(from earlier: [String: String]) -> String? {
    for (name, value) in facts where earlier[name] != value {
      return "\(name) was \(earlier[name] ?? "not given") and is \(value)"
    }
    let names = Set(facts.map(\.name))
    let gone = earlier.filter { !names.contains($0.key) }.min { $0.key < $1.key }
    return gone.map { "\($0.key) was \($0.value) and is not given" }
  }
}

/// Measurements that are there are those of another study.
public struct OtherStudyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file that holds them.
  public let path: String
  /// As `cores was 2 and is 4`.
  public let difference: String

  package init(path: String, difference: String) {
    self.path = path
    self.difference = difference
  }

  public var description: String { "\(path) is of another study: \(difference)" }
}
