internal import PartitaDevice

/// The scalars that every rank gets to know.
struct ScalarExchange {
  /// One double for each scalar, or for each group of a sum over samples, and behind them the
  /// signals; memory of the host.
  let board: UnsafeMutableBufferPointer<Double>
  /// What this rank writes on the board.
  let own: [(slot: Int, source: UnsafeRawPointer)]
  /// Additions on the board that add up a scalar's groups, in the order of the tree.
  let additions: [(into: Int, other: Int)]
  /// Where each scalar goes.
  let results: [(slot: Int, target: UnsafeMutableRawPointer)]

  /// Lets every rank know every scalar.
  /// - Parameters:
  ///   - signals: what this rank has to say, and then the sums of what all have.
  ///   - sum: adds up the ranks' boards.
  func perform<D: Device>(
    on arena: DeviceArena<D>, signals: inout StepSignals,
    sum: (UnsafeMutableBufferPointer<Double>) throws -> Void
  ) throws {
    board.update(repeating: 0)
    let firstSignal = board.count - StepSignals.scalarCount
    for lane in 0..<StepSignals.scalarCount { board[firstSignal + lane] = signals[lane] }
    guard let slots = board.baseAddress else { return try arena.finish() }
    for (slot, source) in own { arena.download(source, to: slots + slot, bytes: 8) }
    try arena.finish()
    try sum(board)
    for lane in 0..<StepSignals.scalarCount { signals[lane] = board[firstSignal + lane] }
    for (into, other) in additions { slots[into] += slots[other] }
    for (slot, target) in results { arena.upload(slots + slot, to: target, bytes: 8) }
  }
}
