import PartitaDevice
import PartitaGraph
import PartitaReference
import TestModels
import Testing

/// A whole model, trained on the device and, in Float64, by the oracle.
struct OracleCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let model: TestModel

  init(_ model: TestModel, _ words: String) {
    testDescription = "\(model), \(words)"
    self.model = model
  }

  private static func mlp(_ rule: some OptimizerRule, decay: Double, _ words: String) -> OracleCase
  {
    var model = TestModel.mlp.with(Optimizer(rule))
    model.objective = Objective(loss: .crossEntropy, weightDecay: decay)
    return OracleCase(model, words)
  }

  private static let averageLeNet = TestModel(
    "lenet", .lenet(activation: .tanh, pooling: .average, classes: 10),
    input: .perSample([1, 13, 15]), classes: 10, learningRate: 0.05)

  private static let maxLeNet = TestModel(
    "lenet", .lenet(activation: .relu, pooling: .max, classes: 10),
    input: .perSample([1, 13, 15]), classes: 10, learningRate: 0.05)

  static let all = [
    mlp(.sgd(momentum: 0, nesterov: false), decay: 0, "plain steps"),
    mlp(.sgd(momentum: 0.9, nesterov: false), decay: 0, "momentum"),
    mlp(.sgd(momentum: 0.9, nesterov: true), decay: 0, "Nesterov's steps"),
    mlp(.sgd(momentum: 0.9, nesterov: true), decay: 0.1, "weight decay"),
    OracleCase(.dropoutMLP, "clipped"),
    OracleCase(.skip, "momentum"),
    OracleCase(.tiedLinear, "momentum"),
    OracleCase(.tiedGPT, "AdamW, clipped"),
    OracleCase(averageLeNet, "average pooling"),
    OracleCase(maxLeNet, "max pooling"),
    OracleCase(.imported, "momentum"),
    OracleCase(.batchNorm, "running values, clipped"),
  ]
}

