import PartitaGraph
import PartitaReference
import Testing

/// Networks built from descriptions: names, shapes, gradients, refusals.
@Suite struct NetworkTests {
  private func build(
    _ layers: [LayerDescription], _ input: ValueType, mode: NetworkMode = .training
  ) throws -> (graph: Graph, output: ValueID) {
    var graph = Graph()
    let x = try graph.variable("input", input, .input)
    let output = try graph.buildNetwork(layers, on: x, mode: mode, seed: 3)
    return (graph, output)
  }

  private func shapes(_ graph: Graph) -> [String] {
    graph.parameters.map { "\(graph[$0].name) \(graph.type(of: $0).shape)" }
  }

  @Test func mlp() throws {
    let layers: [LayerDescription] = .mlp(widths: [6, 5, 3], activation: .relu, dropout: 0.1)
    #expect(layers.map(\.name) == ["linear1", "dropout1", "linear2"])
    let (graph, output) = try build(layers, .perSample([6]))
    #expect(graph.type(of: output) == .perSample([3]))
    #expect(
      shapes(graph) == [
        "linear1.weight [5, 6]", "linear1.bias [5]", "linear2.weight [3, 5]", "linear2.bias [3]",
      ])
    #expect(graph.layers.map(\.name) == layers.map(\.name))
    let plain = try build(.mlp(widths: [6, 5, 3], activation: .relu, bias: false), .perSample([6]))
    #expect(shapes(plain.graph) == ["linear1.weight [5, 6]", "linear2.weight [3, 5]"])
  }

  @Test(arguments: Pooling.allCases)
  func lenet(_ pooling: Pooling) throws {
    let layers: [LayerDescription] = .lenet(activation: .sigmoid, pooling: pooling, classes: 10)
    let (graph, output) = try build(layers, .perSample([1, 28, 28]))
    #expect(graph.type(of: output) == .perSample([10]))
    #expect(graph.parameters.reduce(0) { $0 + graph.type(of: $1).shape.count } == 61_706)
  }

  @Test func gpt() throws {
    let layers: [LayerDescription] = .gpt(
      depth: 1, width: 4, heads: 2, vocabulary: 7, tied: true)
    let (graph, output) = try build(layers, .perSample([3], .int32))
    #expect(graph.type(of: output) == .perSample([3, 7]))
    #expect(
      shapes(graph) == [
        "embed.token.weight [7, 4]", "embed.position.weight [3, 4]",
        "block1.attention.norm.weight [4]", "block1.attention.norm.bias [4]",
        "block1.attention.qkv.weight [12, 4]", "block1.attention.qkv.bias [12]",
        "block1.attention.proj.weight [4, 4]", "block1.attention.proj.bias [4]",
        "block1.mlp.norm.weight [4]", "block1.mlp.norm.bias [4]",
        "block1.mlp.up.weight [16, 4]", "block1.mlp.up.bias [16]",
        "block1.mlp.down.weight [4, 16]", "block1.mlp.down.bias [4]",
        "norm.weight [4]", "norm.bias [4]",
      ])
    let table = try #require(graph.variable(named: "embed.token.weight"))
    #expect(
      graph.readers()[table.index].map { graph.nodes[$0].op.name } == ["embedding", "linear"])
    let untied = try build(
      .gpt(depth: 1, width: 4, heads: 2, vocabulary: 7, tied: false), .perSample([3], .int32))
    #expect(shapes(untied.graph).last == "head.weight [7, 4]")
  }

  @Test func startsAsPyTorchDoes() throws {
    let (graph, _) = try build(
      [
        LayerDescription("conv", .convolution(channels: 2, kernel: 3)),
        LayerDescription("flatten", .flatten),
        LayerDescription("linear", .linear(features: 2)),
        LayerDescription("norm", .layerNorm()),
      ], .perSample([1, 6, 6]))
    let starts = graph.parameters.map { graph[$0].role }
    func uniform(_ fan: Double) -> VariableRole? {
      .parameter(.uniform(bound: 1 / fan.squareRoot()))
    }
    #expect(
      starts == [
        uniform(9), uniform(9), uniform(32), uniform(32), .parameter(.constant(1)),
        .parameter(.constant(0)),
      ])
    let table = try build(
      [LayerDescription("table", .embedding(vocabulary: 5, features: 2))], .perSample([], .int32))
    #expect(table.graph[table.graph.parameters[0]].role == .parameter(.normal(deviation: 0.02)))
  }

  /// A norm over several axes has a number for each element that is taken together.
  @Test func normsOverSeveralAxes() throws {
    let (graph, output) = try build(
      [LayerDescription("norm", .layerNorm(axes: 2))], .perSample([2, 3, 4]))
    #expect(graph.type(of: output) == .perSample([2, 3, 4]))
    #expect(shapes(graph) == ["norm.weight [12]", "norm.bias [12]"])
  }

  @Test func predictionDropsNothing() throws {
    let layers: [LayerDescription] = .mlp(widths: [4, 4, 2], activation: .tanh, dropout: 0.5)
    let prediction = try build(layers, .perSample([4]), mode: .prediction).graph
    #expect(!prediction.nodes.contains { $0.op is Dropout })
    #expect(prediction.variable(named: "step") == nil)
    #expect(prediction.layers.count == 3)
    let training = try build(layers, .perSample([4])).graph
    #expect(training.nodes.filter { $0.op is Dropout }.count == 1)
    #expect(training.variable(named: "sampleIndex") != nil)
  }

  @Test func everyDropoutHasItsOwnNumbers() throws {
    let graph = try build(
      .gpt(depth: 2, width: 4, heads: 1, vocabulary: 5, tied: true, dropout: 0.2),
      .perSample([3], .int32)
    ).graph
    let keys = graph.nodes.compactMap { ($0.op as? Dropout)?.key }
    #expect(keys.count == 5)
    #expect(Set(keys).count == 5)
  }

  @Test(arguments: networks)
  func gradients(_ network: Network) throws {
    var trial = Trial()
    let x = try trial.variable(
      network.input, network.numbers, isTarget: network.input.element == .float32)
    let output = try trial.graph.buildNetwork(network.layers, on: x, mode: .training, seed: 5)
    try trial.drawParameters()
    if let index = trial.graph.variable(named: "sampleIndex"),
      let step = trial.graph.variable(named: "step")
    {
      trial.variables[index] = Tensor([], samples: 2, [11, 12])
      trial.variables[step] = Tensor(4)
    }
    try trial.check(try trial.scalar(of: output), tolerance: 1e-6, "\(network.name)")
  }

  @Test(arguments: brokenNetworks)
  func refusals(_ network: BrokenNetwork) {
    let error = #expect(throws: GraphError.self) { try build(network.layers, network.input) }
    #expect(error?.description == network.text)
  }
}

