internal import PartitaData
internal import PartitaGraph
internal import PartitaRuntime

/// Feeds a rank's programs from its own copy of the data.
final class DataFeeder: BatchFeeder {
  private let dataset: Dataset?
  private let orders: EpochOrder
  /// The order of the training samples in the present epoch, and that of the test samples.
  private var trainingOrder, testOrder: [Int]
  private var isTesting = false
  private var epoch = 0
  private var first = 0
  private var sampleWeight: Float = 0

  /// - Parameters:
  ///   - dataset: nil on ranks whose stages read neither inputs nor labels.
  ///   - seed: keys the orders of epochs.
  init(_ dataset: Dataset?, seed: UInt64) {
    self.dataset = dataset
    orders = EpochOrder(seed: seed)
    trainingOrder = Array(0..<(dataset?.train.count ?? 0))
    testOrder = Array(0..<(dataset?.test.count ?? 0))
  }

  /// Begins a pass over the training samples.
  func beginTraining(epoch: Int) {
    orders.write(epoch: epoch, into: &trainingOrder)
    self.epoch = epoch
    isTesting = false
  }

  /// Begins a pass over the test samples, in their own order.
  func beginTest() {
    epoch = 0
    isTesting = true
  }

  /// Makes these places of the order the current batch.
  func beginBatch(_ range: Range<Int>, sampleWeight: Double) {
    first = range.lowerBound
    self.sampleWeight = Float(sampleWeight)
  }

  func fill(_ role: VariableRole, samples: Range<Int>, into target: UnsafeMutableRawBufferPointer) {
    if role == .sampleWeight {
      target.bindMemory(to: Float.self).update(repeating: sampleWeight)
      return
    }
    guard let split = isTesting ? dataset?.test : dataset?.train else {
      preconditionFailure("a stage reads data that its rank has not loaded")
    }
    let order = isTesting ? testOrder : trainingOrder
    let places = order.span.extracting(first + samples.lowerBound..<first + samples.upperBound)
    switch role {
    case .input: split.write(inputs: places, epoch: epoch, into: target)
    case .label: split.write(labels: places, epoch: epoch, into: target)
    default: preconditionFailure("no data fills a variable of role \(role)")
    }
  }
}
