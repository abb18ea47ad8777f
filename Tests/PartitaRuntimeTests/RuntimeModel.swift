import PartitaGraph
import PartitaPlan
import TestModels
import Testing

/// A small network with the batches that it is trained on, and what makes equal bits hard.
struct RuntimeModel: CustomTestStringConvertible, Sendable {
  private(set) var testDescription: String
  let model: TestModel
  /// The network with objective, gradients and updates, and with its loss alone: built once, for
  /// hundreds of plans.
  private var graphs: (training: Graphs, evaluation: Graphs)
  /// Samples to train and to test on.
  let samples, testSamples: Int
  let batch: Int
  var microbatches: Int
  var gradientGroups = 4
  var gradientOrder = GradientOrder.ascending
  /// Steps of a run.
  let steps = 4
  /// The weights' first values are drawn by it.
  var seed: UInt64 = 0

  init(
    testDescription: String, model: TestModel, samples: Int = 16, testSamples: Int = 8,
    batch: Int = 8, microbatches: Int = 4, gradientOrder: GradientOrder = .ascending
  ) {
    self.testDescription = testDescription
    self.model = model
    graphs = (
      Graphs { () throws(GraphError) in try model.training() },
      Graphs { () throws(GraphError) in try model.evaluation() }
    )
    self.samples = samples
    self.testSamples = testSamples
    self.batch = batch
    self.microbatches = microbatches
    self.gradientOrder = gradientOrder
  }

  /// The same, of whose steps each multiplies a vector by the Hessian of J.
  var products: RuntimeModel {
    var products = self
    products.learns = false
    products.testDescription = "H v of \(testDescription)"
    products.graphs.training = Graphs { [model] () throws(GraphError) in try model.products() }
    return products
  }

  /// Whether a step changes the weights, and so the losses of later ones.
  private(set) var learns = true

  private typealias Graphs = Result<ModelGraph, GraphError>

  func training() throws -> ModelGraph { try graphs.training.get() }
  func evaluation() throws -> ModelGraph { try graphs.evaluation.get() }

  var layers: [String] { model.layerNames }

  /// The samples of each microbatch of a batch, as many as fit in each.
  func microbatchSizes(batch size: Int) -> [Int] {
    let slice = (batch + microbatches - 1) / microbatches
    return (0..<microbatches).map { min(($0 + 1) * slice, size) - min($0 * slice, size) }
  }

  /// The batches of a pass over some samples: the last one may be ragged.
  func batches(samples: Int) -> [Range<Int>] {
    stride(from: 0, to: samples, by: batch).map { $0..<min($0 + batch, samples) }
  }

  /// Three linear layers; four microbatches of two samples.
  static let mlp = RuntimeModel(
    testDescription: "mlp",
    model: TestModel(
      "mlp", .mlp(widths: [7, 13, 11, 9, 5], activation: .tanh), input: .perSample([7]),
      classes: 5, optimizer: Optimizer(.sgd(momentum: 0.9, nesterov: true))))

  /// Values that cross whole stages, and values with several readers.
  static let skip = RuntimeModel(testDescription: "skip graph", model: .skip)

  /// A weight on the first and on the last stage, random numbers inside, a norm over all.
  static let gpt = RuntimeModel(
    testDescription: "tied gpt with dropout, clipping and AdamW", model: .tiedGPT)

  /// A last batch of three samples: slices of 2, 1, 0 and 0, so that ranks have none.
  static let ragged = RuntimeModel(
    testDescription: "ragged batches with empty slices",
    model: TestModel(
      "ragged", .mlp(widths: [6, 9, 8, 7, 4], activation: .gelu, dropout: 0.3),
      input: .perSample([6]), classes: 4,
      objective: Objective(loss: .squaredError, weightDecay: 1e-3, decaysBiases: true),
      optimizer: Optimizer(.sgd(momentum: 0.8, nesterov: false), clipNorm: 0.5)),
    samples: 11, testSamples: 9)

  /// More microbatches than groups, and not a multiple of them.
  static let folded = RuntimeModel(
    testDescription: "seven microbatches in four groups",
    model: TestModel(
      "folded", .mlp(widths: [5, 8, 6, 7, 3], activation: .relu), input: .perSample([5]),
      classes: 3, objective: Objective(loss: .crossEntropy),
      optimizer: Optimizer(.sgd(momentum: 0, nesterov: false))),
    samples: 30, testSamples: 4, batch: 14, microbatches: 7)

  /// Convolutions and pooling.
  static let lenet = RuntimeModel(
    testDescription: "lenet",
    model: TestModel(
      "lenet", .lenet(activation: .relu, pooling: .max, classes: 10),
      input: .perSample([1, 13, 15]), classes: 10, learningRate: 0.05),
    testSamples: 4)

  /// Groups folded from the highest microbatch; a last batch whose slices are 2, 2, 2, 1, 0 and 0
  /// begins another group with another of them.
  static let descending = RuntimeModel(
    testDescription: "groups in descending order", model: .tiedGPT, samples: 19, testSamples: 4,
    batch: 12, microbatches: 6, gradientOrder: .descending)

  /// All kinds of layers that networks from elsewhere are made of.
  static let imported = RuntimeModel(
    testDescription: "imported network", model: .imported, testSamples: 4)

  /// Statistics of a microbatch, running values that evaluation reads, residual blocks; a last batch
  /// of five samples.
  static let batchNorm = RuntimeModel(
    testDescription: "batch norm", model: .batchNorm, samples: 21, testSamples: 5)

  /// A model with tensors of several blocks of a norm, none a multiple of one, beside small ones; clipped
  /// and decayed.
  static func wide(_ optimizer: any OptimizerRule, _ name: String) -> RuntimeModel {
    RuntimeModel(
      testDescription: "wide mlp, \(name)",
      model: TestModel(
        "wide", .mlp(widths: [90, 150, 97, 50, 5], activation: .tanh), input: .perSample([90]),
        classes: 5, objective: Objective(loss: .crossEntropy, weightDecay: 1e-2),
        optimizer: Optimizer(of: optimizer, clipNorm: 0.4), learningRate: 0.01))
  }

  /// A tied weight of several blocks.
  static let wideGPT = RuntimeModel(
    testDescription: "tied gpt with a large vocabulary",
    model: TestModel(
      "wide tied gpt",
      .gpt(depth: 2, width: 24, heads: 2, vocabulary: 611, tied: true, dropout: 0.2),
      input: .perSample([5], .int32), classes: 611,
      objective: Objective(loss: .crossEntropy, weightDecay: 1e-3),
      optimizer: Optimizer(
        .adamW(beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01), clipNorm: 0.7),
      learningRate: 0.01))

  /// Models whose updates can be cut in several places, with every rule.
  static let shared = [
    wide(.sgd(momentum: 0, nesterov: false), "sgd"),
    wide(.sgd(momentum: 0.9, nesterov: true), "momentum"),
    wide(.adamW(beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01), "AdamW"),
    wideGPT,
  ]

  /// Models that compute each sample by itself, whatever microbatch it is in.
  static let ofSingleSamples = [mlp, skip, gpt, ragged, folded, lenet, descending, imported]

  static let all = ofSingleSamples + [batchNorm]
}
