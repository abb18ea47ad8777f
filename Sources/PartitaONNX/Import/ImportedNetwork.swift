public import PartitaGraph

/// A network of an ONNX file as layers of our own.
public struct ImportedNetwork: Sendable {
  /// The file's graph.
  public let graph: ONNXGraph
  /// Its inputs and outputs, for the samples that `costs` are those of.
  public let inputs, outputs: [(name: String, type: TensorType)]
  /// What each node that works on data costs.
  public let costs: [LayerCosts]
  /// Why the network can be planned and not run; nil where it can.
  public let onPaper: String?
  /// Whether the file's last node, a softmax, is left out: the loss has its own.
  public let leavesSoftmaxOut: Bool
  /// The layers; those of a network on paper have costs alone.
  public let layers: [LayerDescription]
  /// The shape of a sample of the data: of a network on paper, all its inputs in a row.
  public let sampleShape: [Int]
  /// Numbers that the network says of a sample.
  public let outputCount: Int

  /// Understands a graph.
  ///
  /// - Parameters:
  ///   - graph: the file's.
  ///   - shapes: shapes of inputs, in place of those of the file.
  /// - Throws: `ONNXError` with the node or the input that can't be understood.
  public init(_ graph: ONNXGraph, shapes: [String: [Int]] = [:]) throws(ONNXError) {
    let network = try InferredNetwork(graph, shapes: shapes)
    let samples = max(network.inputs.first?.type.shape.first ?? 1, 1)
    self.graph = graph
    inputs = network.inputs
    outputs = network.outputs
    costs = network.layers(samples: samples)
    let paper = PaperNetwork(costs)
    onPaper = "it isn't translated"
    leavesSoftmaxOut = false
    layers = paper.layers
    outputCount = paper.outputs
    sampleShape = [
      max(1, network.inputs.reduce(0) { $0 + ($1.type.bytes + 4 * samples - 1) / (4 * samples) })
    ]
  }

  /// The file's weights, by the names of the layers' parameters.
  public func weights() -> [InitialWeight] { [] }

  /// Floating-point operations of the forward pass of a sample.
  public var operations: Int { costs.reduce(0) { $0 + $1.operations } }

  /// Numbers in trained weights; those that several layers share count once.
  public var parameters: Int {
    var counted: Set<String> = []
    return costs.flatMap(\.weights).reduce(0) {
      counted.insert($1.name).inserted ? $0 + $1.elements : $0
    }
  }
}
