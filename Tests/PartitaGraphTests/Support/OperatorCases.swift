import PartitaGraph

/// Every operator, on operands of every mix that it treats differently.
let operatorCases: [OperatorCase] =
  elementwiseCases + pointwiseCases + linearCases + imageCases + rowCases + microbatchCases
  + structureCases + sumCases + scalarCases

private let elementwiseCases = [
  OperatorCase(Add(), [.perSample([2, 3]), .perSample([2, 3])], gives: [.perSample([2, 3])]),
  OperatorCase(Add(), [.perSample([3]), .shared([3])], gives: [.perSample([3])]),
  OperatorCase(Add(), [.shared([3]), .perSample([3])], gives: [.perSample([3])]),
  OperatorCase(Add(), [.shared([3]), .shared([3])], gives: [.shared([3])]),
  OperatorCase(Multiply(), [.perSample([3]), .perSample([3])], gives: [.perSample([3])]),
  OperatorCase(Multiply(), [.perSample([3]), .shared([3])], gives: [.perSample([3])]),
  OperatorCase(Multiply(), [.shared([3]), .perSample([3])], gives: [.perSample([3])]),
  OperatorCase(
    Add(), [.perSample([2, 3, 2]), .perSample([3, 1])], gives: [.perSample([2, 3, 2])]),
  OperatorCase(Add(), [.perSample([1, 2]), .shared([3, 1])], gives: [.perSample([3, 2])]),
  OperatorCase(Add(), [.shared([2, 3]), .shared([3])], gives: [.shared([2, 3])]),
  OperatorCase(
    Multiply(), [.perSample([2, 1, 1]), .perSample([2, 3, 2])], gives: [.perSample([2, 3, 2])]),
  OperatorCase(Multiply(), [.perSample([2, 3]), .shared([3])], gives: [.perSample([2, 3])]),
  OperatorCase(Scale(-1.7), [.perSample([3])], gives: [.perSample([3])]),
  OperatorCase(AddConstant(0.3), [.perSample([3])], gives: [.perSample([3])]),
  OperatorCase(Exp(), [.perSample([3])], gives: [.perSample([3])]),
  OperatorCase(Erf(), [.perSample([3])], gives: [.perSample([3])]),
  OperatorCase(SquareRoot(), [.perSample([3], .positive)], gives: [.perSample([3])]),
  OperatorCase(Reciprocal(), [.perSample([3], .positive)], gives: [.perSample([3])]),
  OperatorCase(Positive(), [.perSample([5], .awayFromZero)], gives: [.perSample([5])]),
  OperatorCase(ReLU(), [.perSample([5], .awayFromZero)], gives: [.perSample([5])]),
  OperatorCase(
    ReLUGradient(), [.perSample([5], .awayFromZero), .perSample([5])], gives: [.perSample([5])]),
  OperatorCase(Sigmoid(), [.perSample([3])], gives: [.perSample([3])]),
  OperatorCase(Sigmoid(), [.shared([3])], gives: [.shared([3])]),
  OperatorCase(SigmoidGradient(), [.perSample([3]), .perSample([3])], gives: [.perSample([3])]),
  OperatorCase(Tanh(), [.perSample([3])], gives: [.perSample([3])]),
  OperatorCase(TanhGradient(), [.perSample([3]), .perSample([3])], gives: [.perSample([3])]),
  OperatorCase(GELU(), [.perSample([3])], gives: [.perSample([3])]),
  OperatorCase(GELUGradient(), [.perSample([3]), .perSample([3])], gives: [.perSample([3])]),
  OperatorCase(
    Dropout(rate: 0.4, key: 7), [.perSample([9]), .indices([], below: 50), .step],
    gives: [.perSample([9])]),
  OperatorCase(
    DropoutMask(rate: 0.4, key: 7, shape: [9]), [.indices([], below: 50), .step],
    gives: [.perSample([9])]),
  OperatorCase(Convert(to: .float64), [.shared([3])], gives: [.shared([3], .float64)]),
]

private let pointwiseFunctions: [PointwiseFunction] = [
  .leakyReLU(slope: 0.1), .elu(alpha: 0.7), .hardSigmoid(alpha: 0.5, beta: 0.4), .hardSwish,
  .silu, .clip(minimum: -0.4, maximum: .infinity), .clip(minimum: -0.5, maximum: 0.6), .softplus,
]

private let pointwiseCases = pointwiseFunctions.flatMap { function in
  [
    OperatorCase(
      Pointwise(function), [.perSample([7], .awayFromZero)], gives: [.perSample([7])]),
    OperatorCase(
      PointwiseGradient(function), [.perSample([7], .awayFromZero), .perSample([7])],
      gives: [.perSample([7])]),
  ]
}

