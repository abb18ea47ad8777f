internal import PartitaFiles
public import PartitaGraph
public import PartitaKeys

/// A network that an ONNX file describes.
///
/// Where each of its nodes is a layer that runs here, it trains from the file's weights. Where not, it is a
/// network on paper: a layer for each node with what that costs, for plans and predictions.
public struct ONNXModel: ModelFamily {
  public static let name = "onnx"
  public static let summary = "the network of an ONNX file"
  public static let keys = [
    KeyDescription("file", type: "file", standard: nil, meaning: "the model, with its weights"),
    KeyDescription(
      "shapes", type: "mapping of names", standard: "as the file says",
      meaning:
        "shapes of inputs whose axes the file leaves open, as `{x: \"1,3,48,192\"}`; the first "
        + "axis is that of samples"),
  ]

  /// The path of the file.
  public let file: String
  /// Shapes of inputs, in place of those of the file.
  public let shapes: [String: [Int]]
  private let network: ImportedNetwork

  enum CodingKeys: String, CodingKey {
    case file
    case shapes
  }

  public init(
    _ section: ConfigSection, _ surroundings: ModelSurroundings
  ) throws(ConfigError) {
    file = try section.require(CodingKeys.file, .text("an ONNX file"))
    let texts =
      try section.value(CodingKeys.shapes, .texts("a mapping of inputs to shapes")) ?? [:]
    var shapes: [String: [Int]] = [:]
    for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
      guard let shape = Self.shape(text) else {
        throw section.conflict(
          CodingKeys.shapes,
          "'\(text)' is no shape: whole numbers from 1 with commas, as 1,3,224,224")
      }
      shapes[name] = shape
    }
    self.shapes = shapes
    do {
      network = try ImportedNetwork(ONNXFile.read(file), shapes: shapes)
    } catch let error as FileError {
      throw section.conflict(CodingKeys.file, "\(error)")
    } catch let error as ONNXError {
      if case .input = error {
        throw section.conflict(shapes.isEmpty ? CodingKeys.file : .shapes, "\(file): \(error)")
      }
      throw section.conflict(CodingKeys.file, "\(file): \(error)")
    } catch {
      preconditionFailure("an error of no known kind: \(error)")
    }
  }

  /// The extents that a text names, as `1,3,224,224`; nil where it names none.
  public static func shape(_ text: String) -> [Int]? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let extents = parts.compactMap { Int($0.filter { $0 != " " }) }
    return extents.count == parts.count && extents.allSatisfy { (1...1 << 31).contains($0) }
      ? extents : nil
  }

  /// What the file holds.
  public var imported: ImportedNetwork { network }

  public var onPaper: String? { network.onPaper }

  public func layers(for data: ModelData) throws(GraphError) -> [LayerDescription] {
    guard data.sample.extents == network.sampleShape else {
      if let reason = network.onPaper {
        throw .model(problem: "the network of \(file) can be planned, and not run: \(reason)")
      }
      throw .model(
        problem:
          "the network of \(file) reads samples of \(Shape(network.sampleShape)), and \(data.name) "
          + "gives \(data.sample)")
    }
    return network.layers
  }

  public func initialWeights() throws(GraphError) -> [InitialWeight] { network.weights() }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    guard !shapes.isEmpty else { return }
    try container.encode(
      shapes.mapValues { $0.map(String.init).joined(separator: ",") }, forKey: .shapes)
  }

  public static func == (left: ONNXModel, right: ONNXModel) -> Bool {
    left.file == right.file && left.shapes == right.shapes
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(file)
    hasher.combine(shapes)
  }
}
