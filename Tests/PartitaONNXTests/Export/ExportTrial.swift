import PartitaGraph
import PartitaONNX
import PartitaReference

/// A network with weights drawn at random, to be exported and evaluated.
struct ExportTrial {
  let graph: Graph
  let outputs: ValueID
  /// The weights, in Float32.
  let weights: [String: ExportedNetwork.Weight]
  private let inputType: ValueType
  private var random: SplitMix64

  init(
    _ input: ValueType, _ build: (inout Graph, ValueID) throws -> ValueID
  ) throws {
    var graph = Graph()
    let x = try graph.variable("input", input, .input)
    outputs = try build(&graph, x)
    self.graph = graph
    inputType = input
    var random = SplitMix64(seed: 1)
    var weights: [String: ExportedNetwork.Weight] = [:]
    for weight in graph.weights.map({ graph[$0] }) {
      // A variance is above 0.
      let least = weight.name.hasSuffix("running_var") ? 0.5 : -1
      weights[weight.name] = ExportedNetwork.Weight(
        shape: weight.type.shape.extents,
        values: (0..<weight.type.shape.count).map { _ in Float(least + 2 * random.unit()) })
    }
    self.weights = weights
    self.random = random
  }

  /// The model's bytes.
  func export(
    _ form: InputForm? = nil, softmax: Bool = false,
    weights: [String: ExportedNetwork.Weight]? = nil
  ) throws -> [UInt8] {
    let network = ExportedNetwork(
      graph: graph, outputs: outputs, weights: weights ?? self.weights,
      input: form ?? InputForm(shape: inputType.shape, words: "numbers"),
      endsWithSoftmax: softmax)
    return try ONNXGraph(exporting: network).bytes(
      ModelNotes(
        version: "1", words: "a network", input: "numbers", output: "scores",
        notes: ["b": "2", "a": "1"]))
  }

  /// Samples: real numbers, or tokens below 5.
  mutating func input(samples: Int) -> Tensor {
    Tensor(
      inputType.shape, samples: samples,
      (0..<samples * inputType.shape.count).map { _ in
        inputType.element == .int32
          ? (5 * random.unit()).rounded(.down) : Double(Float(2 * random.unit() - 1))
      })
  }

  /// The numbers of all variables.
  func numbers(_ input: Tensor) -> [ValueID: Tensor] {
    var numbers: [ValueID: Tensor] = [:]
    for value in graph.values where value.role != nil {
      numbers[value.id] =
        weights[value.name].map { Tensor(Shape($0.shape), $0.values.map(Double.init)) } ?? input
    }
    return numbers
  }
}
