import PartitaDevice
import PartitaGraph
import PartitaReference
import Testing

/// An operator on operands of odd sizes.
struct DeviceCase: CustomTestStringConvertible, Sendable {
  /// An operand's type, and the number that its indices stay below.
  struct Operand: Sendable {
    let type: ValueType
    var limit: Int?
    var range: ClosedRange<Float> = -1.5...1.5
  }

  let op: any Operator
  let operands: [Operand]

  init(_ op: any Operator, _ operands: Operand...) {
    self.op = op
    self.operands = operands
  }

  var testDescription: String { "\(op.name) of \(operands.map(\.type))" }
}

extension DeviceCase.Operand {
  fileprivate static func each(_ shape: Shape) -> Self { Self(type: .perSample(shape)) }
  fileprivate static func shared(_ shape: Shape) -> Self { Self(type: .shared(shape)) }
  fileprivate static func positiveEach(_ shape: Shape) -> Self {
    Self(type: .perSample(shape), range: 0.3...2)
  }
  fileprivate static func positive(_ shape: Shape) -> Self {
    Self(type: .shared(shape), range: 0.3...2)
  }
  fileprivate static func indices(_ shape: Shape, below limit: Int) -> Self {
    Self(type: .perSample(shape, .int32), limit: limit)
  }
  fileprivate static let scalar = Self(type: .scalar, range: 0.2...3)
  fileprivate static let step = Self(type: .shared([], .int32), limit: 9)
}

extension DeviceCase {
  private static let wide = Window(stride: 2, padding: 1)
  private static let uneven = Window(
    stride: RowsAndColumns(rows: 1, columns: 2),
    padding: Margins(top: 0, left: 1, bottom: 1, right: 0))
  private static let tall = RowsAndColumns(rows: 3, columns: 2)

