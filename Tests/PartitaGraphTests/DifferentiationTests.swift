import PartitaGraph
import PartitaReference
import Testing

/// The order in which gradients are summed, and derivatives of whole expressions.
@Suite struct DifferentiationTests {
  /// h is read by layers b, c and d: the sum walks back from d, each addition in the earlier
  /// reader's layer.
  @Test func readersOfASampleValueAreSummedLastFirst() throws {
    var trial = Trial()
    let x = try trial.variable(.perSample([3]))
    try trial.graph.beginLayer("a")
    let h = try trial.graph.append(Tanh(), x)
    var sum = h
    for layer in ["b", "c", "d"] {
      try trial.graph.beginLayer(layer)
      sum = try trial.graph.append(Multiply(), sum, try trial.graph.append(Scale(2), h))
    }
    let scalar = try trial.scalar(of: sum)
    try trial.check(scalar, "skip edges")

    let additions = trial.graph.nodes.filter { $0.isBackward && $0.op is Add }
    #expect(additions.map { $0.layer.map { trial.graph.layers[$0].name } } == ["c", "b", "b"])
    for (before, after) in zip(additions, additions.dropFirst()) {
      #expect(after.inputs[0] == before.outputs[0])
    }
    let all = trial.graph.nodes.map { _ in true }
    #expect(try trial.graph.passes(live: all).count == all.count)
  }

  /// W is read by layers a, b and c: contributions are added in that order, all in a.
  @Test func readersOfAParameterAreSummedFirstFirst() throws {
    var trial = Trial()
    let x = try trial.variable(.perSample([3]))
    let w = try trial.variable(.shared([3, 3]))
    var y = x
    for layer in ["a", "b", "c"] {
      try trial.graph.beginLayer(layer)
      y = try trial.graph.append(Sigmoid(), try trial.graph.append(Linear(), y, w))
    }
    let scalar = try trial.scalar(of: y)
    try trial.check(scalar, "a weight read three times")

    let graph = trial.graph
    let contributions = graph.nodes.filter { $0.op is LinearWeightGradient }
    #expect(contributions.map(\.layer) == [2, 1, 0])
    let additions = graph.nodes.filter { $0.isBackward && $0.op is Add }
    #expect(additions.map(\.layer) == [0, 0])
    #expect(additions[0].inputs == [contributions[2].outputs[0], contributions[1].outputs[0]])
    #expect(additions[1].inputs == [additions[0].outputs[0], contributions[0].outputs[0]])
  }

  /// A shared value that a node makes from a parameter is a gradient's way station too.
  @Test func sharedIntermediates() throws {
    var trial = Trial()
    let x = try trial.variable(.perSample([2, 3]))
    let w = try trial.variable(.shared([3, 3]))
    let squared = try trial.graph.append(Multiply(), w, w)
    let y = try trial.graph.append(Linear(), x, squared)
    let z = try trial.graph.append(Linear(), y, try trial.graph.append(Tanh(), squared))
    let scalar = try trial.scalar(of: try trial.graph.append(Add(), z, y))
    try trial.check(scalar, "a squared weight")
    let again = try trial.scalarOfGradients(of: scalar)
    try trial.check(again, tolerance: 1e-6, "a squared weight, twice")
  }

  @Test func whatTheObjectiveIgnoresIsAbsent() throws {
    var trial = Trial()
    let x = try trial.variable(.perSample([3]))
    let unused = try trial.variable(.shared([3]))
    let scalar = try trial.scalar(of: x)
    let gradients = try trial.graph.differentiate(scalar, withRespectTo: [x, unused])
    #expect(gradients[x] != nil)
    #expect(gradients[unused] == nil)
  }

  /// H·v as the gradient of ⟨gradient, v⟩, against differences of gradients along v.
  @Test func hessianVectorProduct() throws {
    var trial = Trial(samples: 3)
    let x = try trial.variable(.perSample([4]), isTarget: false)
    let label = try trial.variable(.perSample([], .int32), .indices(3), isTarget: false)
    let layers: [LayerDescription] = .mlp(widths: [4, 5, 3], activation: .gelu)
    let o = try trial.graph.buildNetwork(layers, on: x, mode: .training, seed: 0)
    try trial.drawParameters()
    let loss = try trial.graph.append(SoftmaxCrossEntropy(), o, label)
    let scalar = try trial.scalar(of: loss)
    let gradients = try trial.graph.differentiate(scalar, withRespectTo: trial.targets)

    var products: [ValueID] = []
    var direction: [ValueID: ValueID] = [:]
    for target in trial.targets {
      let gradient = try #require(gradients[target])
      let v = try trial.variable(trial.graph.type(of: target), isTarget: false)
      direction[target] = v
      let product = try trial.graph.append(Multiply(), gradient, v)
      let axes = Array(0..<trial.graph.type(of: product).shape.rank)
      let sum = try trial.graph.append(Sum(axes: axes), product)
      products.append(try trial.graph.append(Convert(to: .float64), sum))
    }
    let inner = try trial.graph.appendAll(ScalarSum(), products)[0]
    let hessian = try trial.graph.differentiate(inner, withRespectTo: trial.targets)

    let interpreter = ReferenceInterpreter(trial.graph, samples: 3)
    func gradient(_ target: ValueID, at step: Double) throws -> [Double] {
      var moved = trial.variables
      for (parameter, v) in direction {
        let along = try #require(moved[v]).elements
        for i in along.indices { moved[parameter]?.elements[i] += step * along[i] }
      }
      return try interpreter.evaluate(try #require(gradients[target]), with: moved).elements
    }
    for target in trial.targets {
      let found = try interpreter.evaluate(
        try #require(hessian[target]), with: trial.variables)
      let (above, below) = try (gradient(target, at: 1e-5), gradient(target, at: -1e-5))
      expectEqual(
        found.elements, zip(above, below).map { ($0 - $1) / 2e-5 }, tolerance: 1e-7,
        "H·v for \(trial.graph[target].name)")
    }
  }
}
