import PartitaGraph
import PartitaReference
import TestModels
import Testing

/// Mixed precision as a graph: what is rounded, and that nothing else changes.
@Suite struct PrecisionTests {
  static let models: [TestModel] = [
    .digits, .mlp, .dropoutMLP, .skip, .tiedLinear, .tiedGPT, .batchNorm, .imported,
  ]

  /// A stage for each layer.
  private static func cut(_ model: ModelGraph) throws -> StagedModel {
    let count = model.graph.layers.count
    return try StagedModel(model, stageOfLayer: Array(0..<count), stageCount: count)
  }

  /// Of the two neighbours the nearer, of two as near the even one; against plain arithmetic, over every
  /// upper half and the lower halves where something changes.
  @Test func roundingIsToTheNearestEven() {
    for upper in UInt32(0)...0xffff {
      for lower: UInt32 in [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff] {
        let number = Float(bitPattern: upper << 16 | lower)
        let rounded = BFloat16.rounded(number)
        guard number.isFinite else {
          #expect(rounded.isNaN == number.isNaN && (number.isNaN || rounded == number))
          continue
        }
        let below = Float(bitPattern: upper << 16)
        // The step to the next is exact in Float64, beyond the largest too.
        let exponent = max(Int(upper >> 7 & 0xff), 1) - 127
        let step =
          (upper >> 15 == 0 ? 1.0 : -1)
          * Double(sign: .plus, exponent: exponent - 7, significand: 1)
        let (low, high) = (Double(below), Double(below) + step)
        let (toLow, toHigh) = (abs(Double(number) - low), abs(Double(number) - high))
        let nearest = toLow < toHigh || (toLow == toHigh && upper & 1 == 0) ? low : high
        let isDenormal = abs(nearest) < Double(Float.leastNormalMagnitude)
        let isTooLarge = abs(nearest) > 3.4e38
        let wanted = isDenormal ? 0 : isTooLarge ? (nearest > 0 ? .infinity : -.infinity) : nearest
        #expect(Double(rounded) == wanted && rounded.sign == number.sign, "\(number)")
      }
    }
  }

  /// Every factor of a product is bfloat16, and nothing that a step adds up or updates is.
  @Test(arguments: models) func factorsAreRoundedAndSumsAreNot(_ test: TestModel) throws {
    let model = try test.training().rounded(to: .bfloat16)
    let graph = model.graph
    var products = 0
    for node in graph.nodes where model.isLive[node.index] {
      for factor in node.op.rounding.factors {
        #expect(graph.type(of: node.inputs[factor]).element == .bfloat16, "\(node.op)")
        products += 1
      }
      guard !(node.op is Convert) else { continue }
      #expect(node.outputs.allSatisfy { graph.type(of: $0).element != .bfloat16 }, "\(node.op)")
      if model.passes[node.index] == .update {
        #expect(node.inputs.allSatisfy { graph.type(of: $0).element != .bfloat16 }, "\(node.op)")
      }
    }
    #expect(products > 0)
  }

  /// Law 2: what passes from layer to layer is bfloat16 at every border, so that no cut rounds more; but
  /// for statistics and for a loss's operands.
  @Test(arguments: models) func everyBorderIsRounded(_ test: TestModel) throws {
    let model = try test.training().rounded(to: .bfloat16)
    let graph = model.graph
    let readers = graph.readers()
    var rounded = 0
    for edge in try Self.cut(model).edges
    where edge.kind == .activation || edge.kind == .gradient {
      if graph.type(of: edge.value).element == .bfloat16 {
        rounded += 1
        continue
      }
      let isOfALoss = readers[edge.value.index].contains {
        graph.nodes[$0].op.rounding.keepsOperands
      }
      #expect(isOfALoss || graph.type(of: edge.value).element == .int32, "\(edge)")
    }
    #expect(rounded > 0)
  }