  /// Operators whose first result is per-sample: their gradients are checked too.
  static let perSample = [
    DeviceCase(Linear(), .each([7]), .shared([13, 7]), .shared([13])),
    DeviceCase(Linear(), .each([17]), .shared([1, 17])),
    DeviceCase(Linear(), .each([3, 9]), .shared([33, 9]), .shared([33])),
    DeviceCase(Bias(axis: .last), .each([3, 17]), .shared([17])),
    DeviceCase(Bias(axis: .first), .each([5, 3, 7]), .shared([5])),
    DeviceCase(Convolution(wide), .each([2, 5, 7]), .shared([3, 2, 3, 3]), .shared([3])),
    DeviceCase(Convolution(Window()), .each([1, 9, 11]), .shared([5, 1, 5, 5])),
    DeviceCase(
      Convolution(uneven, groups: 2), .each([4, 5, 7]), .shared([6, 2, 3, 2]), .shared([6])),
    DeviceCase(
      Convolution(Window(padding: 2, dilation: 2), groups: 8), .each([8, 7, 6]),
      .shared([8, 1, 3, 3])),
    DeviceCase(AveragePool(kernel: 2, Window(stride: 2)), .each([3, 6, 10])),
    DeviceCase(AveragePool(kernel: tall, uneven, countsPadding: false), .each([2, 5, 7])),
    DeviceCase(AveragePool(kernel: 2, Window(stride: 2, roundsUp: true)), .each([3, 7, 9])),
    DeviceCase(
      AveragePool(kernel: 3, Window(stride: 2, padding: 1, roundsUp: true)), .each([3, 6, 8])),
    DeviceCase(MaxPool(kernel: tall, uneven), .each([2, 5, 7])),
    DeviceCase(MaxPool(kernel: 2, Window(stride: 2, roundsUp: true)), .each([3, 7, 9])),
    DeviceCase(AveragePool(kernel: 3, wide), .each([2, 5, 7])),
    DeviceCase(GlobalAveragePool(), .each([3, 5, 7])),
    DeviceCase(MaxPool(kernel: 2, Window(stride: 2)), .each([3, 6, 10])),
    DeviceCase(MaxPool(kernel: 3, wide), .each([2, 5, 7])),
    DeviceCase(ReLU(), .each([3, 37])), DeviceCase(Sigmoid(), .each([37])),
    DeviceCase(Tanh(), .each([37])), DeviceCase(GELU(), .each([37])),
    DeviceCase(Add(), .each([37]), .each([37])), DeviceCase(Multiply(), .each([37]), .each([37])),
    DeviceCase(Add(), .each([3, 5, 7]), .each([3, 1, 1])),
    DeviceCase(Add(), .each([7]), .each([3, 5, 1])),
    DeviceCase(Add(), .each([3, 5, 7]), .shared([5, 1])),
    DeviceCase(Multiply(), .each([3, 5, 7]), .each([3, 1, 1])),
    DeviceCase(Multiply(), .each([3, 5, 7]), .shared([1, 7])),
    DeviceCase(Multiply(), .shared([3, 1, 1]), .each([3, 5, 7])),
    DeviceCase(Multiply(), .each([1]), .each([37])),
    DeviceCase(Pointwise(.leakyReLU(slope: 0.1)), .each([3, 37])),
    DeviceCase(Pointwise(.elu(alpha: 0.7)), .each([3, 37])),
    DeviceCase(Pointwise(.hardSigmoid(alpha: 0.5, beta: 0.4)), .each([3, 37])),
    DeviceCase(Pointwise(.hardSwish), .each([3, 37])),
    DeviceCase(Pointwise(.silu), .each([3, 37])),
    DeviceCase(Pointwise(.clip(minimum: -0.5, maximum: 0.8)), .each([3, 37])),
    DeviceCase(Pointwise(.softplus), .each([3, 37])),
    DeviceCase(AddConstant(0.3), .each([37])), DeviceCase(Reciprocal(), .positiveEach([37])),
    DeviceCase(SquareRoot(), .positiveEach([37])),
    DeviceCase(Sum(axes: [1, 2]), .each([3, 5, 37])), DeviceCase(Sum(axes: [0]), .each([5, 37])),
    DeviceCase(Sum(axes: [0, 2]), .each([3, 5, 7])), DeviceCase(Sum(axes: [1]), .each([3, 5, 7])),
    DeviceCase(Sum(axes: [0, 1]), .each([5, 7])), DeviceCase(Mean(axes: [1]), .each([5, 37])),
    DeviceCase(Broadcast(to: [2, 5, 7], along: [0, 2]), .each([5])),
    DeviceCase(Concatenate(axis: 0), .each([3, 5]), .each([1, 5]), .each([2, 5])),
    DeviceCase(Concatenate(axis: 1), .each([3, 5, 2]), .shared([3, 4, 2])),
    DeviceCase(Slice(axis: 1, start: 1, length: 3), .each([3, 5, 7])),
    DeviceCase(Pad(axis: 1, before: 2, after: 1), .each([3, 5, 7])),
    DeviceCase(Softmax(), .each([5, 37])), DeviceCase(Softmax(), .each([7])),
    DeviceCase(LogSoftmax(), .each([5, 37])), DeviceCase(LogSoftmax(), .each([7])),
    DeviceCase(MatrixProduct(), .each([2, 5, 7]), .each([2, 7, 3])),
    DeviceCase(MatrixProduct(transposesLeft: true), .each([7, 5]), .shared([7, 3])),
    DeviceCase(MatrixProduct(transposesRight: true), .shared([2, 5, 7]), .each([2, 3, 7])),
    DeviceCase(
      MatrixProduct(transposesLeft: true, transposesRight: true), .each([7, 5]), .each([3, 7])),
    DeviceCase(Transpose([3, 0, 2, 1]), .each([2, 3, 2, 5])),
    DeviceCase(Reshape(to: [5, 3]), .each([3, 5])),
    DeviceCase(Transpose([2, 0, 1]), .each([3, 5, 7])),
    DeviceCase(Scale(-1.7), .each([37])),
    DeviceCase(
      Dropout(rate: 0.4, key: 7), .each([3, 37]), .indices([], below: 50), .step),
    DeviceCase(Embedding(), .indices([5], below: 11), .shared([11, 13])),
    DeviceCase(LayerNorm(), .each([3, 19]), .shared([19]), .shared([19])),
    DeviceCase(BatchNorm(epsilon: 0.1), .each([3, 5, 7]), .shared([3]), .shared([3])),
    DeviceCase(BatchNorm(epsilon: 0.1), .each([19, 2]), .shared([19]), .shared([19])),
    DeviceCase(BatchNorm(epsilon: 0.1), .each([37]), .shared([37]), .shared([37])),
    DeviceCase(CausalAttention(heads: 1), .each([1, 9])),
    DeviceCase(CausalAttention(heads: 3), .each([7, 45])),
    DeviceCase(SoftmaxCrossEntropy(), .each([11]), .indices([], below: 11)),
    DeviceCase(SoftmaxCrossEntropy(), .each([5, 37]), .indices([5], below: 37)),
    DeviceCase(SquaredError(), .each([37]), .each([37])),
    DeviceCase(Square(), .each([3, 37])), DeviceCase(Swish(), .each([3, 37])),
  ]

