import ONNXInterpreter
import PartitaGraph
import PartitaONNX
import PartitaReference
import Testing

/// What an exported model computes is what the graph computes, in Float64, for every operator and
/// every layer kind: the one by an interpreter of ONNX, the other by the oracle.
@Suite struct ExportedOperatorTests {
  /// A small network, and what it reads.
  struct Example: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let input: ValueType
    /// What configurations call the kinds of its layers.
    private(set) var kinds: [String] = []
    let build: @Sendable (inout Graph, ValueID) throws -> ValueID

    init(
      _ name: String, _ input: ValueType,
      _ build: @escaping @Sendable (inout Graph, ValueID) throws -> ValueID
    ) {
      testDescription = name
      self.input = input
      self.build = build
    }

    /// Layers one behind the other.
    init(_ name: String, _ input: ValueType, layers: [LayerDescription], classes: Int? = nil) {
      self.init(name, input) { graph, x in
        try graph.buildNetwork(layers, on: x, mode: .prediction, seed: 1, classes: classes)
      }
      kinds = layers.map { type(of: $0.kind).name }
    }
  }

  static let operators: [Example] = [
    Example("linear", .perSample([3])) { graph, x in
      let w = try graph.parameter("w", [2, 3], .constant(0))
      return try graph.append(Linear(), x, w, try graph.parameter("b", [2], .constant(0)))
    },
    Example("linear of rows", .perSample([4, 3])) { graph, x in
      try graph.append(Linear(), x, try graph.parameter("w", [2, 3], .constant(0)))
    },
    Example("linear of planes", .perSample([2, 2, 3])) { graph, x in
      let w = try graph.parameter("w", [2, 3], .constant(0))
      return try graph.append(Linear(), x, w, try graph.parameter("b", [2], .constant(0)))
    },
    Example("matrix products", .perSample([2, 3, 4])) { graph, x in
      let w = try graph.parameter("w", [2, 3, 4], .constant(0))
      let one = try graph.append(MatrixProduct(transposesRight: true), x, w)
      let two = try graph.append(MatrixProduct(transposesLeft: true), w, one)
      return try graph.append(MatrixProduct(), two, x)
    },
    Example("conv2d", .perSample([2, 5, 6])) { graph, x in
      let w = try graph.parameter("w", [3, 2, 3, 3], .constant(0))
      return try graph.append(
        Convolution(Window(stride: 2, padding: 1)), x, w,
        try graph.parameter("b", [3], .constant(0)))
    },
    Example("average-pool", .perSample([2, 5, 6])) { graph, x in
      try graph.append(AveragePool(kernel: 3, Window(stride: 2, padding: 1)), x)
    },
    Example("max-pool", .perSample([2, 5, 6])) { graph, x in
      try graph.append(MaxPool(kernel: 3, Window(stride: 2, padding: 1)), x)
    },
    Example("elementary functions", .perSample([3])) { graph, x in
      let positive = try graph.append(AddConstant(0.5), try graph.append(Exp(), x))
      let inverse = try graph.append(
        Reciprocal(), try graph.append(SquareRoot(), try graph.append(Scale(3), positive)))
      return try graph.append(Erf(), inverse)
    },
    Example("activations", .perSample([5])) { graph, x in
      let gelu = try graph.append(GELU(), try graph.append(Tanh(), x))
      let relu = try graph.append(ReLU(), x)
      return try graph.append(Sigmoid(), try graph.append(Add(), gelu, relu))
    },
    Example("a shared operand", .perSample([2, 3])) { graph, x in
      let w = try graph.parameter("w", [2, 3], .constant(0))
      let sum = try graph.append(Add(), x, w)
      let constant = try graph.append(Constant(0.25, .shared([2, 3])))
      return try graph.append(Multiply(), constant, try graph.append(Multiply(), w, sum))
    },
    Example("biases", .perSample([2, 3, 2])) { graph, x in
      let first = try graph.parameter("first", [2], .constant(0))
      let last = try graph.parameter("last", [2], .constant(0))
      let sum = try graph.append(Bias(axis: .first), x, first)
      return try graph.append(Bias(axis: .last), sum, last)
    },
    Example("layer-norm", .perSample([3, 6])) { graph, x in
      let scale = try graph.parameter("scale", [6], .constant(0))
      let shift = try graph.parameter("shift", [6], .constant(0))
      return try graph.append(LayerNorm(epsilon: 0.25), x, scale, shift)
    },
    Example("embedding", .perSample([4], .int32)) { graph, x in
      try graph.append(Embedding(), x, try graph.parameter("table", [5, 3], .constant(0)))
    },
    Example("causal-attention", .perSample([5, 12])) { graph, x in
      try graph.append(CausalAttention(heads: 2), x)
    },
    Example("softmax", .perSample([2, 3])) { graph, x in
      let causal = try graph.append(Softmax(isCausal: true), x)
      return try graph.append(Softmax(), causal)
    },
    Example("rearranged", .perSample([2, 3, 4])) { graph, x in
      let turned = try graph.append(Transpose([2, 0, 1]), x)
      let slice = try graph.append(Slice(axis: 0, start: 1, length: 2), turned)
      let padded = try graph.append(Pad(axis: 2, before: 1, after: 2), slice)
      return try graph.append(Reshape(to: [6, 4]), padded)
    },
    Example("sums and means", .perSample([2, 3, 4])) { graph, x in
      let sum = try graph.append(Sum(axes: [1]), x)
      let mean = try graph.append(Mean(axes: [0, 1]), sum)
      let none = try graph.append(Mean(axes: []), try graph.append(Sum(axes: []), mean))
      return try graph.append(Broadcast(to: [2, 3], along: [0, 1]), none)
    },
    Example("spread along the first axis", .perSample([3])) { graph, x in
      try graph.append(Broadcast(to: [2, 3], along: [0]), x)
    },
    Example("operands of fewer axes", .perSample([2, 3, 4])) { graph, x in
      let matrix = try graph.append(Reshape(to: [4]), try graph.append(Sum(axes: [0, 1]), x))
      let sum = try graph.append(Add(), matrix, x)
      let w = try graph.parameter("w", [2, 3, 1], .constant(0))
      return try graph.append(
        Multiply(), try graph.append(Slice(axis: 0, start: 1, length: 3), matrix),
        try graph.append(
          Transpose([0, 2, 1]), try graph.append(Multiply(), sum, w)))
    },
    Example("shared and others in a row", .perSample([2, 2])) { graph, x in
      let w = try graph.parameter("w", [3, 2], .constant(0))
      let first = try graph.append(Concatenate(axis: 0), w, x)
      return try graph.append(Concatenate(axis: 0), first, x)
    },
    Example("an operator of one's own", .perSample([3])) { graph, x in
      try graph.append(Cube(), x)
    },
  ]

  static let networks: [Example] = [
    Example(
      "mlp", .perSample([5]), layers: .mlp(widths: [5, 6, 4, 3], activation: .gelu, dropout: 0.5)),
    Example(
      "lenet", .perSample([1, 12, 12]),
      layers: .lenet(activation: .relu, pooling: .max, classes: 3)),
    Example(
      "lenet-average", .perSample([1, 12, 12]),
      layers: .lenet(activation: .tanh, pooling: .average, classes: 3)),
    Example(
      "gpt", .perSample([5], .int32),
      layers: .gpt(depth: 2, width: 8, heads: 2, vocabulary: 7, tied: false), classes: 7),
    Example(
      "gpt-tied", .perSample([5], .int32),
      layers: .gpt(depth: 1, width: 8, heads: 2, vocabulary: 7, tied: true, dropout: 0.1),
      classes: 7),
    Example(
      "skip edges", .perSample([2, 3]),
      layers: [
        LayerDescription("flat", .flatten),
        LayerDescription("stem", .linear(features: 6, activation: .relu)),
        LayerDescription("sum", .add, inputs: ["flat", "stem", "flat"]),
        LayerDescription("gate", .multiply, inputs: ["sum", "stem"]),
        LayerDescription("back", .reshape([3, 2])),
        LayerDescription("turned", .transpose([1, 0])),
        LayerDescription("norm", .layerNorm()),
        LayerDescription("place", .positionalEmbedding),
        LayerDescription("end", .reshape([6])),
      ]),
    Example(
      "images", .perSample([4, 9, 8]),
      layers: [
        LayerDescription(
          "conv",
          .convolution(
            channels: 6, kernel: RowsAndColumns(rows: 3, columns: 2),
            stride: RowsAndColumns(rows: 2, columns: 1),
            padding: Margins(top: 1, left: 0, bottom: 2, right: 1),
            dilation: RowsAndColumns(rows: 1, columns: 2), groups: 2)),
        LayerDescription("norm", .batchNorm(epsilon: 0.125, activation: .hardSwish)),
        LayerDescription("prelu", .prelu()),
        LayerDescription("most", .maxPool(kernel: 2, stride: 2, roundsUp: true)),
        LayerDescription("mean", .averagePool(kernel: 3, stride: 2, padding: 1, roundsUp: true)),
        LayerDescription(
          "inside",
          .averagePool(
            kernel: 2, stride: 2, padding: Margins(top: 1, left: 0, bottom: 0, right: 1),
            countsPadding: false)),
        LayerDescription("bias", .bias([6, 1, 1])),
        LayerDescription("scale", .scale([2])),
        LayerDescription("leaky", .leakyReLU(slope: 0.25)),
        LayerDescription("elu", .elu(alpha: 0.5)),
        LayerDescription("pool", .globalAveragePool),
        LayerDescription("head", .linear(features: 5)),
        LayerDescription("flatnorm", .batchNorm()),
      ]),
    Example(
      "functions", .perSample([40]),
      layers: [
        LayerDescription("wide", .multiplyConstant(5)),
        LayerDescription("moved", .addConstant(0.5)),
        LayerDescription("swish", .hardSwish),
        LayerDescription("silu", .silu),
        LayerDescription("above", .clip(minimum: -0.25)),
        LayerDescription("both", .clip(minimum: -1, maximum: 3)),
        LayerDescription("sigmoid", .hardSigmoid(alpha: 0.25, beta: 0.25)),
        LayerDescription("softplus", .softplus),
        LayerDescription("below", .clip(maximum: 1.25)),
      ]),
    Example(
      "combinations", .perSample([2, 3, 4]),
      layers: [
        LayerDescription("right", .slice(axis: 2, 1..<3), inputs: ["input"]),
        LayerDescription("left", .slice(axis: 2, 0..<2), inputs: ["input"]),
        LayerDescription("both", .concat(axis: 2), inputs: ["right", "input", "left"]),
        LayerDescription("soft", .softmax(axis: 1)),
        LayerDescription("log", .logSoftmax()),
        LayerDescription("less", .subtract, inputs: ["soft", "log"]),
        LayerDescription("product", .matmul(transposesRight: true), inputs: ["less", "both"]),
        LayerDescription("channel", .slice(axis: 0, 1..<2)),
        LayerDescription("spread", .multiply, inputs: ["product", "channel"]),
        LayerDescription("matrix", .reshape([3, 3]), inputs: ["channel"]),
        LayerDescription("sum", .add, inputs: ["matrix", "spread"]),
        LayerDescription("positive", .clip(minimum: 0.5)),
        LayerDescription("share", .divide, inputs: ["sum", "positive"]),
      ]),
    Example(
      "rows", .perSample([5, 6]),
      layers: [
        LayerDescription("rows", .linear(features: 8, activation: .sigmoid)),
        LayerDescription("attention", .attention(heads: 2)),
        LayerDescription("relu", .relu),
        LayerDescription("gelu", .gelu),
        LayerDescription("tanh", .tanh),
        LayerDescription("sigmoid", .sigmoid),
        LayerDescription("drop", .dropout(rate: 0.5)),
      ]),
    Example(
      "words", .perSample([4], .int32),
      layers: [LayerDescription("embed", .embedding(vocabulary: 5, features: 3))], classes: 5),
  ]

  /// No kind of layer is left out above.
  @Test func everyLayerKindIsExported() {
    let tried = Set(Self.networks.flatMap(\.kinds))
    let all = Set(LayerCatalogue.standard.items.map { LayerCatalogue.name(of: $0) })
    #expect(all.subtracting(tried).isEmpty, "\(all.subtracting(tried).sorted())")
  }

  @Test(arguments: operators + networks)
  func valuesAreThoseOfTheGraph(_ example: Example) throws {
    var trial = try ExportTrial(example.input, example.build)
    let bytes = try trial.export()
    let interpreter = try ModelInterpreter(bytes)
    for samples in [1, 3] {
      let input = trial.input(samples: samples)
      let expected = try ReferenceInterpreter(trial.graph, samples: samples)
        .evaluate(trial.outputs, with: trial.numbers(input))
      let found = try interpreter.output(
        for: NumberArray([samples] + input.shape.extents, input.elements))
      #expect(found.shape == [samples] + expected.shape.extents)
      let largest = expected.elements.map(abs).max() ?? 0
      for (one, other) in zip(found.elements, expected.elements) {
        // Constants of the model are rounded to Float32, as epsilon and √2.
        #expect(abs(one - other) <= 1e-6 * largest, "\(one) against \(other)")
      }
    }
  }
}

/// x³, of which ONNX knows nothing.
private struct Cube: Operator {
  let name = "cube"

  func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] { inputs }

  func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError) -> [ValueID]? {
    let square = try graph.append(Multiply(), inputs[0], inputs[0])
    return [try graph.append(Multiply(), square, inputs[0])]
  }
}
