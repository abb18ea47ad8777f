internal import PartitaGraph

extension TestModel {
  /// The digits MLP: two layers.
  public static let digits = TestModel(
    "digits", .mlp(widths: [64, 128, 10], activation: .relu), input: .perSample([64]), classes: 10)

  /// Four layers of uneven widths, none a multiple of a vector.
  public static let mlp = TestModel(
    "mlp", .mlp(widths: [7, 13, 11, 9, 5], activation: .relu), input: .perSample([7]), classes: 5)

  /// An MLP with dropout: layers that compute nothing in evaluation.
  public static let dropoutMLP = TestModel(
    "mlp with dropout", .mlp(widths: [6, 9, 8, 4], activation: .gelu, dropout: 0.3),
    input: .perSample([6]), classes: 4,
    optimizer: Optimizer(.sgd(momentum: 0.8, nesterov: true), clipNorm: 0.5))

  /// A residual block, a gate, and an edge over all of it: values that cross whole stages.
  public static let skip = TestModel(
    "skip graph",
    [
      LayerDescription("pixels", .flatten),
      LayerDescription("stem", .linear(features: 12, activation: .relu)),
      LayerDescription("second", .linear(features: 12)),
      LayerDescription("residual", .add, inputs: ["stem", "second"]),
      LayerDescription("deep", .linear(features: 12, activation: .tanh)),
      LayerDescription("gate", .multiply, inputs: ["deep", "stem"]),
      LayerDescription("long", .add, inputs: ["gate", "pixels"]),
      LayerDescription("head", .linear(features: 4)),
    ], input: .perSample([1, 3, 4]), classes: 4)

  /// A weight with three readers in different layers.
  public static let tiedLinear = TestModel(
    "tied linear layers",
    [
      LayerDescription("a", .linear(features: 6, activation: .tanh)),
      LayerDescription("b", .linear(features: nil, activation: .sigmoid, tiedTo: "a")),
      LayerDescription("c", .linear(features: nil, activation: .relu, tiedTo: "a")),
      LayerDescription("head", .linear(features: 3)),
    ], input: .perSample([6]), classes: 3)

  /// A GPT with a tied head, dropout, clipping and AdamW.
  public static let tiedGPT = TestModel(
    "tied gpt",
    .gpt(depth: 2, width: 8, heads: 2, vocabulary: 11, tied: true, dropout: 0.2),
    input: .perSample([5], .int32), classes: 11,
    objective: Objective(loss: .crossEntropy),
    optimizer: Optimizer(
      .adamW(beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01), clipNorm: 0.7),
    learningRate: 0.01)

  /// Norms over microbatches of images and of vectors, one of them within a residual block.
  public static let batchNorm = TestModel(
    "batch norm",
    [
      LayerDescription("conv", .convolution(channels: 3, kernel: 3, padding: 1, bias: false)),
      LayerDescription("norm", .batchNorm(activation: .relu)),
      LayerDescription("deep", .convolution(channels: 3, kernel: 3, padding: 1, bias: false)),
      LayerDescription("deep_norm", .batchNorm(momentum: 0.3)),
      LayerDescription("residual", .add, inputs: ["norm", "deep_norm"]),
      LayerDescription("pool", .globalAveragePool),
      LayerDescription("vector_norm", .batchNorm(epsilon: 1e-3)),
      LayerDescription("head", .linear(features: 4)),
    ], input: .perSample([2, 5, 4]), classes: 4,
    optimizer: Optimizer(.sgd(momentum: 0.9, nesterov: false), clipNorm: 0.7))

  /// LeNet-5 on its images.
  public static let lenet = TestModel(
    "lenet", .lenet(activation: .relu, pooling: .max, classes: 10),
    input: .perSample([1, 28, 28]), classes: 10, learningRate: 0.05)

  /// What networks from elsewhere are made of: grouped and dilated convolutions, squeeze and excite,
  /// branches that are joined, functions with trained and with fixed measures, attention written out.
  public static let imported = TestModel(
    "imported",
    [
      LayerDescription(
        "stem",
        .convolution(
          channels: 4, kernel: RowsAndColumns(rows: 3, columns: 2), stride: 2,
          padding: Margins(top: 1, left: 0, bottom: 1, right: 1), bias: false)),
      LayerDescription("scale", .scale([4, 1, 1])),
      LayerDescription("shift", .bias([4, 1, 1])),
      LayerDescription("swish", .hardSwish),
      LayerDescription(
        "depthwise", .convolution(channels: 4, kernel: 3, padding: 1, groups: 4, activation: .silu)),
      LayerDescription(
        "squeeze",
        .averagePool(kernel: 3, stride: 2, padding: 1, roundsUp: true, countsPadding: false)),
      LayerDescription(
        "mean", .averagePool(kernel: RowsAndColumns(rows: 3, columns: 2), stride: 1)),
      LayerDescription("gate", .hardSigmoid()),
      LayerDescription("excite", .multiply, inputs: ["squeeze", "gate"]),
      LayerDescription("wide", .convolution(channels: 2, kernel: 2, padding: 1, dilation: 2)),
      LayerDescription("prelu", .prelu()),
      LayerDescription(
        "pool",
        .maxPool(kernel: 2, stride: 1, padding: Margins(top: 1, left: 1, bottom: 0, right: 0)),
        inputs: ["excite"]),
      LayerDescription("elu", .elu()),
      LayerDescription("joined", .concat(), inputs: ["prelu", "elu"]),
      LayerDescription("leaky", .leakyReLU()),
      LayerDescription("less", .addConstant(-0.1)),
      LayerDescription("cut", .clip(minimum: -1, maximum: 6)),
      LayerDescription("rows", .reshape([6, 6])),
      LayerDescription("query", .linear(features: 3)),
      LayerDescription("key", .linear(features: 3, activation: .softplus), inputs: ["rows"]),
      LayerDescription("scores", .matmul(transposesRight: true), inputs: ["query", "key"]),
      LayerDescription("scaled", .multiplyConstant(0.5)),
      LayerDescription("weights", .softmax()),
      LayerDescription("mixed", .matmul(), inputs: ["weights", "query"]),
      LayerDescription("ratio", .divide, inputs: ["mixed", "key"]),
      LayerDescription("rest", .subtract, inputs: ["query", "ratio"]),
      LayerDescription("part", .slice(1..<5)),
      LayerDescription("logs", .logSoftmax(axis: 0)),
      LayerDescription("flat", .flatten),
      LayerDescription("head", .linear(features: 4)),
    ], input: .perSample([2, 7, 6]), classes: 4)
}
