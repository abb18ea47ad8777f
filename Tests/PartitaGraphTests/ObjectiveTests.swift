import Foundation
import PartitaGraph
import PartitaReference
import Testing

/// J = L + s, against what the textbook derives by hand.
@Suite struct ObjectiveTests {
  /// Dive into Deep Learning, section 5.3: one hidden layer without biases, one sample.
  ///
  /// dJ/dW2 = dJ/do·hᵀ + λW2 and dJ/dW1 = dJ/dz·xᵀ + λW1, with dJ/do = softmax(o) - y and
  /// dJ/dz = W2ᵀ·dJ/do where z > 0.
  @Test func oneHiddenLayerInClosedForm() throws {
    let decay = 0.3
    let (x, label) = ([0.5, -1.2, 0.8], 1)
    let w1 = [[0.4, -0.3, 0.9], [0.2, 0.7, -0.5], [-0.6, -0.1, 0.3], [0.8, 0.5, 0.1]]
    let w2 = [[0.3, -0.8, 0.5, 0.2], [-0.4, 0.6, 0.1, 0.9]]

    let z = w1.map { zip($0, x).map(*).reduce(0, +) }
    let h = z.map { max($0, 0) }
    let o = w2.map { zip($0, h).map(*).reduce(0, +) }
    let exponentials = o.map(exp)
    let total = exponentials.reduce(0, +)
    let dO = exponentials.enumerated().map { $1 / total - ($0 == label ? 1 : 0) }
    let dZ = z.indices.map { j in
      z[j] > 0 ? zip(w2, dO).map { $0[j] * $1 }.reduce(0, +) : 0
    }
    let dW2 = zip(w2, dO).flatMap { row, d in zip(row, h).map { d * $1 + decay * $0 } }
    let dW1 = zip(w1, dZ).flatMap { row, d in zip(row, x).map { d * $1 + decay * $0 } }

    let model = try model(
      .mlp(widths: [3, 4, 2], activation: .relu, bias: false), .perSample([3]),
      Objective(loss: .crossEntropy, weightDecay: decay))
    let graph = model.graph
    let parameters = graph.parameters
    let variables = try variables(
      of: graph,
      [
        "input": Tensor([3], samples: 1, x), "label": Tensor([], samples: 1, [Double(label)]),
        "sampleWeight": Tensor([], samples: 1, [1]),
        "linear1.weight": Tensor([4, 3], w1.flatMap(\.self)),
        "linear2.weight": Tensor([2, 4], w2.flatMap(\.self)),
      ])
    let interpreter = ReferenceInterpreter(graph, samples: 1)
    for (parameter, expected) in zip(parameters, [dW1, dW2]) {
      let gradient = try #require(model.gradients[parameter])
      let found = try interpreter.evaluate(gradient, with: variables)
      expectEqual(found.elements, expected, tolerance: 1e-14)
    }
    let squares = (w1 + w2).flatMap(\.self).reduce(0) { $0 + $1 * $1 }
    let loss = try interpreter.evaluate(model.loss, with: variables).elements
    let objective = try interpreter.evaluate(model.objective, with: variables).elements
    expectEqual(objective, [loss[0] + decay / 2 * squares], tolerance: 1e-14)
  }

  /// The regulariser's gradient is a node that runs once a step, whatever the microbatches.
  @Test func decayIsAddedOnceAStep() throws {
    let model = try model(
      .mlp(widths: [3, 4, 2], activation: .relu), .perSample([3]),
      Objective(loss: .squaredError, weightDecay: 0.1))
    for node in model.graph.nodes
    where node.op is L2Penalty || (node.op as? Scale)?.factor == 0.1 {
      #expect(model.passes[node.index] == .update)
    }
    let decayed = model.graph.nodes.filter { $0.op is L2Penalty }.flatMap(\.inputs)
    #expect(decayed.map { model.graph[$0].name } == ["linear1.weight", "linear2.weight"])
  }

  /// Biases and scales are none of the weights, whatever their shapes, until they are asked for.
  @Test func onlyWeightsAreDecayed() throws {
    let layers = [
      LayerDescription("conv", .convolution(channels: 2, kernel: 1)),
      LayerDescription("scale", .scale([2, 1, 1])), LayerDescription("bias", .bias([2, 1, 3])),
      LayerDescription("share", .prelu()),
    ]
    func decayed(_ objective: Objective) throws -> [String] {
      let graph = try model(layers, .perSample([1, 3, 3]), objective).graph
      return graph.nodes.filter { $0.op is L2Penalty }.map { graph[$0.inputs[0]].name }
    }
    #expect(try decayed(Objective(loss: .squaredError, weightDecay: 1)) == ["conv.weight"])
    let all = try decayed(Objective(loss: .squaredError, weightDecay: 1, decaysBiases: true))
    #expect(all == ["conv.weight", "conv.bias", "scale.weight", "bias.bias", "share.weight"])
  }

  /// Microbatches, each with its samples' weights, add up to the whole batch, a ragged one too.
  @Test func microbatchesAddUp() throws {
    let model = try model(
      .mlp(widths: [3, 4, 2], activation: .tanh), .perSample([3]),
      Objective(loss: .crossEntropy))
    let graph = model.graph
    var numbers = Numbers()
    var whole: [ValueID: Tensor] = [:]
    for value in graph.values {
      guard let role = value.role else { continue }
      let kind: Numbers.Kind = role == .label ? .indices(2) : .any
      whole[value.id] = numbers.tensor(value.type, kind, samples: 5)
      if role == .sampleWeight {
        whole[value.id] = Tensor(repeating: 1 / 5, value.type, samples: 5)
      }
    }
    let wanted = [model.loss] + model.gradients.values.sorted()
    let expected = try ReferenceInterpreter(graph, samples: 5).evaluate(wanted, with: whole)
    var sums: [ValueID: [Double]] = [:]
    for range in [0..<2, 2..<4, 4..<5] {
      let part = whole.mapValues { tensor in
        guard tensor.samples != nil else { return tensor }
        let size = tensor.shape.count
        return Tensor(
          tensor.shape, samples: range.count,
          Array(tensor.elements[range.lowerBound * size..<range.upperBound * size]))
      }
      let found = try ReferenceInterpreter(graph, samples: range.count)
        .evaluate(wanted, with: part)
      for (id, tensor) in found {
        sums[id] = zip(sums[id] ?? tensor.elements.map { _ in 0 }, tensor.elements).map(+)
      }
    }
    for id in wanted {
      expectEqual(sums[id] ?? [], expected[id]?.elements ?? [], tolerance: 1e-14)
    }
  }
}

/// A network with an objective, trained by plain SGD.
func model(
  _ layers: [LayerDescription], _ input: ValueType, _ objective: Objective,
  _ optimizer: Optimizer = Optimizer(.sgd(momentum: 0, nesterov: false))
) throws -> ModelGraph {
  var graph = Graph()
  let x = try graph.variable("input", input, .input)
  let outputs = try graph.buildNetwork(layers, on: x, mode: .training, seed: 0)
  return try ModelGraph(graph, outputs: outputs, objective: objective, optimizer: optimizer)
}

/// Numbers by the names of their variables.
func variables(of graph: Graph, _ named: [String: Tensor]) throws -> [ValueID: Tensor] {
  var variables: [ValueID: Tensor] = [:]
  for (name, tensor) in named {
    variables[try #require(graph.variable(named: name))] = tensor
  }
  return variables
}
