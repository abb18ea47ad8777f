internal import PartitaGraph
internal import PartitaKeys
internal import PartitaONNX

extension TrainingConfig {
  /// Whether a path is that of a network without a configuration: an ONNX file.
  public static func isNetwork(_ path: String) -> Bool { path.hasSuffix(".onnx") }

  /// The configuration of a network without one: random samples of its shape, in batches of 256.
  ///
  /// - Parameters:
  ///   - path: an ONNX file.
  ///   - overrides: `key.path=value`; of them `model.shapes` decides what a sample is, and
  ///     `training.batch` how many there must be.
  /// - Throws: `ConfigError` where the file can't be understood.
  static func text(
    ofNetwork path: String, overrides: [String], catalogue: Catalogue
  ) throws(ConfigError) -> String {
    var model = ConfigNode(content: .mapping([]), origin: .file(path, line: 1))
    var batch = 256
    try model.apply(override: "kind=onnx")
    try model.put(
      ConfigNode(content: .scalar(path, quoted: true), origin: model.origin), at: ["file"],
      override: path)
    for override in overrides {
      if override.hasPrefix("model.shapes") {
        try model.apply(override: String(override.dropFirst("model.".count)))
      } else if let given = override.wholeMatch(of: /training\.batch=([0-9]+)/) {
        batch = Int(given.1) ?? batch
      }
    }
    let section = try ConfigSection(model, path: "model")
    let network = try ONNXModel(
      section, ModelSurroundings(layers: catalogue.layers)
    ).imported
    let labels = network.outputShape.dropLast()
    let labelled =
      labels.isEmpty ? "" : "\n  labels: [\(labels.map(String.init).joined(separator: ", "))]"
    let microbatches = batch % 16 == 0 ? 16 : 1
    return """
      data:
        name: synthetic
        samples: \(batch)
        shape: [\(network.sampleShape.map(String.init).joined(separator: ", "))]
        classes: \(network.outputCount)\(labelled)
      model:
        kind: onnx
        file: \(quoted(path))
      training:
        batch: \(batch)
        microbatches: \(microbatches)
        gradient_groups: \(microbatches)
      """
  }

  /// A text as YAML takes it, whatever is in it.
  private static func quoted(_ text: String) -> String {
    "'\(text.replacing("'", with: "''"))'"
  }
}
