internal import PartitaGraph
internal import PartitaRuntime

/// Feeds a rank's programs from its own copy of the data.
final class DataFeeder: BatchFeeder {
  private let dataset: Dataset?
  private var split: Dataset.Split?
  private var order: [Int] = []
  private var epoch = 0
  private var first = 0
  private var sampleWeight: Float = 0

  /// - Parameter dataset: nil on ranks whose stages read neither inputs nor labels.
  init(_ dataset: Dataset?) { self.dataset = dataset }

  /// Begins a pass over the training samples in this order.
  func beginTraining(epoch: Int, order: [Int]) {
    split = dataset?.train
    self.order = order
    self.epoch = epoch
  }

  /// Begins a pass over the test samples, in their own order.
  func beginTest(count: Int) {
    split = dataset?.test
    order = Array(0..<count)
    epoch = 0
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
    guard let split else { preconditionFailure("a stage reads data that its rank has not loaded") }
    let order = self.order
    let places = order.span.extracting(first + samples.lowerBound..<first + samples.upperBound)
    switch role {
    case .input: split.write(inputs: places, epoch: epoch, into: target)
    case .label: split.write(labels: places, epoch: epoch, into: target)
    default: preconditionFailure("no data fills a variable of role \(role)")
    }
  }
}
