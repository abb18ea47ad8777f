import PartitaGraph
import Testing

/// What operators say of operands that they can't take.
@Suite struct RefusalTests {
  @Test(arguments: refusals)
  func text(_ refusal: Refusal) throws {
    let error = #expect(throws: GraphError.self) {
      try refusal.op.outputTypes(for: refusal.types)
    }
    #expect(error?.description == refusal.text)
  }

  /// Every operator refuses one operand too many.
  @Test(arguments: operatorCases.filter { !($0.op is ScalarSum) })
  func countOfOperands(_ operatorCase: OperatorCase) throws {
    let types = operatorCase.operands.map(\.type)
    for wrong in [types + [.scalar, .scalar], Array(types.dropLast(2))] where wrong != types {
      let error = #expect(throws: GraphError.self) {
        try operatorCase.op.outputTypes(for: wrong)
      }
      #expect(error?.description.contains("takes") == true)
    }
  }

  @Test func namesTheLayer() throws {
    var graph = Graph()
    let x = try graph.variable("input", .perSample([5]), .input)
    try graph.beginLayer("head")
    let w = try graph.parameter("head.weight", [2, 4], .constant(0))
    let error = #expect(throws: GraphError.self) { try graph.append(Linear(), x, w) }
    #expect(
      error?.description
        == "layer head: linear: a weight [2, 4] needs inputs with 4 features, not [5]")
  }

  @Test func onlySharedScalarsAreDifferentiated() throws {
    var graph = Graph()
    let x = try graph.variable("input", .perSample([]), .input)
    let error = #expect(throws: GraphError.self) {
      try graph.differentiate(x, withRespectTo: [x])
    }
    #expect(error?.description == "only a shared scalar can be differentiated; %0 is n x []")
  }

  @Test func namesStandForOneThing() throws {
    var graph = Graph()
    _ = try graph.variable("x", .perSample([]), .input)
    try graph.beginLayer("a")
    #expect(throws: GraphError.name("x", problem: "two variables have this name")) {
      try graph.variable("x", .shared([]), .label)
    }
    #expect(throws: GraphError.name("a", problem: "two layers have this name")) {
      try graph.beginLayer("a")
    }
  }
}

/// An operator on operands that it refuses, with its words.
struct Refusal: Sendable, CustomTestStringConvertible {
  let op: any Operator
  let types: [ValueType]
  let text: String

  init(_ op: any Operator, _ types: [ValueType], _ text: String) {
    self.op = op
    self.types = types
    self.text = "\(op.name): \(text)"
  }

  var testDescription: String { text }
}

private let n3 = ValueType.perSample([3])
private let index = ValueType.perSample([], .int32)
private let image = ValueType.perSample([2, 4, 4])

private let refusals =
  elementwiseRefusals + linearRefusals + imageRefusals + rowRefusals + structureRefusals
  + scalarRefusals

private let elementwiseRefusals = [
  Refusal(
    Add(), [n3, .perSample([4])],
    "needs two operands of one shape, or of shapes that broadcast, not [3] and [4]"),
  Refusal(
    Multiply(), [.perSample([2, 3]), .shared([2, 1, 4])],
    "needs two operands of one shape, or of shapes that broadcast, not [2, 3] and [2, 1, 4]"),
  Refusal(Pointwise(.silu), [index], "needs an operand of float32, not int32"),
  Refusal(
    PointwiseGradient(.hardSwish), [n3, .shared([3])],
    "needs both operands per-sample or both shared, not n x [3] and [3]"),
  Refusal(Add(), [n3, .perSample([3], .int32)], "needs operands of float32, not int32"),
  Refusal(Multiply(), [n3, .shared([3], .float64)], "needs operands of float32, not float64"),
  Refusal(ReLU(), [index], "needs an operand of float32, not int32"),
  Refusal(Sigmoid(), [index], "needs an operand of float32, not int32"),
  Refusal(Tanh(), [index], "needs an operand of float32, not int32"),
  Refusal(GELU(), [index], "needs an operand of float32, not int32"),
  Refusal(
    SigmoidGradient(), [n3, .shared([3])],
    "needs both operands per-sample or both shared, not n x [3] and [3]"),
  Refusal(
    Dropout(rate: 1, key: 0), [n3, index, .shared([], .int32)], "needs a rate in 0..<1, not 1.0"),
  Refusal(
    Dropout(rate: 0.5, key: 0), [.shared([3]), index, .shared([], .int32)],
    "needs an operand with an entry for each sample, not [3]"),
  Refusal(
    DropoutMask(rate: 0.5, key: 0, shape: []), [index, index],
    "needs a sample index and a step, not n x [] int32 and n x [] int32"),
]

