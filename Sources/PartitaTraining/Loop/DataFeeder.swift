internal import PartitaData
internal import PartitaGraph
internal import PartitaRuntime

/// Feeds a rank's programs from its own copy of the data.
final class DataFeeder: BatchFeeder {
  private let dataset: Dataset?
  private let orders: EpochOrder
  /// The order of the training samples in the present epoch, and that of the test samples.
  private var trainingOrder, testOrder, validationOrder: [Int]
  private var pass = Pass.training

  /// What the present batch is of.
  private enum Pass {
    case training, validation, test
  }

  /// Told what the network says of samples of the current batch.
  var onOutputs: (UnsafeRawBufferPointer, Range<Int>) -> Void = { _, _ in }

  private var epoch = 0
  private var first = 0
  private var sampleWeight: Float = 0

  /// - Parameters:
  ///   - dataset: nil on ranks whose stages read neither inputs nor labels.
  ///   - seed: keys the orders of epochs.
  ///   - validationCount: the last so many training samples are for validation.
  init(_ dataset: Dataset?, seed: UInt64, validationCount: Int = 0) {
    self.dataset = dataset
    orders = EpochOrder(seed: seed)
    let count = dataset?.train.count ?? 0
    let first = max(0, count - validationCount)
    trainingOrder = Array(0..<first)
    validationOrder = Array(first..<count)
    testOrder = Array(0..<(dataset?.test.count ?? 0))
  }

  /// Begins a pass over the training samples.
  func beginTraining(epoch: Int) {
    orders.write(epoch: epoch, into: &trainingOrder)
    self.epoch = epoch
    pass = .training
  }

  /// Begins a pass over the validation samples, in their own order, as the first epoch has them.
  func beginValidation() {
    epoch = 0
    pass = .validation
  }

  /// Begins a pass over the test samples, in their own order.
  func beginTest() {
    epoch = 0
    pass = .test
  }

  /// Makes these places of the order the current batch.
  func beginBatch(_ range: Range<Int>, sampleWeight: Double) {
    first = range.lowerBound
    self.sampleWeight = Float(sampleWeight)
  }

  /// Makes the first batch of the first epoch the current one.
  func beginFirstBatch(of batches: Batches) {
    beginTraining(epoch: 0)
    let range = batches.range(ofBatch: 0)
    beginBatch(range, sampleWeight: 1 / Double(range.count))
  }

  func read(outputs: UnsafeRawBufferPointer, samples: Range<Int>) { onOutputs(outputs, samples) }

  func fill(_ role: VariableRole, samples: Range<Int>, into target: UnsafeMutableRawBufferPointer) {
    if role == .sampleWeight {
      target.bindMemory(to: Float.self).update(repeating: sampleWeight)
      return
    }
    guard let split = pass == .test ? dataset?.test : dataset?.train else {
      preconditionFailure("a stage reads data that its rank has not loaded")
    }
    let order =
      switch pass {
      case .training: trainingOrder
      case .validation: validationOrder
      case .test: testOrder
      }
    let places = order.span.extracting(first + samples.lowerBound..<first + samples.upperBound)
    switch role {
    case .input: split.write(inputs: places, epoch: epoch, into: target)
    case .label: split.write(labels: places, epoch: epoch, into: target)
    default: preconditionFailure("no data fills a variable of role \(role)")
    }
  }
}
