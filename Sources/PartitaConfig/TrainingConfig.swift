public import PartitaData
internal import PartitaFiles
public import PartitaGraph
public import PartitaKeys

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
  public let objective: Objective
  /// How long and in which portions is trained.
  public let training: LoopConfig
  /// How the model is cut and placed.
  public let parallel: ParallelConfig
  /// Where the files of the run go.
  public let output: OutputConfig
  /// What it was read from.
  let source: ConfigSource

  enum CodingKeys: String, CodingKey {
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

  /// The keys of the whole.
  package static let keys = [
    KeyDescription(
      "seed", type: "whole number from 0", standard: "0",
      meaning: "every random number of the run follows from it"),
    KeyDescription(
      "data", "model", type: "section", standard: nil, meaning: "what is trained on, and what"),
    KeyDescription(
      "objective", "training", "parallel", "output", type: "section", standard: "all defaults",
      meaning: "see below"),
  ]

  /// Reads a file: YAML, or an ONNX file, whose configuration is made up.
  ///
  /// - Parameters:
  ///   - path: the file, seen from the current folder.
  ///   - overrides: `key.path=value`, applied in order.
  ///   - catalogue: what the configuration can choose by name.
  /// - Throws: `ConfigError` with file, line, key and what would fit.
  public init(
    contentsOf path: String, overrides: [String] = [], catalogue: Catalogue = .standard
  ) throws(ConfigError) {
    let text =
      Self.isNetwork(path)
      ? try Self.text(ofNetwork: path, overrides: overrides, catalogue: catalogue)
      : try ConfigNode.text(of: path)
    try self.init(yaml: text, file: path, overrides: overrides, catalogue: catalogue)
  }

  /// Reads YAML text; `file` is the name that errors call it by.
  /// - Throws: `ConfigError` with file, line, key and what would fit.
  public init(
    yaml: String, file: String, overrides: [String] = [], catalogue: Catalogue = .standard
  ) throws(ConfigError) {
    var root = try ConfigNode(yaml: yaml) { .file(file, line: $0) }
    for override in overrides { try root.apply(override: override) }
    try self.init(ConfigSource(root: root, file: file, catalogue: catalogue))
  }

  /// Reads a tree of keys.
  init(_ source: ConfigSource) throws(ConfigError) {
    self.source = source
    let catalogue = source.catalogue
    let top = try ConfigSection(source.root, path: "")
    try top.allow(Self.keys.keyNames)

    seed = UInt64(
      try top.value(CodingKeys.seed, .integer(atLeast: 0, atMost: .max)) ?? 0)
    let dataSection = try top.section(CodingKeys.data)
    let modelSection = try top.section(CodingKeys.model)
    let context = try Self.context(of: dataSection, and: modelSection)
    data = try DataConfig(dataSection, context: context, catalogue: catalogue.data)
    model = try ModelConfig(
      modelSection, ModelSurroundings(context: context, layers: catalogue.layers),
      from: catalogue.models)
    objective = try Objective(try top.section(CodingKeys.objective))
    training = try LoopConfig(
      try top.section(CodingKeys.training), optimizers: catalogue.optimizers)
    parallel = try ParallelConfig(
      try top.section(CodingKeys.parallel, orWord: "auto"), gradientGroups: training.gradientGroups,
      schedules: catalogue.schedules)
    output = try OutputConfig(
      try top.section(CodingKeys.output), runName: source.name,
      hasValidation: training.validation != nil)
    try model.check(modelSection, tokens: data.isTokens, from: data.name)
  }

  /// The configuration, every default written out, as YAML that reads back as the same value, here
  /// and by readers of YAML 1.1.
  /// - Throws: what the encoder says of a value that YAML can't hold; of a configuration that was
  ///   read, nothing.
  public func yaml() throws -> String {
    "# \(PartitaVersion.words)\n" + (try YAMLText.of(self))
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
}