private let linearRefusals = [
  Refusal(
    Linear(), [n3, .shared([3])], "needs a weight [out, in] with 2 axes, not [3]"),
  Refusal(
    Linear(), [n3, .shared([2, 4])], "a weight [2, 4] needs inputs with 4 features, not [3]"),
  Refusal(
    Linear(), [n3, .shared([2, 3]), .shared([3])], "needs a bias of shape [2], not [3]"),
  Refusal(
    Linear(), [n3, .perSample([2, 3])],
    "needs a weight that all samples share, not n x [2, 3]"),
  Refusal(
    Linear(), [.perSample([3], .int32), .shared([2, 3])], "needs inputs of float32, not int32"),
  Refusal(
    LinearInputGradient(), [n3, .shared([2, 3])], "a weight [2, 3] doesn't fit gradients [3]"),
  Refusal(
    LinearWeightGradient(), [n3, .shared([3])],
    "needs as many rows on both sides, not n x [3] and [3]"),
  Refusal(
    MatrixProduct(), [n3, n3], "[3] and [3] aren't matrices over the same outer axes"),
  Refusal(
    MatrixProduct(), [.perSample([2, 3]), .perSample([2, 3])],
    "[2, 3] and [2, 3] don't fit: 3 columns meet 2 rows"),
  Refusal(Bias(axis: .last), [n3, .shared([2])], "needs a bias of shape [3], not [2]"),
  Refusal(Embedding(), [n3, .shared([5, 2])], "needs tokens of int32, not float32"),
  Refusal(
    Embedding(), [index, .shared([5])], "needs a table [vocabulary, features] with 2 axes, not [5]"),
  Refusal(
    EmbeddingGradient(vocabulary: 5), [index, .perSample([2, 3])],
    "gradients [2, 3] don't fit tokens []"),
  Refusal(
    EmbeddingGradient(vocabulary: 5), [index, .shared([3])],
    "needs both operands per-sample or both shared, not n x [] int32 and [3]"),
  Refusal(
    CausalAttention(heads: 2), [.perSample([4, 9])],
    "9 columns don't make 3 x 2 heads of equal width"),
  Refusal(
    CausalAttention(heads: 2), [n3],
    "needs queries, keys and values [T, 3d] with 2 axes, not n x [3]"),
]

private let imageRefusals = [
  Refusal(
    Convolution(Window()), [n3, .shared([1, 1, 2, 2])],
    "needs an image [C, H, W] with 3 axes, not n x [3]"),
  Refusal(
    Convolution(Window()), [image, .shared([2, 2])],
    "needs a weight [out, in, kernel, kernel] with 4 axes, not [2, 2]"),
  Refusal(
    Convolution(Window()), [image, .shared([1, 3, 2, 2])],
    "a weight [1, 3, 2, 2] needs 3 channels, not 2"),
  Refusal(
    Convolution(Window()), [image, .shared([1, 2, 5, 5])],
    "a kernel 5 x 5 doesn't fit an image [2, 4, 4]"),
  Refusal(
    Convolution(Window(), groups: 2), [image, .shared([2, 2, 2, 2])],
    "a weight [2, 2, 2, 2] of 2 groups needs 4 channels, not 2"),
  Refusal(
    Convolution(Window(), groups: 2), [image, .shared([3, 1, 2, 2])],
    "3 outputs don't make 2 groups of as many"),
  Refusal(
    Convolution(Window(dilation: 4)), [image, .shared([1, 2, 2, 2])],
    "a kernel 2 x 2 doesn't fit an image [2, 4, 4]"),
  Refusal(
    MaxPool(kernel: 2, Window(dilation: 2)), [image],
    "needs a window without gaps, not of dilation 2"),
  Refusal(
    Convolution(Window(stride: 0)), [image, .shared([1, 2, 2, 2])],
    "a kernel 2 x 2 doesn't fit an image [2, 4, 4]"),
  Refusal(
    ConvolutionInputGradient(Window(), inputShape: [2, 4, 4]),
    [image, .shared([1, 2, 2, 2])], "needs a gradient of shape [1, 3, 3], not [2, 4, 4]"),
  Refusal(
    ConvolutionWeightGradient(Window(), weightShape: [1, 2, 2, 2]),
    [.shared([1, 3, 3]), image],
    "needs both operands per-sample or both shared, not [1, 3, 3] and n x [1, 3, 3]"),
  Refusal(
    AveragePool(kernel: 5, Window()), [image], "a window of 5 x 5 doesn't fit an image [2, 4, 4]"),
  Refusal(
    MaxPool(kernel: 2, Window(padding: 2)), [image],
    "a window of 2 x 2 doesn't fit an image [2, 4, 4]"),
  Refusal(
    AveragePoolGradient(AveragePool(kernel: 2, Window(stride: 2)), inputShape: [2, 4, 4]),
    [image], "needs a gradient of shape [2, 2, 2], not [2, 4, 4]"),
  Refusal(
    MaxPoolGradient(inputShape: [2, 4, 4]), [image, image], "needs places of int32, not float32"),
  Refusal(
    MaxPoolGather(), [.perSample([1, 2, 2], .int32), image],
    "places n x [1, 2, 2] int32 don't fit an image n x [2, 4, 4]"),
]