/// Law 1: L, J and the weights that follow are those of the objective, whatever computes them.
@Suite struct DeviceOracleTests {
  /// What a variable holds before the given step; nil where it keeps what it has.
  static func tensor(
    for value: Value, _ model: TestModel, samples: Int, step: Int
  ) -> Tensor? {
    let type = value.type
    let count = type.count(samples: samples)
    func floats(_ seed: UInt64, in range: ClosedRange<Float> = -1...1) -> [Double] {
      values(count, seed: seed, in: range).map(Double.init)
    }
    func tensor(_ elements: [Double]) -> Tensor {
      Tensor(type.shape, samples: type.isPerSample ? samples : nil, elements)
    }
    func classes(_ seed: UInt64) -> Tensor {
      tensor(
        floats(seed, in: 0...Float(model.classes)).map {
          min($0.rounded(.down), Double(model.classes - 1))
        })
    }
    let seed = UInt64(step)
    switch value.role {
    case .input: return type.element == .int32 ? classes(10 + seed) : tensor(floats(20 + seed))
    case .label: return type.element == .int32 ? classes(30 + seed) : tensor(floats(40 + seed))
    case .sampleWeight: return tensor(Array(repeating: Double(1 / Float(samples)), count: count))
    case .sampleIndex: return tensor((0..<count).map(Double.init))
    case .step: return Tensor(Double(step))
    case .setting(.learningRate): return Tensor(model.learningRate)
    case .setting(.firstMomentCorrection):
      return Tensor(1 / (1 - (0..<step).reduce(1.0) { power, _ in power * 0.9 }))
    case .setting(.secondMomentCorrection):
      return Tensor(1 / (1 - (0..<step).reduce(1.0) { power, _ in power * 0.99 }))
    case .parameter where step == 1:
      // One name, one seed; layer norms would not like scales around zero.
      let seed = value.name.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }
      return tensor(floats(seed, in: type.shape.rank == 1 ? 0.1...0.6 : -0.5...0.5))
    case .running(.constant(let start)) where step == 1:
      return tensor(Array(repeating: start, count: count))
    case .direction where step == 1: return tensor(floats(UInt64(50 + value.id.index)))
    case .state where step == 1: return tensor(Array(repeating: 0, count: count))
    default: return nil
    }
  }

  /// Tolerance: 1e-4 of the larger of 1 and the number itself, after three steps in Float32; 2e-3
  /// with AdamW, which divides by the gradient's own size: where a gradient is zero but for its
  /// rounding (a key's bias), the rounding moves the parameter.
  @Test(arguments: OracleCase.all, [1, 5])
  func threeStepsFollowTheOracle(_ test: OracleCase, samples: Int) throws {
    let model = try test.model.training()
    let usesAdam = model.graph.variable(named: Setting.firstMomentCorrection.rawValue) != nil
    let tolerance = usesAdam ? 2e-3 : 1e-4
    let graph = model.graph
    let assigned = model.assignments.map(\.value)
    let wanted = [model.loss, model.objective] + assigned
    let device = try DeviceRun(
      graph, nodes: graph.nodes.indices.filter { model.isLive[$0] }, wanted: wanted,
      samples: samples)
    let oracle = ReferenceInterpreter(graph, samples: samples)
    var variables: [ValueID: Tensor] = [:]
    var losses: Set<Double> = []
    for step in 1...3 {
      for variable in device.variables {
        guard
          let tensor = Self.tensor(for: graph[variable], test.model, samples: samples, step: step)
        else { continue }
        variables[variable] = tensor
        device.write(tensor, to: variable)
      }
      try device.run()
      let exact = try oracle.evaluate(wanted, with: variables)
      for value in [model.loss, model.objective] {
        let want = try #require(exact[value])
        #expect(worstError(device.read(value), want) <= tolerance, "step \(step)")
      }
      losses.insert(device.read(model.loss).elements[0])
      for assignment in model.assignments {
        let want = try #require(exact[assignment.value])
        let got = device.read(assignment.value)
        #expect(
          worstError(got, want) <= tolerance, "step \(step), \(graph[assignment.variable].name)")
        variables[assignment.variable] = want
        device.write(got, to: assignment.variable)
      }
    }
    #expect(losses.count == 3)
    #expect(model.assignments.count >= graph.parameters.count)
  }

  /// Law 2: what is fused has the bits of its nodes one by one, each with its result in memory.
  @Test(arguments: OracleCase.all, Precision.allCases)
  func fusedNodesHaveTheBitsOfEach(_ test: OracleCase, precision: Precision) throws {
    let model = try test.model.training().rounded(to: precision)
    let nodes = model.graph.nodes.filter { model.isLive[$0.index] }
    let wanted = [model.loss, model.objective] + model.assignments.map(\.value)
    let results = try [wanted, nodes.flatMap(\.outputs)].map { placed in
      let run = try DeviceRun(
        model.graph, nodes: nodes.map(\.index), wanted: placed, samples: 5)
      for variable in run.variables {
        Self.tensor(for: model.graph[variable], test.model, samples: 5, step: 1)
          .map { run.write($0, to: variable) }
      }
      try run.run()
      return wanted.map(run.read)
    }
    #expect(results[0] == results[1])
    #expect(results[0].allSatisfy { $0.elements.allSatisfy(\.isFinite) })
  }

  /// Mixed precision, node by node: each from the operands that the device had, rounded as the oracle
  /// rounds them; a rounding itself to the bit.
  @Test(arguments: OracleCase.all, [1, 5])
  func roundedNodesFollowTheOracle(_ test: OracleCase, samples: Int) throws {
    let model = try test.model.training().rounded(to: .bfloat16)
    let graph = model.graph
    let nodes = graph.nodes.filter { model.isLive[$0.index] }
    let device = try DeviceRun(
      graph, nodes: nodes.map(\.index), wanted: nodes.flatMap(\.outputs), samples: samples)
    var known: [ValueID: Tensor] = [:]
    for variable in device.variables {
      guard let tensor = Self.tensor(for: graph[variable], test.model, samples: samples, step: 1)
      else { continue }
      device.write(tensor, to: variable)
      known[variable] = device.read(variable)
    }
    try device.run()
    for output in nodes.flatMap(\.outputs) { known[output] = device.read(output) }
    let oracle = ReferenceInterpreter(graph, samples: samples)
    for node in nodes {
      let operands = Dictionary(
        uniqueKeysWithValues: Set(node.inputs).compactMap { id in known[id].map { (id, $0) } })
      let exact = try oracle.evaluate(node.outputs, with: operands)
      for output in node.outputs {
        let (got, want) = (try #require(known[output]), try #require(exact[output]))
        if node.op is Convert {
          #expect(got == want)
        } else {
          #expect(worstError(got, want) <= 1e-4, "\(node.op) of \(node.layer ?? -1)")
        }
      }
    }
    #expect(nodes.contains { $0.op is Convert })
  }
}
