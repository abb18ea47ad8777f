import Foundation
import ONNXFormat
import ONNXInterpreter
import PartitaGraph
import PartitaONNX
import PartitaReference
import SwiftProtobuf
import Testing

/// What an exported model looks like: its names, its axes, its notes; and what can't be exported.
@Suite struct ExportedModelTests {
  private static func tiedGPT() throws -> ExportTrial {
    try ExportTrial(.perSample([5], .int32)) { graph, x in
      try graph.buildNetwork(
        .gpt(depth: 1, width: 8, heads: 2, vocabulary: 7, tied: true), on: x, mode: .prediction,
        seed: 1, classes: 7)
    }
  }

  private static func mlp() throws -> ExportTrial {
    try ExportTrial(.perSample([6])) { graph, x in
      try graph.buildNetwork(
        .mlp(widths: [6, 4, 3], activation: .relu), on: x, mode: .prediction, seed: 1)
    }
  }

  /// Weights have their names, and one that two layers read is one constant.
  @Test func weightsKeepTheirNames() throws {
    let trial = try Self.tiedGPT()
    let model = try ModelInterpreter(trial.export()).model
    let names = model.graph.initializer.map(\.name)
    #expect(Set(names).isSuperset(of: trial.weights.keys) && Set(names).count == names.count)
    #expect(names == names.sorted())
    let shared = "embed.token.weight"
    let readers = model.graph.node.filter { $0.input.contains(shared) }
    #expect(readers.map(\.opType) == ["Gather", "Transpose"])
    #expect(!names.contains("head.weight"))
    let constants = try ModelInterpreter(trial.export()).constants()
    for (name, weight) in trial.weights {
      #expect(constants[name] == NumberArray(weight.shape, weight.values.map(Double.init)))
    }
  }

  /// Samples are the open first axis N; tokens are 64 bits wide; nodes are called after their layers.
  @Test func axesAndPlaces() throws {
    let gpt = try ModelInterpreter(Self.tiedGPT().export()).model
    let (input, output) = (gpt.graph.input[0], gpt.graph.output[0])
    #expect(input.name == "input" && output.name == "output")
    #expect(input.type.tensorType.elemType == 7 && output.type.tensorType.elemType == 1)
    #expect(input.type.tensorType.shape.dim.map(\.dimParam) == ["N", ""])
    #expect(output.type.tensorType.shape.dim.map(\.dimValue) == [0, 5, 7])
    let mlp = try ModelInterpreter(Self.mlp().export()).model
    #expect(mlp.graph.node.map(\.name) == ["linear1/Gemm", "linear1/Relu", "linear2/Gemm"])
    #expect(mlp.graph.node.last?.output == ["output"])
  }

  /// The format's and the operators' versions, and what the model says of itself; the same bytes each time.
  @Test func notes() throws {
    let bytes = try Self.mlp().export()
    let model = try ModelInterpreter(bytes).model
    #expect(model.irVersion == 8 && model.opsetImport.map(\.version) == [17])
    #expect(model.producerName == "partita" && model.producerVersion == "1")
    #expect(model.docString == "a network" && model.graph.input[0].docString == "numbers")
    #expect(model.metadataProps.map { [$0.key, $0.value] } == [["a", "1"], ["b", "2"]])
    #expect(try Self.mlp().export() == bytes)
  }

  /// What was written is read again as the same graph.
  @Test func isReadAgain() throws {
    let bytes = try Self.tiedGPT().export()
    let graph = try ONNXGraph(bytes: bytes) { _, _, _ in [] }
    #expect(graph.nodeCount == (try ModelInterpreter(bytes).model.graph.node.count))
    #expect(graph.inputs[0].extents == [.open("N"), .known(5)])
    #expect(graph.outputs[0].extents == [.open("N"), .known(5), .known(7)])
    #expect(graph.opset == 17)
  }

  /// With a softmax at its end, a model says probabilities.
  @Test func softmaxAtTheEnd() throws {
    var trial = try Self.mlp()
    let input = trial.input(samples: 2)
    let array = NumberArray([2, 6], input.elements)
    let scores = try ModelInterpreter(trial.export()).output(for: array)
    let chances = try ModelInterpreter(trial.export(softmax: true)).output(for: array)
    for row in 0..<2 {
      let terms = (0..<3).map { exp(scores[[row, $0]]) }
      for place in 0..<3 {
        #expect(abs(chances[[row, place]] - terms[place] / terms.reduce(0, +)) < 1e-12)
      }
    }
  }

