import PartitaConfig
import PartitaTraining
import Testing

/// A configuration that is small, yet has what makes equal bits hard.
struct TrainerModel: CustomTestStringConvertible, Sendable {
  let testDescription: String
  private let yaml: String
  private let own: [String]

  private init(testDescription: String, yaml: String, own: [String] = []) {
    self.testDescription = testDescription
    self.yaml = yaml
    self.own = own
  }

  /// The configuration, with these overrides.
  func config(_ overrides: [String] = []) throws -> TrainingConfig {
    try TrainingConfig(yaml: yaml, file: "run.yaml", overrides: own + overrides)
  }

  /// The same in mixed precision.
  var rounded: TrainerModel {
    TrainerModel(
      testDescription: "\(testDescription), in bfloat16", yaml: yaml,
      own: ["training.precision=bfloat16"])
  }

  /// Three linear layers; four microbatches of two samples.
  static let mlp = TrainerModel(
    testDescription: "mlp",
    yaml: """
      data: {name: synthetic, samples: 16, test_samples: 8, features: 7, classes: 5}
      model: {kind: mlp, widths: [7, 13, 11, 9, 5], activation: tanh}
      objective: {loss: cross-entropy, weight_decay: 1.0e-3}
      training: {batch: 8, microbatches: 4, steps: 4, momentum: 0.9, nesterov: true}
      """)

  /// Values that cross whole stages, and values with several readers.
  static let skip = TrainerModel(
    testDescription: "skip graph",
    yaml: """
      data: {name: synthetic, samples: 16, test_samples: 8, shape: [1, 3, 4], classes: 4}
      model:
        kind: layers
        layers:
          - {name: pixels, kind: flatten}
          - {name: stem, kind: linear, features: 12, activation: relu}
          - {name: second, kind: linear, features: 12}
          - {name: residual, kind: add, inputs: [stem, second]}
          - {name: deep, kind: linear, features: 12, activation: tanh}
          - {name: gate, kind: multiply, inputs: [deep, stem]}
          - {name: long, kind: add, inputs: [gate, pixels]}
          - {name: head, kind: linear, features: 4}
      training: {batch: 8, microbatches: 4, steps: 4, momentum: 0.9}
      """)

  /// A weight on the first and on the last stage, random numbers inside, a norm over all.
  static let gpt = TrainerModel(
    testDescription: "tied gpt with dropout, clipping and AdamW",
    yaml: """
      data: {name: synthetic, samples: 16, test_samples: 8, context: 5, classes: 11}
      model: {kind: gpt, depth: 2, width: 8, heads: 2, tied: true, dropout: 0.2}
      objective: {loss: cross-entropy, weight_decay: 1.0e-4}
      training:
        {batch: 8, microbatches: 4, steps: 4, optimizer: adamw, learning_rate: 0.01, clip_norm: 0.3}
      """)

  /// A last batch of three samples: slices of 2, 1, 0 and 0, so that ranks have none.
  static let ragged = TrainerModel(
    testDescription: "ragged batches with empty slices",
    yaml: """
      data: {name: synthetic, samples: 11, test_samples: 9, features: 6, classes: 4}
      model: {kind: mlp, widths: [6, 9, 8, 7, 4], activation: gelu, dropout: 0.3}
      objective: {loss: squared-error, weight_decay: 1.0e-3, decay_biases: true}
      training: {batch: 8, microbatches: 4, steps: 4, momentum: 0.8, clip_norm: 0.5}
      """)

  /// More microbatches than groups, and not a multiple of them.
  static let folded = TrainerModel(
    testDescription: "seven microbatches in four groups",
    yaml: """
      data: {name: synthetic, samples: 30, test_samples: 4, features: 5, classes: 3}
      model: {kind: mlp, widths: [5, 8, 6, 7, 3], activation: relu}
      training: {batch: 14, microbatches: 7, gradient_groups: 4, steps: 4}
      """)

  /// Convolutions and pooling.
  static let lenet = TrainerModel(
    testDescription: "lenet",
    yaml: """
      data: {name: synthetic, samples: 16, test_samples: 4, shape: [1, 13, 15], classes: 10}
      model: {kind: lenet, pooling: max}
      training: {batch: 8, microbatches: 4, steps: 4, learning_rate: 0.05, momentum: 0.9}
      """)

  /// Statistics of microbatches, running values, shortcuts; a last batch of five samples.
  static let resnet = TrainerModel(
    testDescription: "resnet",
    yaml: """
      data: {name: synthetic, samples: 21, test_samples: 5, shape: [2, 6, 7], classes: 4}
      model: {kind: resnet, depth: 8, channels: 3}
      objective: {loss: cross-entropy, weight_decay: 1.0e-3}
      training: {batch: 8, microbatches: 4, steps: 4, momentum: 0.9, clip_norm: 2}
      """)

  /// Weights of several blocks of a norm, with moments, decayed and clipped: replicas share them.
  static let wide = TrainerModel(
    testDescription: "wide mlp",
    yaml: """
      data: {name: synthetic, samples: 40, test_samples: 8, features: 90, classes: 5}
      model: {kind: mlp, widths: [90, 150, 97, 50, 5], activation: tanh}
      objective: {loss: cross-entropy, weight_decay: 1.0e-3}
      training:
        {batch: 8, microbatches: 4, steps: 4, optimizer: adamw, learning_rate: 0.01, clip_norm: 0.3}
      """)

  static let all = [mlp, skip, gpt, ragged, folded, lenet, resnet]

  /// All of them, each in mixed precision too.
  static let everyPrecision = all + all.map(\.rounded)
}