private let linearCases = [
  OperatorCase(
    Linear(), [.perSample([2, 3]), .shared([4, 3]), .shared([4])], gives: [.perSample([2, 4])]),
  OperatorCase(Linear(), [.perSample([3]), .shared([4, 3])], gives: [.perSample([4])]),
  OperatorCase(Linear(), [.shared([3]), .shared([4, 3])], gives: [.shared([4])]),
  OperatorCase(
    LinearInputGradient(), [.perSample([2, 4]), .shared([4, 3])], gives: [.perSample([2, 3])]),
  OperatorCase(
    LinearWeightGradient(), [.perSample([2, 4]), .perSample([2, 3])], gives: [.shared([4, 3])]),
  OperatorCase(
    LinearWeightGradient(), [.shared([2, 4]), .shared([2, 3])], gives: [.shared([4, 3])]),
  OperatorCase(
    MatrixProduct(), [.perSample([2, 2, 3]), .perSample([2, 3, 4])],
    gives: [.perSample([2, 2, 4])]),
  OperatorCase(
    MatrixProduct(transposesLeft: true), [.perSample([3, 2]), .shared([3, 4])],
    gives: [.perSample([2, 4])]),
  OperatorCase(
    MatrixProduct(transposesRight: true), [.shared([2, 3]), .perSample([4, 3])],
    gives: [.perSample([2, 4])]),
  OperatorCase(
    MatrixProduct(transposesLeft: true, transposesRight: true),
    [.perSample([3, 2]), .perSample([4, 3])], gives: [.perSample([2, 4])]),
  OperatorCase(
    Bias(axis: .last), [.perSample([2, 3]), .shared([3])], gives: [.perSample([2, 3])]),
  OperatorCase(
    Bias(axis: .first), [.perSample([2, 2, 3]), .shared([2])], gives: [.perSample([2, 2, 3])]),
  OperatorCase(BiasGradient(axis: .last), [.perSample([2, 3])], gives: [.shared([3])]),
  OperatorCase(BiasGradient(axis: .first), [.shared([2, 2, 3])], gives: [.shared([2])]),
  OperatorCase(
    Embedding(), [.indices([4], below: 3), .shared([3, 2])], gives: [.perSample([4, 2])]),
  OperatorCase(
    EmbeddingGradient(vocabulary: 3), [.indices([4], below: 3), .perSample([4, 2])],
    gives: [.shared([3, 2])]),
  OperatorCase(
    CausalAttention(heads: 2), [.perSample([3, 12])],
    gives: [.perSample([3, 4]), .perSample([2, 3]), .perSample([2, 3])]),
  OperatorCase(
    CausalAttentionGradient(heads: 2),
    [.perSample([3, 12]), .auxiliary([2, 3]), .auxiliary([2, 3]), .perSample([3, 4])],
    gives: [.perSample([3, 12])]),
]

private let wide = Window(stride: 2, padding: 1)
private let uneven = Window(
  stride: RowsAndColumns(rows: 1, columns: 2),
  padding: Margins(top: 0, left: 1, bottom: 1, right: 0))
private let tall = RowsAndColumns(rows: 3, columns: 2)

