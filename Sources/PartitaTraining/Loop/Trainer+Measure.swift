internal import PartitaData
internal import PartitaDevice
internal import PartitaPlan
public import PartitaRuntime
internal import PartitaTransport

/// Seconds of steps, as every rank knows them.
public struct StepMeasurement: Sendable {
  /// Seconds of each step, the slowest rank's.
  public let seconds: [Double]
  /// L of the last step.
  public let loss: Double
  /// Bytes of each rank's arena.
  public let arenaBytes: [Int]
  /// Bytes by which each rank's process has grown since just before its set-up, at its peak: above a
  /// warm process where it has been warmed (`Trainer.warmUp`).
  public let grownBytes: [Int]
  /// The step whose time is the median, the lower one of two; nil unless asked for.
  public let trace: MeasuredStep?

  /// The seconds, ascending.
  public var sorted: [Double] { seconds.sorted() }
  /// Their middle, or halfway between both.
  public var median: Double { seconds.median }
}

extension Trainer {
  /// Seconds of single steps, the slowest rank's of each, after some steps that don't count.
  ///
  /// Only full batches are measured; ranks start each step together. Every rank gets the same
  /// numbers.
  /// - Parameters:
  ///   - steps: those that count.
  ///   - warmup: those before them that don't.
  ///   - tracing: whether every step is recorded, to have a trace of the median.
  /// - Throws: `RuntimeError` or `TransportError` on a rank whose own work failed: it must abort the
  ///   others.
  public func measure(
    steps: Int, warmup: Int, tracing: Bool = false
  ) throws -> StepMeasurement {
    let ranks = transport.size
    let board = UnsafeMutableBufferPointer<Double>.allocate(capacity: steps * ranks)
    defer { board.deallocate() }
    board.initialize(repeating: 0)
    if tracing { try prepareRecording(ofStep: 1, steps: steps) }
    var loss = Double.nan
    for step in 0..<warmup + steps {
      if step == warmup { try recorder?.alignClocks() }
      let place = step >= warmup ? step - warmup : nil
      let timed = try timeStep(number: step + 1, recordedAt: place)
      loss = timed.loss
      if let place { board[place * ranks + transport.rank] = timed.seconds }
    }
    try recorder?.alignClocks()
    try transport.sum(board)
    let slowest = (0..<steps).map { step in
      (0..<ranks).reduce(0) { max($0, board[step * ranks + $1]) }
    }
    let middle = slowest.indices.lowerMedian { slowest[$0] } ?? 0
    let trace = try recorder?.trace(ofStep: middle)
    let memory = try everyRank([
      Double(arenaBytes), Double(max(0, ResidentMemory.peak - residentBefore)),
    ])
    return StepMeasurement(
      seconds: slowest, loss: loss, arenaBytes: memory.map { Int($0[0]) },
      grownBytes: memory.map { Int($0[1]) }, trace: trace)
  }

  /// Performs a step on a full batch and times it; ranks start it together. Every rank must call it.
  ///
  /// - Parameters:
  ///   - number: the step, counted from 1; steps are performed in order.
  ///   - place: the place in the recording where its times go; nil records nothing.
  /// - Returns: the seconds of this rank, and L.
  func timeStep(number: Int, recordedAt place: Int? = nil) throws -> (seconds: Double, loss: Double)
  {
    let batches = experiment.batches
    let (epoch, batch) = (number - 1).quotientAndRemainder(
      dividingBy: batches.samples / batches.batch)
    if batch == 0 { feeder.beginTraining(epoch: epoch) }
    try transport.barrier()
    let start = ContinuousClock.now
    let result = try train(batches.range(ofBatch: batch), step: number, place: place)
    return ((ContinuousClock.now - start) / .seconds(1), result.loss)
  }

  /// What every rank has of some numbers.
  private func everyRank(_ own: [Double]) throws -> [[Double]] {
    let board = UnsafeMutableBufferPointer<Double>.allocate(capacity: own.count * transport.size)
    defer { board.deallocate() }
    board.initialize(repeating: 0)
    for (index, number) in own.enumerated() { board[transport.rank * own.count + index] = number }
    try transport.sum(board)
    return (0..<transport.size).map { rank in own.indices.map { board[rank * own.count + $0] } }
  }
}