  /// A sample is scaled inside the model as before the training: for all elements alike or by the first
  /// axis, in its own shape, and far from zero too.
  @Test(arguments: [
    InputForm(shape: [1, 2, 3], shift: [36.5], divisor: [255], words: "pixels"),
    InputForm(shape: [2, 3], shift: [100, 7], divisor: [2, 0.5], words: "channels"),
    InputForm(shape: [6], divisor: [16], words: "bytes"),
    InputForm(
      shape: [6], shift: [2000.123456, 0, -1e6 / 3, 0, 0.1, 0], divisor: [5, 1, 3, 1, 2, 1],
      words: "columns"),
  ])
  func samplesAreScaled(_ form: InputForm) throws {
    let trial = try Self.mlp()
    let raw = (0..<6).map { 40 * Double($0) - 30 }
    let block = 6 / form.shape[0]
    func each(_ numbers: [Double], _ place: Int) -> Double {
      numbers.count == 1 ? numbers[0] : numbers[place / block]
    }
    // As close to the shift as the training's numbers are.
    let sample = raw.indices.map { each(form.shift, $0) + raw[$0] * each(form.divisor, $0) / 50 }
    let scaled = raw.map { $0 / 50 }
    let expected = try ReferenceInterpreter(trial.graph, samples: 1)
      .evaluate(trial.outputs, with: trial.numbers(Tensor([6], samples: 1, scaled)))
    let found = try ModelInterpreter(trial.export(form))
      .output(for: NumberArray([1] + form.shape.extents, sample))
    for (one, other) in zip(found.elements, expected.elements) {
      #expect(abs(one - other) < 1e-6, "\(one) against \(other)")
    }
  }

  /// Without anything to scale there is no node for it; a network of nothing passes its input on.
  @Test func noNodeForNothing() throws {
    let model = try ModelInterpreter(Self.mlp().export()).model
    #expect(!model.graph.node.contains { ["Sub", "Div", "Reshape"].contains($0.opType) })
    let nothing = try ExportTrial(.perSample([3])) { graph, x in
      try graph.buildNetwork(
        [LayerDescription("drop", .dropout(rate: 0.5))], on: x, mode: .prediction, seed: 1)
    }
    let identity = try ModelInterpreter(nothing.export())
    #expect(identity.model.graph.node.map(\.opType) == ["Identity"])
    #expect(try identity.output(for: NumberArray([1, 3], [1, 2, 3])).elements == [1, 2, 3])
  }

  /// What can't be exported is named, with its layer.
  @Test func refusals() throws {
    func problem(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "nothing"
      } catch {
        return "\(error)"
      }
    }
    let own = try ExportTrial(.perSample([3])) { graph, x in
      try graph.beginLayer("mine")
      return try graph.append(Unknown(), x)
    }
    #expect(
      problem { _ = try own.export() }.hasPrefix(
        "layer mine: ONNX has no words for the operator unknown"))
    let mlp = try Self.mlp()
    var weights = mlp.weights
    weights["linear2.bias"] = nil
    #expect(
      problem { _ = try mlp.export(weights: weights) } == "weight linear2.bias: it is missing")
    weights["linear2.bias"] = ExportedNetwork.Weight(shape: [1], values: [0])
    #expect(
      problem { _ = try mlp.export(weights: weights) }
        == "weight linear2.bias: it has the shape [1], and the network's is [3]")
    #expect(
      problem { _ = try mlp.export(InputForm(shape: [2, 2], words: "")) }
        == "a sample of the data has the shape [2, 2], and the network reads [6]")
    #expect(
      problem { _ = try mlp.export(InputForm(shape: [2, 3], shift: [1, 2, 3], words: "")) }
        .contains("scaled by 3 numbers"))
    let places = try ExportTrial(.perSample([1, 2, 2])) { graph, x in
      let pool = try graph.appendAll(MaxPool(kernel: 2, Window(stride: 2)), [x])
      return try graph.append(
        Embedding(), pool[1], try graph.parameter("table", [4, 2], .constant(0)))
    }
    #expect(
      problem { _ = try places.export() }
        == "the network reads a second result of the operator max-pool, which ONNX's doesn't give")
    let label = try ExportTrial(.perSample([2])) { graph, x in
      try graph.append(Add(), x, try graph.variable("label", .perSample([2]), .label))
    }
    #expect(
      problem { _ = try label.export() }
        == "the network reads label, which is neither its input nor a weight")
  }
}

/// An operator that is made of no others.
private struct Unknown: Operator {
  let name = "unknown"
  func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] { inputs }
}