private let imageCases = [
  OperatorCase(
    Convolution(wide), [.perSample([2, 4, 5]), .shared([3, 2, 3, 3]), .shared([3])],
    gives: [.perSample([3, 2, 3])]),
  OperatorCase(
    Convolution(Window()), [.shared([1, 3, 3]), .shared([2, 1, 2, 2])], gives: [.shared([2, 2, 2])]),
  OperatorCase(
    ConvolutionInputGradient(wide, inputShape: [2, 4, 5]),
    [.perSample([3, 2, 3]), .shared([3, 2, 3, 3])], gives: [.perSample([2, 4, 5])]),
  OperatorCase(
    ConvolutionWeightGradient(wide, weightShape: [3, 2, 3, 3]),
    [.perSample([3, 2, 3]), .perSample([2, 4, 5])], gives: [.shared([3, 2, 3, 3])]),
  OperatorCase(
    Convolution(uneven, groups: 2), [.perSample([4, 4, 5]), .shared([2, 2, 3, 2])],
    gives: [.perSample([2, 3, 3])]),
  OperatorCase(
    ConvolutionInputGradient(uneven, groups: 2, inputShape: [4, 4, 5]),
    [.perSample([2, 3, 3]), .shared([2, 2, 3, 2])], gives: [.perSample([4, 4, 5])]),
  OperatorCase(
    ConvolutionWeightGradient(uneven, groups: 2, weightShape: [2, 2, 3, 2]),
    [.perSample([2, 3, 3]), .perSample([4, 4, 5])], gives: [.shared([2, 2, 3, 2])]),
  OperatorCase(
    Convolution(Window(padding: 1, dilation: RowsAndColumns(rows: 2, columns: 3)), groups: 2),
    [.perSample([2, 5, 6]), .shared([4, 1, 3, 2]), .shared([4])],
    gives: [.perSample([4, 3, 5])]),
  OperatorCase(
    AveragePool(kernel: tall, uneven, countsPadding: false), [.perSample([2, 4, 5])],
    gives: [.perSample([2, 3, 3])]),
  OperatorCase(
    AveragePool(kernel: 3, Window(stride: 2, padding: 1, roundsUp: true)),
    [.perSample([1, 4, 6])], gives: [.perSample([1, 3, 4])]),
  OperatorCase(
    MaxPool(kernel: tall, Window(stride: 2, roundsUp: true)), [.perSample([2, 4, 5], .distinct)],
    gives: [.perSample([2, 2, 3]), .perSample([2, 2, 3], .int32)]),
  OperatorCase(
    AveragePool(kernel: 3, wide), [.perSample([2, 4, 5])], gives: [.perSample([2, 2, 3])]),
  OperatorCase(
    AveragePoolGradient(AveragePool(kernel: 3, wide), inputShape: [2, 4, 5]),
    [.perSample([2, 2, 3])], gives: [.perSample([2, 4, 5])]),
  OperatorCase(GlobalAveragePool(), [.perSample([2, 4, 5])], gives: [.perSample([2])]),
  OperatorCase(
    GlobalAveragePoolGradient(inputShape: [2, 4, 5]), [.perSample([2])],
    gives: [.perSample([2, 4, 5])]),
  OperatorCase(
    MaxPool(kernel: 3, wide), [.perSample([2, 4, 5], .distinct)],
    gives: [.perSample([2, 2, 3]), .perSample([2, 2, 3], .int32)]),
  OperatorCase(
    MaxPoolGradient(inputShape: [2, 4, 5]),
    [.indices([2, 2, 3], below: 20), .perSample([2, 2, 3])],
    gives: [.perSample([2, 4, 5])]),
  OperatorCase(
    MaxPoolGather(), [.indices([2, 2, 3], below: 20), .perSample([2, 4, 5])],
    gives: [.perSample([2, 2, 3])]),
]

private let rowCases = [
  OperatorCase(Softmax(), [.perSample([2, 3])], gives: [.perSample([2, 3])]),
  OperatorCase(Softmax(isCausal: true), [.perSample([2, 3, 3])], gives: [.perSample([2, 3, 3])]),
  OperatorCase(
    SoftmaxGradient(), [.perSample([2, 3]), .perSample([2, 3])], gives: [.perSample([2, 3])]),
  OperatorCase(LogSoftmax(), [.perSample([2, 3])], gives: [.perSample([2, 3])]),
  OperatorCase(
    LogSoftmaxGradient(), [.perSample([2, 3]), .perSample([2, 3])], gives: [.perSample([2, 3])]),
  OperatorCase(LogSumExp(), [.perSample([2, 3])], gives: [.perSample([2])]),
  OperatorCase(LogSumExp(isCausal: true), [.perSample([2, 3, 3])], gives: [.perSample([2, 3])]),
  OperatorCase(
    SoftmaxSums(), [.perSample([2, 3])], gives: [.perSample([2]), .perSample([2])],
    isDifferentiable: false),
  OperatorCase(
    SoftmaxSums(isCausal: true), [.perSample([2, 3, 3])],
    gives: [.perSample([2, 3]), .perSample([2, 3])], isDifferentiable: false),
  OperatorCase(
    OneHot(classes: 3), [.indices([2], below: 3)], gives: [.perSample([2, 3])],
    isDifferentiable: false),
  OperatorCase(
    CorrectCount(), [.perSample([2, 3]), .indices([2], below: 3)], gives: [.scalar],
    isDifferentiable: false),
  OperatorCase(
    SoftmaxCrossEntropy(), [.perSample([2, 3]), .indices([2], below: 3)],
    gives: [.perSample([]), .perSample([2]), .perSample([2])]),
  OperatorCase(
    SoftmaxCrossEntropyGradient(),
    [
      .perSample([2, 3]), .indices([2], below: 3), .auxiliary([2]), .auxiliary([2]),
      .perSample([]),
    ],
    gives: [.perSample([2, 3])]),
  OperatorCase(SquaredError(), [.perSample([3]), .perSample([3])], gives: [.perSample([])]),
  OperatorCase(
    SquaredErrorGradient(), [.perSample([3]), .perSample([3]), .perSample([])],
    gives: [.perSample([3])]),
  OperatorCase(
    LayerNorm(), [.perSample([2, 4]), .shared([4]), .shared([4])],
    gives: [.perSample([2, 4]), .perSample([2]), .perSample([2])]),
  OperatorCase(
    LayerNormInputGradient(epsilon: 1e-5),
    [
      .perSample([2, 4]), .shared([4]), .auxiliary([2]), .auxiliary([2]), .perSample([2, 4]),
    ], gives: [.perSample([2, 4])]),
  OperatorCase(
    LayerNormScaleGradient(epsilon: 1e-5),
    [.perSample([2, 4]), .auxiliary([2]), .auxiliary([2]), .perSample([2, 4])],
    gives: [.shared([4])]),
]