  /// Operators of a step's end.
  static let shared = [
    DeviceCase(BlockSquares(), .shared([9001])), DeviceCase(BlockSquares(), .shared([4096])),
    DeviceCase(Add(), .shared([37]), .shared([37])),
    DeviceCase(Multiply(), .shared([37]), .shared([37])),
    DeviceCase(Add(), .shared([5, 7]), .shared([7])),
    DeviceCase(Scale(0.9), .shared([4097])), DeviceCase(AddConstant(1e-3), .shared([37])),
    DeviceCase(SquareRoot(), .positive([37])), DeviceCase(Reciprocal(), .positive([37])),
    DeviceCase(ScaleBy(), .shared([3, 37]), .scalar),
    DeviceCase(Descend(), .shared([4097]), .shared([4097]), .scalar),
    DeviceCase(SquaredNorm(), .shared([3, 4097])),
    DeviceCase(L2Penalty(weightDecay: 0.3), .shared([4097])),
    DeviceCase(ScalarSum(), .scalar, .scalar, .scalar),
    DeviceCase(ClipFactor(limit: 0.5), .scalar), DeviceCase(ClipFactor(limit: 50), .scalar),
    DeviceCase(Constant(2.5, .shared([37]))),
    DeviceCase(WeightedMean(), .each([]), .each([])),
    DeviceCase(CorrectCount(), .each([5, 7]), .indices([5], below: 7)),
    DeviceCase(CorrectCount(), .each([11]), .indices([], below: 11)),
    DeviceCase(
      BatchNormPrediction(epsilon: 1e-5), .each([3, 5, 7]), .shared([3]), .shared([3]),
      .shared([3]), .positive([3])),
    DeviceCase(
      BatchNormPrediction(epsilon: 1e-5), .each([37]), .shared([37]), .shared([37]),
      .shared([37]), .positive([37])),
    DeviceCase(RunningShare(), .each([19]), .each([])),
    DeviceCase(RunningShare(unbiasedOver: 7), .each([19]), .each([])),
    DeviceCase(SampleSum(), .each([3, 7])), DeviceCase(SquareTotal(), .each([3, 7])),
    DeviceCase(BiasGradient(axis: .last), .each([3, 17])),
    DeviceCase(BiasGradient(axis: .first), .each([5, 3, 7])),
  ]
}

/// Each kernel through the public interface, against the oracle in Float64.
@Suite struct DeviceOperatorTests {
  private struct Trial {
    var graph = Graph()
    var variables: [ValueID: Tensor] = [:]
    let samples: Int

    mutating func variable(_ operand: DeviceCase.Operand) throws -> ValueID {
      let type = operand.type
      let index = graph.values.count
      let id = try graph.variable(
        "v\(index)", type, type.isPerSample ? .input : .parameter(.constant(0)))
      let numbers = values(
        type.count(samples: samples), seed: UInt64(index + 3),
        in: operand.limit.map { 0...Float($0) } ?? operand.range)
      variables[id] = Tensor(
        type.shape, samples: type.isPerSample ? samples : nil,
        numbers.map { number in
          operand.limit.map { Double(min(Int(number), $0 - 1)) } ?? Double(number)
        })
      return id
    }

    /// Compares values after all nodes have run.
    func check(_ wanted: [ValueID], tolerance: Double, accumulates: Bool = false) throws {
      let device = try DeviceRun(
        graph, nodes: graph.nodes.indices.map(\.self), wanted: wanted, samples: samples)
      for variable in device.variables {
        device.write(try #require(variables[variable]), to: variable)
      }
      try device.run()
      var exact = try ReferenceInterpreter(graph, samples: samples)
        .evaluate(wanted, with: variables)
      if accumulates {
        try device.run(accumulates: true)
        for value in wanted where graph.isSumOverSamples(value) {
          let doubled = exact[value]?.elements.map { 2 * $0 } ?? []
          exact[value]?.elements = doubled
        }
      }
      for value in wanted {
        let want = try #require(exact[value])
        let error = worstError(device.read(value), want)
        #expect(error <= tolerance, "\(value), \(error)")
      }
    }
  }

  /// Tolerance: 1e-5 of the larger of 1 and the number itself.
  @Test(arguments: DeviceCase.perSample, [1, 3, 17])
  func resultsAndGradientsFollowTheOracle(_ test: DeviceCase, samples: Int) throws {
    var trial = Trial(samples: samples)
    let inputs = try test.operands.map { try trial.variable($0) }
    let outputs = try trial.graph.appendAll(test.op, inputs)
    // The upstream gradient of every element is another number.
    let target = try trial.variable(.init(type: trial.graph.type(of: outputs[0])))
    let error = try trial.graph.append(SquaredError(), outputs[0], target)
    let weight = try trial.variable(.init(type: .perSample([]), range: 1...20))
    let loss = try trial.graph.append(WeightedMean(), error, weight)
    let targets = zip(inputs, test.operands).filter { $1.type.element == .float32 }.map(\.0)
    let gradients = try trial.graph.differentiate(loss, withRespectTo: targets)
    #expect(gradients.count == targets.count)
    try trial.check(
      outputs + [loss] + gradients.values.sorted(), tolerance: 1e-5, accumulates: true)
  }

  @Test(arguments: DeviceCase.shared, [1, 3, 17])
  func resultsOfAStepsEndFollowTheOracle(_ test: DeviceCase, samples: Int) throws {
    var trial = Trial(samples: samples)
    let inputs = try test.operands.map { try trial.variable($0) }
    let outputs = try trial.graph.appendAll(test.op, inputs)
    try trial.check(outputs, tolerance: 1e-6, accumulates: true)
  }
}
