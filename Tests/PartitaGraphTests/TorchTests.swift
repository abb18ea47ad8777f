import Foundation
import PartitaGraph
import PartitaReference
import Testing

/// Losses, gradients, updates and single operators against PyTorch, in Float64.
@Suite struct TorchTests {
  let fixture: TorchFixture

  init() throws { fixture = try TorchFixture.load() }

  @Test(arguments: torchNetworks)
  func gradients(_ network: TorchNetwork) throws {
    let expected = try #require(fixture.networks[network.name])
    let model = try model(network.layers, network.input, Objective(loss: network.loss))
    let graph = model.graph
    let numbers = try numbersOfScript(
      for: model, samples: network.samples, tokens: network.tokens, classes: network.classes)
    let interpreter = ReferenceInterpreter(graph, samples: network.samples)
    let results = try interpreter.evaluate(
      [model.loss] + model.gradients.values, with: numbers)
    expectEqual(
      try #require(results[model.loss]).elements, [expected.loss], tolerance: 1e-13, "loss")
    #expect(Set(graph.parameters.map { graph[$0].name }) == Set(expected.gradients.keys))
    for parameter in graph.parameters {
      let name = graph[parameter].name
      let gradient = try #require(model.gradients[parameter].flatMap { results[$0] })
      try #require(expected.gradients[name]).expect(gradient, "\(name)")
    }
  }

  /// Two steps whose batch is a single microbatch, and evaluation by the running values afterwards.
  @Test func runningValues() throws {
    let expected = fixture.running
    let network = try #require(torchNetworks.first { $0.name == "batch-norm" })
    let model = try model(
      network.layers, network.input, Objective(loss: .crossEntropy),
      Optimizer(.sgd(momentum: 0, nesterov: false)))
    let graph = model.graph
    var numbers = try numbersOfScript(
      for: model, samples: network.samples, classes: network.classes)
    try set(.learningRate, 0.3, in: graph, &numbers)
    let interpreter = ReferenceInterpreter(graph, samples: network.samples)
    for loss in expected.losses {
      let results = try interpreter.evaluate(
        [model.loss] + model.assignments.map(\.value), with: numbers)
      expectEqual(try #require(results[model.loss]).elements, [loss], tolerance: 1e-12, "loss")
      for assignment in model.assignments {
        numbers[assignment.variable] = results[assignment.value]
      }
    }
    #expect(
      Set(graph.runningValues.map { graph[$0.variable].name }) == Set(expected.values.keys))
    for (name, digest) in expected.values {
      let value = try #require(graph.variable(named: name).flatMap { numbers[$0] })
      digest.expect(value, "\(name)")
    }

    var evaluation = Graph()
    let data = try evaluation.variable("input", network.input, .input)
    let outputs = try evaluation.buildNetwork(
      network.layers, on: data, mode: .prediction, seed: 0)
    let asked = try ModelGraph(
      evaluation, outputs: outputs, objective: Objective(loss: .crossEntropy), optimizer: nil)
    var known: [ValueID: Tensor] = [:]
    for value in asked.graph.values where value.role != nil {
      known[value.id] = graph.variable(named: value.name).flatMap { numbers[$0] }
    }
    let loss = try ReferenceInterpreter(asked.graph, samples: network.samples)
      .evaluate(asked.loss, with: known)
    expectEqual(loss.elements, [expected.evaluation], tolerance: 1e-12, "evaluation")
  }

  @Test(arguments: torchUpdates)
  func updates(_ run: TorchUpdate) throws {
    let expected = try #require(fixture.updates[run.name])
    let model = try model(
      .mlp(widths: [5, 6, 3], activation: .tanh), .perSample([5]),
      Objective(loss: .crossEntropy, weightDecay: run.weightDecay), run.optimizer)
    let graph = model.graph
    var numbers = try numbersOfScript(for: model, samples: 4, classes: 3)
    let interpreter = ReferenceInterpreter(graph, samples: 4)
    for step in expected.losses.indices {
      try set(.learningRate, run.learningRate, in: graph, &numbers)
      if let rule = run.optimizer.rule as? AdamW {
        let count = Double(step + 1)
        try set(.firstMomentCorrection, 1 / (1 - pow(rule.beta1, count)), in: graph, &numbers)
        try set(.secondMomentCorrection, 1 / (1 - pow(rule.beta2, count)), in: graph, &numbers)
      }
      let wanted =
        [model.loss] + (model.squaredGradientNorm.map { [$0] } ?? [])
        + model.assignments.map(\.value)
      let results = try interpreter.evaluate(wanted, with: numbers)
      expectEqual(
        try #require(results[model.loss]).elements, [expected.losses[step]], tolerance: 1e-12,
        "loss of step \(step)")
      if let norm = model.squaredGradientNorm {
        expectEqual(
          try #require(results[norm]).elements.map { $0.squareRoot() }, [expected.norms[step]],
          tolerance: 1e-12, "norm of step \(step)")
      }
      for assignment in model.assignments {
        numbers[assignment.variable] = results[assignment.value]
      }
    }
    for parameter in graph.parameters {
      let name = graph[parameter].name
      try #require(expected.parameters[name])
        .expect(try #require(numbers[parameter]), "\(name) at the end")
    }
  }

  private func set(
    _ setting: Setting, _ number: Double, in graph: Graph, _ numbers: inout [ValueID: Tensor]
  ) throws {
    numbers[try #require(graph.variable(named: setting.rawValue))] = Tensor(number)
  }

  @Test(arguments: torchOperators)
  func operators(_ operatorCase: TorchOperator) throws {
    let expected = try #require(fixture.operators[operatorCase.name])
    var graph = Graph()
    var numbers: [ValueID: Tensor] = [:]
    var operands: [ValueID] = []
    for (i, type) in operatorCase.operands.enumerated() {
      let id = try graph.variable("v\(i)", type, .input)
      operands.append(id)
      numbers[id] = noise(10 + i, type, samples: 2)
    }
    let result = try graph.appendAll(operatorCase.op, operands)[0]
    let type = graph.type(of: result)
    let upstream = try graph.variable("upstream", type, .input)
    numbers[upstream] = noise(9, type, samples: 2)
    let weight = try graph.variable("weight", .perSample([]), .sampleWeight)
    numbers[weight] = Tensor(repeating: 1, .perSample([]), samples: 2)
    let sum = try graph.append(
      Sum(axes: Array(0..<type.shape.rank)), try graph.append(Multiply(), result, upstream))
    let scalar = try graph.append(WeightedMean(), sum, weight)
    let gradients = try graph.differentiate(scalar, withRespectTo: operands)
    let interpreter = ReferenceInterpreter(graph, samples: 2)
    expected.result.expect(try interpreter.evaluate(result, with: numbers), "result")
    for (operand, digest) in zip(operands, expected.gradients) {
      let gradient = try #require(gradients[operand])
      digest.expect(try interpreter.evaluate(gradient, with: numbers), "d/d\(operand)")
    }
  }
}

/// A network that the script builds too.
struct TorchNetwork: Sendable, CustomTestStringConvertible {
  let name: String
  let layers: [LayerDescription]
  let input: ValueType
  let samples: Int
  var tokens: Int?
  var classes: Int?
  var loss = LossKind.crossEntropy

  var testDescription: String { name }
}

private let torchNetworks = [
  TorchNetwork(
    name: "mlp", layers: .mlp(widths: [5, 6, 4, 3], activation: .relu), input: .perSample([5]),
    samples: 4, classes: 3),
  TorchNetwork(
    name: "mlp-squared-error", layers: .mlp(widths: [5, 6, 3], activation: .gelu),
    input: .perSample([5]), samples: 4, loss: .squaredError),
  TorchNetwork(
    name: "lenet-average", layers: .lenet(activation: .sigmoid, pooling: .average, classes: 10),
    input: .perSample([1, 28, 28]), samples: 2, classes: 10),
  TorchNetwork(
    name: "lenet-max", layers: .lenet(activation: .relu, pooling: .max, classes: 10),
    input: .perSample([1, 28, 28]), samples: 2, classes: 10),
  TorchNetwork(
    name: "gpt-tied", layers: .gpt(depth: 2, width: 8, heads: 2, vocabulary: 7, tied: true),
    input: .perSample([5], .int32), samples: 3, tokens: 7, classes: 7),
  TorchNetwork(
    name: "batch-norm",
    layers: [
      LayerDescription("conv", .convolution(channels: 3, kernel: 3, padding: 1, bias: false)),
      LayerDescription("norm", .batchNorm(activation: .relu)),
      LayerDescription("pool", .globalAveragePool),
      LayerDescription("flat_norm", .batchNorm(epsilon: 1e-3, momentum: 0.3)),
      LayerDescription("head", .linear(features: 4)),
    ], input: .perSample([2, 5, 4]), samples: 5, classes: 4),
  TorchNetwork(
    name: "resnet", layers: .resnet(blocks: 2, channels: 3, classes: 4),
    input: .perSample([2, 6, 7]), samples: 4, classes: 4),
]

/// A run of an optimizer that the script makes too.
struct TorchUpdate: Sendable, CustomTestStringConvertible {
  let name: String
  let optimizer: Optimizer
  var learningRate = 0.3
  var weightDecay = 0.0

  var testDescription: String { name }
}

private let torchUpdates = [
  TorchUpdate(
    name: "sgd", optimizer: Optimizer(.sgd(momentum: 0, nesterov: false)), weightDecay: 0.1),
  TorchUpdate(name: "momentum", optimizer: Optimizer(.sgd(momentum: 0.9, nesterov: false))),
  TorchUpdate(
    name: "nesterov", optimizer: Optimizer(.sgd(momentum: 0.9, nesterov: true)), weightDecay: 0.1),
  TorchUpdate(
    name: "adamw",
    optimizer: Optimizer(.adamW(beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.05)),
    learningRate: 0.02),
  TorchUpdate(
    name: "clipped", optimizer: Optimizer(.sgd(momentum: 0.5, nesterov: false), clipNorm: 0.2)),
]

/// An operator that the script runs too.
struct TorchOperator: Sendable, CustomTestStringConvertible {
  let name: String
  let op: any Operator
  let operands: [ValueType]

  var testDescription: String { name }
}

private let wide = Window(stride: 2, padding: 1)

private let torchOperators = [
  TorchOperator(
    name: "conv2d", op: Convolution(wide),
    operands: [.perSample([2, 5, 6]), .shared([3, 2, 3, 3]), .shared([3])]),
  TorchOperator(
    name: "average-pool", op: AveragePool(kernel: 3, wide), operands: [.perSample([2, 5, 6])]),
  TorchOperator(
    name: "max-pool", op: MaxPool(kernel: 3, wide), operands: [.perSample([2, 5, 6])]),
  TorchOperator(
    name: "layer-norm", op: LayerNorm(),
    operands: [.perSample([3, 6]), .shared([6]), .shared([6])]
  ),
  TorchOperator(
    name: "batch-norm", op: BatchNorm(),
    operands: [.perSample([3, 4, 5]), .shared([3]), .shared([3])]),
  TorchOperator(
    name: "global-average-pool", op: GlobalAveragePool(), operands: [.perSample([3, 4, 5])]),
  TorchOperator(
    name: "causal-attention", op: CausalAttention(heads: 2), operands: [.perSample([5, 12])]),
  TorchOperator(name: "gelu", op: GELU(), operands: [.perSample([7])]),
  TorchOperator(
    name: "conv2d-groups",
    op: Convolution(
      Window(
        stride: RowsAndColumns(rows: 1, columns: 2),
        padding: Margins(RowsAndColumns(rows: 0, columns: 1))), groups: 2),
    operands: [.perSample([4, 5, 6]), .shared([6, 2, 3, 2]), .shared([6])]),
  TorchOperator(
    name: "conv2d-depthwise",
    op: Convolution(
      Window(
        padding: Margins(top: 0, left: 1, bottom: 2, right: 0),
        dilation: RowsAndColumns(rows: 2, columns: 1)), groups: 3),
    operands: [.perSample([3, 5, 6]), .shared([3, 1, 3, 2])]),
  TorchOperator(
    name: "average-pool-without-padding",
    op: AveragePool(
      kernel: RowsAndColumns(rows: 3, columns: 2),
      Window(
        stride: RowsAndColumns(rows: 1, columns: 2),
        padding: Margins(RowsAndColumns(rows: 1, columns: 0))), countsPadding: false),
    operands: [.perSample([2, 5, 6])]),
  TorchOperator(
    name: "average-pool-rounding-up",
    op: AveragePool(kernel: 3, Window(stride: 2, padding: 1, roundsUp: true)),
    operands: [.perSample([2, 6, 7])]),
  TorchOperator(
    name: "max-pool-rounding-up", op: MaxPool(kernel: 2, Window(stride: 2, roundsUp: true)),
    operands: [.perSample([2, 5, 7])]),
  TorchOperator(
    name: "leaky-relu", op: Pointwise(.leakyReLU(slope: 0.1)), operands: [.perSample([37])]),
  TorchOperator(name: "elu", op: Pointwise(.elu(alpha: 0.7)), operands: [.perSample([37])]),
  TorchOperator(
    name: "hard-sigmoid", op: Eightfold(.hardSigmoid(alpha: 1.0 / 6, beta: 0.5)),
    operands: [.perSample([37])]),
  TorchOperator(name: "hard-swish", op: Eightfold(.hardSwish), operands: [.perSample([37])]),
  TorchOperator(name: "silu", op: Eightfold(.silu), operands: [.perSample([37])]),
  TorchOperator(
    name: "clip", op: Pointwise(.clip(minimum: -0.5, maximum: 0.6)),
    operands: [.perSample([37])]),
  TorchOperator(name: "softplus", op: Eightfold(.softplus), operands: [.perSample([37])]),
  TorchOperator(name: "softmax", op: Softmax(), operands: [.perSample([3, 5])]),
  TorchOperator(name: "log-softmax", op: LogSoftmax(), operands: [.perSample([3, 5])]),
  TorchOperator(
    name: "add-broadcast", op: Add(), operands: [.perSample([3, 4, 5]), .shared([3, 1, 1])]),
  TorchOperator(
    name: "multiply-broadcast", op: Multiply(),
    operands: [.perSample([3, 4, 5]), .perSample([3, 1, 1])]),
  TorchOperator(
    name: "matmul", op: MatrixProduct(), operands: [.perSample([3, 4, 5]), .perSample([3, 5, 2])]),
  TorchOperator(
    name: "concat", op: Concatenate(axis: 1), operands: [.perSample([3, 4]), .perSample([3, 2])]),
]

/// A function of eight times x, so that numbers lie on both sides of its kinks.
private struct Eightfold: Operator {
  let name = "eightfold"
  let function: PointwiseFunction

  init(_ function: PointwiseFunction) { self.function = function }

  func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] { inputs }

  func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError) -> [ValueID]? {
    [try graph.append(Pointwise(function), try graph.append(Scale(8), inputs[0]))]
  }
}