private let microbatchCases = [
  OperatorCase(SampleMean(), [.perSample([2, 3])], gives: [.perSample([2, 3])]),
  OperatorCase(
    BatchNorm(), [.perSample([3, 2, 2]), .shared([3]), .shared([3])],
    gives: [.perSample([3, 2, 2]), .perSample([3]), .perSample([3])]),
  OperatorCase(
    BatchNorm(epsilon: 0.1), [.perSample([4]), .shared([4]), .shared([4])],
    gives: [.perSample([4]), .perSample([4]), .perSample([4])]),
  OperatorCase(
    BatchNormInputGradient(epsilon: 0.1),
    [
      .perSample([2, 3]), .shared([2]), .auxiliary([2]), .auxiliary([2]), .perSample([2, 3]),
    ], gives: [.perSample([2, 3])]),
  OperatorCase(
    BatchNormScaleGradient(epsilon: 0.1),
    [.perSample([2, 3]), .auxiliary([2]), .auxiliary([2]), .perSample([2, 3])],
    gives: [.shared([2])]),
  OperatorCase(
    BatchNormPrediction(epsilon: 1e-5),
    [
      .perSample([2, 2, 3]), .shared([2]), .shared([2]), .shared([2]), .shared([2], .positive),
    ], gives: [.perSample([2, 2, 3])]),
  OperatorCase(
    RunningShare(), [.perSample([3]), .perSample([])], gives: [.shared([3])],
    isDifferentiable: false),
  OperatorCase(
    RunningShare(unbiasedOver: 5), [.perSample([3]), .perSample([])], gives: [.shared([3])],
    isDifferentiable: false),
]

private let structureCases = [
  OperatorCase(Reshape(to: [3, 2]), [.perSample([2, 3])], gives: [.perSample([3, 2])]),
  OperatorCase(Transpose([2, 0, 1]), [.perSample([2, 3, 4])], gives: [.perSample([4, 2, 3])]),
  OperatorCase(
    Slice(axis: 1, start: 1, length: 2), [.perSample([2, 4])], gives: [.perSample([2, 2])]),
  OperatorCase(
    Concatenate(axis: 1), [.perSample([2, 1, 2]), .perSample([2, 3, 2])],
    gives: [.perSample([2, 4, 2])]),
  OperatorCase(
    Concatenate(axis: 0), [.perSample([2]), .shared([1]), .perSample([3])],
    gives: [.perSample([6])]),
  OperatorCase(Pad(axis: 1, before: 1, after: 2), [.shared([2, 2])], gives: [.shared([2, 5])]),
  OperatorCase(
    Broadcast(to: [2, 3, 2], along: [0, 2]), [.perSample([3])], gives: [.perSample([2, 3, 2])]),
  OperatorCase(SampleBroadcast(), [.shared([3])], gives: [.perSample([3])]),
  OperatorCase(Constant(2.5, .shared([2])), [], gives: [.shared([2])]),
]

private let sumCases = [
  OperatorCase(Sum(axes: [0, 2]), [.perSample([2, 3, 2])], gives: [.perSample([3])]),
  OperatorCase(Mean(axes: [1]), [.perSample([2, 3])], gives: [.perSample([2])]),
  OperatorCase(SampleSum(), [.perSample([3])], gives: [.shared([3])]),
  OperatorCase(WeightedMean(), [.perSample([]), .perSample([])], gives: [.scalar]),
]

private let scalarCases = [
  OperatorCase(ScalarSum(), [.scalar(), .scalar(), .scalar()], gives: [.scalar]),
  OperatorCase(SquaredNorm(), [.shared([2, 3])], gives: [.scalar]),
  OperatorCase(
    BlockSquares(), [.shared([5000])], gives: [.shared([2], .float64)], isDifferentiable: false),
  OperatorCase(L2Penalty(weightDecay: 0.3), [.shared([2, 3])], gives: [.scalar]),
  OperatorCase(ScaleBy(), [.perSample([3]), .shared([])], gives: [.perSample([3])]),
  OperatorCase(ScaleBy(), [.shared([3]), .scalar()], gives: [.shared([3])]),
  OperatorCase(Descend(), [.shared([3]), .shared([3]), .scalar()], gives: [.shared([3])]),
  OperatorCase(
    ClipFactor(limit: 0.5), [.scalar(.positive)], gives: [.scalar], isDifferentiable: false),
]