/// A network whose gradients are checked.
struct Network: Sendable, CustomTestStringConvertible {
  let name: String
  let input: ValueType
  var numbers = Numbers.Kind.any
  let layers: [LayerDescription]

  var testDescription: String { name }
}

private let networks = [
  Network(
    name: "mlp", input: .perSample([4]),
    layers: .mlp(widths: [4, 5, 3], activation: .tanh, dropout: 0.3)),
  Network(
    name: "images", input: .perSample([1, 6, 6]), numbers: .distinct,
    layers: [
      LayerDescription(
        "conv1", .convolution(channels: 2, kernel: 3, padding: 1, activation: .sigmoid)),
      LayerDescription("pool", .averagePool(kernel: 2, stride: 2)),
      LayerDescription("conv2", .convolution(channels: 2, kernel: 2, stride: 1, bias: false)),
      LayerDescription("gelu", .gelu),
      LayerDescription("turn", .transpose([1, 2, 0])),
      LayerDescription("shape", .reshape([4, 2])),
      LayerDescription("norm", .layerNorm()),
      LayerDescription("flatten", .flatten),
      LayerDescription("head", .linear(features: 2)),
    ]),
  Network(
    name: "grouped and dilated images", input: .perSample([2, 6, 7]), numbers: .distinct,
    layers: [
      LayerDescription(
        "depthwise",
        .convolution(
          channels: 4, kernel: RowsAndColumns(rows: 3, columns: 1),
          padding: Margins(top: 2, left: 0, bottom: 0, right: 1), groups: 2, activation: .tanh)),
      LayerDescription("dilated", .convolution(channels: 2, kernel: 2, dilation: 2)),
      LayerDescription(
        "pool", .averagePool(kernel: 2, stride: 2, padding: 1, countsPadding: false)),
    ]),
  Network(
    name: "a norm over all axes", input: .perSample([2, 3, 2]),
    layers: [
      LayerDescription("norm", .layerNorm(axes: 3)),
      LayerDescription("inner", .layerNorm(epsilon: 1e-3, axes: 2)),
    ]),
  Network(
    name: "squeeze and excite", input: .perSample([2, 3, 2]), numbers: .awayFromZero,
    layers: [
      LayerDescription("scale", .scale([2, 1, 1])),
      LayerDescription("bias", .bias([3, 1])),
      LayerDescription(
        "squeeze", .averagePool(kernel: RowsAndColumns(rows: 3, columns: 2), stride: 1)),
      LayerDescription("gate", .hardSigmoid(alpha: 0.3)),
      LayerDescription("excite", .multiply, inputs: ["bias", "gate"]),
      LayerDescription("swish", .hardSwish),
      LayerDescription("prelu", .prelu()),
      LayerDescription("elu", .elu(alpha: 0.6)),
      LayerDescription("all", .concat(), inputs: ["elu", "bias"]),
      LayerDescription("leaky", .leakyReLU(slope: 0.3)),
      LayerDescription("less", .addConstant(-0.3)),
      LayerDescription("soft", .softplus),
    ]),
  Network(
    name: "attention written out", input: .perSample([3, 4]),
    layers: [
      LayerDescription("query", .linear(features: 3)),
      LayerDescription("key", .linear(features: 3), inputs: ["input"]),
      LayerDescription("value", .linear(features: 4), inputs: ["input"]),
      LayerDescription("scores", .matmul(transposesRight: true), inputs: ["query", "key"]),
      LayerDescription("scaled", .multiplyConstant(0.6)),
      LayerDescription("weights", .softmax()),
      LayerDescription("mixed", .matmul(), inputs: ["weights", "value"]),
      LayerDescription("rest", .subtract, inputs: ["input", "mixed"]),
      LayerDescription("columns", .logSoftmax(axis: 0)),
      LayerDescription("spread", .softplus, inputs: ["rest"]),
      LayerDescription("ratio", .divide, inputs: ["columns", "spread"]),
      LayerDescription("silu", .silu),
      LayerDescription("part", .slice(axis: 1, 1..<3)),
      LayerDescription("clip", .clip(minimum: -0.9, maximum: 3)),
    ]),
  Network(
    name: "tied gpt with dropout", input: .perSample([3], .int32), numbers: .indices(5),
    layers: .gpt(depth: 1, width: 4, heads: 2, vocabulary: 5, tied: true, dropout: 0.25)),
  Network(
    name: "skip edges, branches and tied layers", input: .perSample([3]),
    layers: [
      LayerDescription("a", .linear(features: 3, activation: .tanh)),
      LayerDescription("b", .linear(features: nil, activation: .sigmoid, tiedTo: "a")),
      LayerDescription("c", .linear(features: 3), inputs: ["a"]),
      LayerDescription("sum", .add, inputs: ["a", "b", "c", "input"]),
      LayerDescription("gate", .multiply, inputs: ["sum", "b"]),
    ]),
  Network(
    name: "attention", input: .perSample([3, 4]),
    layers: [
      LayerDescription("place", .positionalEmbedding),
      LayerDescription("mix", .attention(heads: 2)),
    ]),
]

