public import PartitaData
internal import PartitaFiles
public import PartitaKeys
import Yams

/// All that a run depends on, read from YAML and checked.
///
/// A configuration only comes out of text, so every value that exists has passed the checks of its
/// section, and every complaint has a line to point at; the `with` functions change values by reading
/// the changed text anew. Paths in it are seen from the current folder.
public struct TrainingConfig: Hashable, Sendable, Encodable {
  /// The seed of every random number of the run. Default: 0.
  public let seed: UInt64
  /// What is trained on.
  public let data: DataConfig
  /// What is trained.
  public let model: ModelConfig
  /// What is minimised.
  public let objective: ObjectiveConfig
  /// How long and in which portions is trained.
  public let training: LoopConfig
  /// How the model is cut and placed.
  public let parallel: ParallelConfig
  /// Where the files of the run go.
  public let output: OutputConfig
  /// What it was read from.
  let source: ConfigSource

  enum CodingKeys: String, CodingKey, CaseIterable {
    case seed
    case data
    case model
    case objective
    case training
    case parallel
    case output
  }

  /// What data and model both call by this name.
  private enum SharedKeys: String, CodingKey {
    case context
  }

  /// Reads the file at `path`; `overrides` are `key.path=value`, applied in order.
  public init(contentsOf path: String, overrides: [String] = []) throws(ConfigError) {
    let bytes: [UInt8]
    do {
      bytes = try readFile(path)
    } catch {
      throw .unreadable(file: path, reason: error.reason)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unreadable(file: path, reason: "it is not UTF-8 text")
    }
    try self.init(yaml: text, file: path, overrides: overrides)
  }

  /// Reads YAML text; `file` is the name that errors call it by.
  public init(yaml: String, file: String, overrides: [String] = []) throws(ConfigError) {
    var root = try ConfigNode(yaml: yaml) { .file(file, line: $0) }
    for override in overrides { try root.apply(override: override) }
    try self.init(ConfigSource(root: root, file: file))
  }

  /// Reads a tree of keys.
  init(_ source: ConfigSource) throws(ConfigError) {
    self.source = source
    let top = try ConfigSection(source.root, path: "")
    try top.allow(names(of: CodingKeys.self))

    seed = UInt64(
      try top.value(CodingKeys.seed, .integer(atLeast: 0, atMost: .max)) ?? 0)
    let dataSection = try top.section(CodingKeys.data)
    let modelSection = try top.section(CodingKeys.model)
    let context = try Self.context(of: dataSection, and: modelSection)
    data = try DataConfig(dataSection, context: context)
    model = try ModelConfig(modelSection, context: context)
    objective = try ObjectiveConfig(try top.section(CodingKeys.objective))
    training = try LoopConfig(try top.section(CodingKeys.training))
    parallel = try ParallelConfig(
      try top.section(CodingKeys.parallel), gradientGroups: training.gradientGroups)
    output = try OutputConfig(try top.section(CodingKeys.output), runName: source.name)
    try checkElements(modelSection)
  }

  /// The configuration, every default written out, as YAML that reads back as the same value.
  public func yaml() throws -> String {
    "# \(PartitaVersion.words)\n" + (try YAMLEncoder().encode(self))
  }

  /// The context that data and model share: either may say it, and both must agree.
  private static func context(
    of data: ConfigSection, and model: ConfigSection
  ) throws(ConfigError) -> Int? {
    let windows = try data.value(SharedKeys.context, .integer(atLeast: 1))
    let positions = try model.value(SharedKeys.context, .integer(atLeast: 1))
    if let windows, let positions, windows != positions {
      throw data.conflict(
        SharedKeys.context,
        "\(windows) is not model.context, \(positions); give one of them")
    }
    return windows ?? positions
  }

  /// Tokens and real values are different inputs, and some models take only one of them.
  private func checkElements(_ section: ConfigSection) throws(ConfigError) {
    let wanted: (tokens: Bool, kind: String)
    switch model.architecture {
    case .mlp: wanted = (false, "mlp")
    case .lenet: wanted = (false, "lenet")
    case .gpt: wanted = (true, "gpt")
    case .layers: return
    }
    guard data.isTokens == wanted.tokens else {
      throw section.conflict(
        ModelConfig.CodingKeys.kind,
        "\(wanted.kind) reads \(wanted.tokens ? "tokens" : "real values"), and data.name "
          + "\(data.name) gives \(data.isTokens ? "tokens" : "real values")")
    }
  }
}
