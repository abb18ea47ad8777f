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
  /// The shape of what the network says of a sample: one row of numbers, or several.
  public let outputShape: [Int]

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
    do {
      let translation = try Self.translation(of: graph, network, shapes)
      onPaper = nil
      leavesSoftmaxOut = translation.leavesSoftmaxOut
      layers = translation.layers
      outputShape = translation.outputShape
      sampleShape = translation.sampleShape
      sources = translation.weights
    } catch {
      let paper = PaperNetwork(costs)
      onPaper = "\(error)"
      leavesSoftmaxOut = false
      layers = paper.layers
      outputShape = [paper.outputs]
      let numbers = network.inputs.reduce(0) { sum, input in
        sum + (input.type.bytes + 4 * samples - 1) / (4 * samples)
      }
      sampleShape = [max(1, numbers)]
      sources = []
    }
  }

  /// The network as layers.
  ///
  /// Where the file leaves the number of samples open, of two numbers: what is right for one must be
  /// for another, and of more than one it is plain where they are. A file of one sample says less.
  /// - Throws: `ONNXError` that names the first node that has no layer here, and why.
  private static func translation(
    of graph: ONNXGraph, _ network: InferredNetwork, _ shapes: [String: [Int]]
  ) throws(ONNXError) -> Translation {
    let samples = network.inputs.first?.type.shape.first ?? 1
    guard graph.leavesSamplesOpen, let input = network.inputs.first, network.inputs.count == 1
    else {
      return try Translation(network, samples: samples)
    }
    func ofSamples(_ samples: Int) throws(ONNXError) -> Translation {
      let shape = [samples] + input.type.shape.dropFirst()
      return try Translation(
        InferredNetwork(graph, shapes: shapes.merging([input.name: shape]) { $1 }),
        samples: samples)
    }
    let (two, three) = (try ofSamples(2), try ofSamples(3))
    guard two.layers == three.layers else {
      throw .malformed("it does other things with three samples than with two")
    }
    return two
  }

  /// Numbers of a row of what it says.
  public var outputCount: Int { outputShape.last ?? 1 }

  private let sources: [Translation.Source]

  /// The file's weights, by the names of the layers' parameters.
  ///
  /// Complexity: O(elements).
  public func weights() -> [InitialWeight] {
    sources.map { InitialWeight(name: $0.name, shape: $0.shape, values: $0.values()) }
  }

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