private let rowRefusals = [
  Refusal(Softmax(), [.perSample([])], "needs an axis to sum along"),
  Refusal(Softmax(isCausal: true), [n3], "needs rows and columns"),
  Refusal(SoftmaxGradient(), [.perSample([]), .perSample([])], "needs an axis to sum along"),
  Refusal(LogSoftmax(), [.perSample([])], "needs an axis to sum along"),
  Refusal(
    LogSoftmaxGradient(), [n3, .perSample([4])], "needs two operands of one shape, not [3] and [4]"),
  Refusal(LogSumExp(), [.perSample([])], "needs an axis to sum along"),
  Refusal(SoftmaxSums(isCausal: true), [n3], "needs rows and columns"),
  Refusal(LogSumExp(isCausal: true), [n3], "needs rows and columns"),
  Refusal(OneHot(classes: 3), [n3], "needs indices of int32, not float32"),
  Refusal(
    SoftmaxCrossEntropy(), [n3, .perSample([3], .int32)], "labels [3] don't fit outputs [3]"),
  Refusal(SoftmaxCrossEntropy(), [n3, .perSample([])], "needs labels of int32, not float32"),
  Refusal(
    SoftmaxCrossEntropy(), [.shared([3]), index],
    "needs outputs with an entry for each sample, not [3]"),
  Refusal(
    SquaredError(), [n3, .shared([3])], "needs labels with an entry for each sample, not [3]"),
  Refusal(SquaredError(), [n3, index], "needs two operands of one shape, not [3] and []"),
  Refusal(
    LayerNorm(), [.perSample([]), .shared([1]), .shared([1])], "needs an axis to normalise"),
  Refusal(
    LayerNorm(), [n3, .shared([2]), .shared([3])], "needs a scale of shape [3], not [2]"),
  Refusal(
    LayerNorm(), [n3, .shared([3]), n3], "needs a shift that all samples share, not n x [3]"),
  Refusal(
    BatchNorm(), [.perSample([]), .shared([1]), .shared([1])], "needs an axis of channels"),
  Refusal(
    BatchNorm(), [.shared([3]), .shared([3]), .shared([3])],
    "needs an operand with an entry for each sample, not [3]"),
  Refusal(
    BatchNorm(), [.perSample([2, 3]), .shared([3]), .shared([2])],
    "needs a scale of shape [2], not [3]"),
  Refusal(
    BatchNormPrediction(epsilon: 1e-5), [n3, .shared([3]), .shared([3]), n3, .shared([3])],
    "needs a mean that all samples share, not n x [3]"),
  Refusal(
    RunningShare(), [n3, .shared([])], "needs a weight for each sample, not []"),
  Refusal(GlobalAveragePool(), [n3], "needs an image [C, H, W] with 3 axes, not n x [3]"),
]

private let structureRefusals = [
  Refusal(Reshape(to: [2, 2]), [n3], "[3] has 3 elements, [2, 2] has 4"),
  Refusal(
    Transpose([0, 0]), [.perSample([2, 3])], "[0, 0] is no order of the 2 axes of [2, 3]"),
  Refusal(
    Slice(axis: 0, start: 2, length: 2), [n3], "no range 2..<4 on axis 0 of [3]"),
  Refusal(Concatenate(axis: 0), [n3], "takes two or more operands"),
  Refusal(Concatenate(axis: 1), [n3, n3], "there is no axis 1 of [3]"),
  Refusal(
    Concatenate(axis: 1), [.perSample([2, 3]), .perSample([3, 3])],
    "takes operands of one shape but for axis 1, not [2, 3] and [3, 3]"),
  Refusal(
    Concatenate(axis: 0), [n3, .perSample([2], .int32)], "needs operands of float32, not int32"),
  Refusal(
    Pad(axis: 1, before: 1, after: 1), [n3], "can't put 1 and 1 zeros on axis 1 of [3]"),
  Refusal(Sum(axes: [1]), [n3], "axes [1] don't all exist once in [3]"),
  Refusal(
    Broadcast(to: [2, 3], along: [2]), [n3], "axes [2] don't all exist in [2, 3]"),
  Refusal(
    Broadcast(to: [2, 3], along: [1]), [n3], "needs an operand of shape [2], not [3]"),
  Refusal(
    Constant(1, .perSample([])), [], "is shared by all samples, not n x []"),
  Refusal(
    SampleSum(), [.shared([3])], "needs an operand with an entry for each sample, not [3]"),
  Refusal(
    SampleBroadcast(), [n3], "needs an operand that all samples share, not n x [3]"),
]

private let scalarRefusals = [
  Refusal(
    WeightedMean(), [.perSample([]), .shared([])], "needs two per-sample scalars, not []"),
  Refusal(ScalarSum(), [.shared([])], "needs shared Float64 scalars, not []"),
  Refusal(ClipFactor(limit: 1), [.shared([])], "needs a Float64 scalar, not []"),
  Refusal(
    ScaleBy(), [n3, .perSample([])],
    "needs a shared scalar as its second operand, not n x []"),
  Refusal(SquaredNorm(), [n3], "needs an operand that all samples share, not n x [3]"),
  Refusal(
    L2Penalty(weightDecay: 1), [n3], "needs a parameter that all samples share, not n x [3]"),
  Refusal(
    Descend(), [.shared([3]), n3, .scalar],
    "needs both operands per-sample or both shared, not [3] and n x [3]"),
]
