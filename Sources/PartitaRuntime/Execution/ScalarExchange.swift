internal import PartitaDevice

/// The scalars that every rank gets to know.
struct ScalarExchange {
  /// One double for each scalar, or for each group of a sum over samples, and behind them the
  /// signals; memory of the host.
  let board: UnsafeMutableBufferPointer<Double>
  /// Doubles of this rank that it writes on the board.
  struct Told {
    let slot: Int
    let source: UnsafeRawPointer
    var count = 1
  }

  /// The sums of a norm's blocks, which ranks tell each other.
  struct Blocks {
    /// The first of them, and where the norm goes.
    let slot: Int
    let count: Int
    /// What their sum is multiplied by.
    let factor: Double

    /// Adds them up by the tree of law 2: i and i + ⌈n/2⌉, level by level.
    func add(on slots: UnsafeMutablePointer<Double>) {
      let values = slots + slot
      var count = count
      while count > 1 {
        let half = (count + 1) / 2
        for index in 0..<count - half { values[index] += values[index + half] }
        count = half
      }
      values[0] *= factor
    }
  }

  /// What this rank writes on the board.
  let own: [Told]
  /// Additions on the board that add up a scalar's groups, in the order of the tree.
  let additions: [(into: Int, other: Int)]
  /// Norms of which replicas know blocks.
  let blocks: [Blocks]
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
    for told in own {
      arena.download(told.source, to: slots + told.slot, bytes: 8 * told.count)
    }
    try arena.finish()
    try sum(board)
    for lane in 0..<StepSignals.scalarCount { signals[lane] = board[firstSignal + lane] }
    for (into, other) in additions { slots[into] += slots[other] }
    for norm in blocks { norm.add(on: slots) }
    for (slot, target) in results { arena.upload(slots + slot, to: target, bytes: 8) }
  }
}