  /// Half of what is kept: all of it but the logits and their two sums, which a loss reads, and what the
  /// data bring.
  @Test func whatIsKeptIsHalf() throws {
    func kept(_ precision: Precision) throws -> [ElementType: Int] {
      let staged = try Self.cut(TestModel.mlp.training().rounded(to: precision))
      let graph = staged.model.graph
      let values = staged.stages.flatMap(\.stash).filter { graph[$0].role == nil }
      return Dictionary(grouping: values.map(graph.type), by: \.element).mapValues { types in
        types.map { $0.bytes(samples: 1) }.reduce(0, +)
      }
    }
    let (whole, rounded) = (try kept(.float32), try kept(.bfloat16))
    let exact = 4 * (5 + 2)
    #expect(rounded[.float32] == exact && whole[.bfloat16] == nil)
    #expect(2 * (rounded[.bfloat16] ?? 0) == (whole[.float32] ?? 0) - exact)
  }

  /// A weight is rounded once a step for each layer that multiplies by it, in no list of a microbatch.
  @Test(arguments: models) func weightsAreRoundedOnceAStep(_ test: TestModel) throws {
    let staged = try Self.cut(test.training().rounded(to: .bfloat16))
    let graph = staged.model.graph
    for stage in staged.stages {
      let weights = stage.roundings.map { graph.nodes[$0].inputs[0] }
      #expect(weights.allSatisfy { graph[$0].isParameter } && Set(weights).count == weights.count)
      for node in (stage.forward + stage.backward).map({ graph.nodes[$0] }) where node.op is Convert
      {
        #expect(!graph[node.inputs[0]].isParameter)
      }
    }
    #expect(staged.stages.contains { !$0.roundings.isEmpty })
  }

  @Test(arguments: models) func float32ChangesNothing(_ test: TestModel) throws {
    let model = try test.training()
    #expect(try model.rounded(to: .float32).graph.description == model.graph.description)
    #expect(try model.rounded(to: .bfloat16).graph.description != model.graph.description)
  }

  /// A rounded graph is a graph: its gradient falls out of it, and points where the other does.
  @Test func aRoundedGraphCanBeDifferentiated() throws {
    let test = TestModel.mlp
    let plain = try test.training()
    var graph = try test.evaluation().rounded(to: .bfloat16).graph
    let loss = try test.evaluation().rounded(to: .bfloat16).loss
    let gradients = try graph.differentiate(loss, withRespectTo: graph.parameters)
    let samples = 6
    func variables(_ graph: Graph) -> [ValueID: Tensor] {
      var tensors: [ValueID: Tensor] = [:]
      for value in graph.values {
        guard let role = value.role else { continue }
        let count = value.type.count(samples: samples)
        let seed = value.name.utf8.reduce(3) { $0 &* 31 &+ Int($1) }
        let elements = (0..<count).map { index -> Double in
          switch role {
          case .label: Double((seed &+ index) % test.classes)
          case .sampleWeight: 1 / Double(samples)
          default: Double((seed &+ 37 &* index) % 101) / 101
          }
        }
        tensors[value.id] = Tensor(
          value.type.shape, samples: value.type.isPerSample ? samples : nil, elements.map(abs))
      }
      return tensors
    }
    for parameter in graph.parameters {
      let name = graph[parameter].name
      let twin = try #require(plain.graph.variable(named: name))
      let (rounded, whole) = (
        try ReferenceInterpreter(graph, samples: samples).evaluate(
          try #require(gradients[parameter]), with: variables(graph)),
        try ReferenceInterpreter(plain.graph, samples: samples).evaluate(
          try #require(plain.gradients[twin]), with: variables(plain.graph))
      )
      let size = whole.elements.reduce(0) { max($0, abs($1)) }
      for (a, b) in zip(rounded.elements, whole.elements) {
        #expect(abs(a - b) <= 0.03 * size + 1e-12, "\(name)")
      }
    }
  }

  @Test func aFactorIsAFloat() {
    #expect(throws: GraphError.self) {
      try Linear().outputTypes(for: [.perSample([3], .int32), .shared([2, 3])])
    }
    #expect(throws: GraphError.self) {
      try ReLU().outputTypes(for: [.perSample([3], .bfloat16)])
    }
  }
}
