internal import PartitaRuntime
internal import PartitaTransport

extension Trainer {
  /// Seconds of single steps, the slowest rank's of each, after some steps that don't count.
  ///
  /// Only full batches are measured; ranks start each step together. Every rank gets the same
  /// numbers.
  /// - Returns: the seconds of each measured step, and L of the last.
  public func measure(steps: Int, warmup: Int) throws -> (seconds: [Double], loss: Double) {
    let ranks = transport.size
    let board = UnsafeMutableBufferPointer<Double>.allocate(capacity: steps * ranks)
    defer { board.deallocate() }
    board.initialize(repeating: 0)
    let batches = experiment.batches
    let full = batches.samples / batches.batch
    var loss = Double.nan
    for step in 0..<warmup + steps {
      if step % full == 0 { feeder.beginTraining(epoch: step / full) }
      try transport.barrier()
      let start = ContinuousClock.now
      loss = try train(batches.range(ofBatch: step % full), step: step + 1).loss
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      if step >= warmup { board[(step - warmup) * ranks + transport.rank] = seconds }
    }
    try transport.sum(board)
    let slowest = (0..<steps).map { step in
      (0..<ranks).reduce(0) { max($0, board[step * ranks + $1]) }
    }
    return (slowest, loss)
  }
}