/// A network that can't be built, and what is said of it.
struct BrokenNetwork: Sendable, CustomTestStringConvertible {
  let layers: [LayerDescription]
  var input = ValueType.perSample([4])
  let text: String

  var testDescription: String { text }
}

private func linear(_ name: String, _ inputs: String...) -> LayerDescription {
  LayerDescription(name, .linear(features: 4), inputs: inputs)
}

private let brokenNetworks = [
  BrokenNetwork(layers: [], text: "a network needs a layer"),
  BrokenNetwork(
    layers: [linear("first"), linear("second", "frist")],
    text: "second: reads frist, which is no layer; did you mean first?"),
  BrokenNetwork(
    layers: [linear("first", "second"), linear("second", "first")],
    text: "first: reads second, which comes after it; a layer reads layers before it"),
  BrokenNetwork(
    layers: [linear("first", "first")],
    text: "first: reads itself; a layer reads layers before it"),
  BrokenNetwork(layers: [linear("a"), linear("a")], text: "a: two layers have this name"),
  BrokenNetwork(layers: [linear("input")], text: "input: this name stands for the data"),
  BrokenNetwork(
    layers: [linear("a"), linear("b", "input")],
    text: "a: no layer reads this one, and it isn't the last"),
  BrokenNetwork(
    layers: [linear("a"), LayerDescription("sum", .add)],
    text: "sum: reads two or more layers, not 1"),
  BrokenNetwork(
    layers: [linear("a"), linear("b", "a", "input")], text: "b: reads one layer, not 2"),
  BrokenNetwork(
    layers: [
      LayerDescription("a", .linear(features: 3)),
      LayerDescription("sum", .add, inputs: ["a", "input"]),
    ],
    text: "layer sum: add: needs two operands of one shape, or of shapes that broadcast, not [3] "
      + "and [4]"),
  BrokenNetwork(
    layers: [
      LayerDescription("a", .linear(features: 3)),
      LayerDescription("product", .matmul(), inputs: ["a", "input", "a"]),
    ], text: "layer product: matrix-product: takes 2 operands, not 3"),
  BrokenNetwork(
    layers: [LayerDescription("norm", .layerNorm(axes: 2))],
    text: "layer norm: layer-norm: there are no 2 axes of [4]"),
  BrokenNetwork(
    layers: [LayerDescription("soft", .softmax(axis: 1))],
    text: "layer soft: softmax: there is no axis 1 of [4]"),
  BrokenNetwork(
    layers: [LayerDescription("part", .slice(2..<5))],
    text: "layer part: slice: no range 2..<5 on axis 0 of [4]"),
  BrokenNetwork(
    layers: [LayerDescription("b", .bias([3]))],
    text: "layer b: add: needs two operands of one shape, or of shapes that broadcast, not [4] and "
      + "[3]"),
  BrokenNetwork(
    layers: [LayerDescription("conv", .convolution(channels: 2, kernel: 3))],
    text: "layer conv: conv2d: needs an image [C, H, W] with 3 axes, not n x [4]"),
  BrokenNetwork(
    layers: [LayerDescription("conv", .convolution(channels: 4, kernel: 1, groups: 2))],
    input: .perSample([3, 4, 4]),
    text: "layer conv: conv2d: 3 channels don't make 2 groups of as many"),
  BrokenNetwork(
    layers: [LayerDescription("a", .linear(features: 0))],
    text: "a.weight: a parameter can't have the shape [0, 4]"),
  BrokenNetwork(
    layers: [LayerDescription("a", .linear(features: nil))], text: "a: needs a number of features"),
  BrokenNetwork(
    layers: [linear("embed"), LayerDescription("b", .linear(features: 4, tiedTo: "embde"))],
    text: "b: is tied to embde, which is no linear or embedding layer before it with a weight of "
      + "its own; did you mean embed?"),
  BrokenNetwork(
    layers: [linear("a"), LayerDescription("b", .linear(features: 5, tiedTo: "a"))],
    text: "b: wants 5 features, but is tied to a, whose weight has 4 rows"),
  BrokenNetwork(
    layers: [
      linear("a"), LayerDescription("b", .linear(features: 2)),
      LayerDescription("c", .linear(features: nil, tiedTo: "a")),
    ], text: "layer c: linear: a weight [4, 4] needs inputs with 4 features, not [2]"),
  BrokenNetwork(
    layers: [LayerDescription("drop", .dropout(rate: 1.5))],
    text: "layer drop: dropout: needs a rate in 0..<1, not 1.5"),
]
