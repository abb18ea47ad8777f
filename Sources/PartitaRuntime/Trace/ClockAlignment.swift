package import PartitaTransport

/// How a rank's clock stands to that of rank 0.
package struct ClockReading: Hashable {
  /// When it was read, by the rank's own clock and by that of rank 0, in nanoseconds.
  package let local, reference: Int64
  /// Nanoseconds that the rank's clock is ahead, and how far off that may be.
  package let offset, uncertainty: Double

  package init(local: Int64, reference: Int64, offset: Double, uncertainty: Double) {
    self.local = local
    self.reference = reference
    self.offset = offset
    self.uncertainty = uncertainty
  }
}

/// Compares the ranks' clocks by ping-pong with rank 0.
///
/// Of many round trips the shortest counts: the answer was written in its middle, give or take
/// half of its time (Cristian, "Probabilistic clock synchronization", 1989, section 3).
package final class ClockAlignment {
  /// Round trips with each rank.
  static let rounds = 200

  private struct Line {
    let peer: Int
    let send, receive: Message
    let sent, received: UnsafeMutablePointer<Int64>
  }

  private let transport: any Transport
  private let clock: StepClock
  private let memory: UnsafeMutablePointer<Int64>
  private let lines: [Line]

  /// Makes the messages; all ranks must.
  /// - Parameter tag: a tag that nobody else uses.
  package init(_ transport: any Transport, tag: Int, clock: StepClock) throws(TransportError) {
    let peers = transport.rank == 0 ? Array(1..<transport.size) : [0]
    let memory = UnsafeMutablePointer<Int64>.allocate(capacity: 2 * peers.count)
    memory.initialize(repeating: 0, count: 2 * peers.count)
    var lines: [Line] = []
    do {
      for (index, peer) in peers.enumerated() where transport.size > 1 {
        let (sent, received) = (memory + 2 * index, memory + 2 * index + 1)
        lines.append(
          Line(
            peer: peer,
            send: try transport.makeSend(
              of: UnsafeRawBufferPointer(start: sent, count: 8), to: peer, tag: tag),
            receive: try transport.makeReceive(
              into: UnsafeMutableRawBufferPointer(start: received, count: 8), from: peer, tag: tag),
            sent: sent, received: received))
      }
    } catch {
      memory.deallocate()
      throw error
    }
    self.transport = transport
    self.clock = clock
    self.memory = memory
    self.lines = lines
  }

  deinit { memory.deallocate() }

  /// Compares all clocks; every rank must call it. Complexity: `rounds` round trips for each rank.
  package func read() throws(TransportError) -> ClockReading {
    // For each rank: how far it is ahead, and half of the best round trip; then rank 0's time.
    let board = UnsafeMutableBufferPointer<Double>.allocate(capacity: 2 * transport.size + 1)
    defer { board.deallocate() }
    board.initialize(repeating: 0)
    if transport.rank == 0 {
      for line in lines {
        let (offset, half) = try ask(line)
        board[2 * line.peer] = offset
        board[2 * line.peer + 1] = half
      }
    } else {
      for line in lines { try answer(line) }
    }
    let local = clock.now
    if transport.rank == 0 { board[2 * transport.size] = Double(local) }
    try transport.sum(board)
    return ClockReading(
      local: local, reference: Int64(board[2 * transport.size]), offset: board[2 * transport.rank],
      uncertainty: (0..<transport.size).reduce(0) { max($0, board[2 * $1 + 1]) })
  }

  private func ask(_ line: Line) throws(TransportError) -> (offset: Double, half: Double) {
    var best = Int64.max
    var offset = 0.0
    for _ in 0..<Self.rounds {
      try transport.start(line.receive)
      let asked = clock.now
      try transport.start(line.send)
      try transport.wait(for: line.receive)
      let answered = clock.now
      try transport.wait(for: line.send)
      guard answered - asked < best else { continue }
      best = answered - asked
      offset = Double(line.received.pointee - asked) - Double(best) / 2
    }
    return (offset, Double(best) / 2)
  }

  private func answer(_ line: Line) throws(TransportError) {
    for _ in 0..<Self.rounds {
      try transport.start(line.receive)
      try transport.wait(for: line.receive)
      line.sent.pointee = clock.now
      try transport.start(line.send)
      try transport.wait(for: line.send)
    }
  }
}

/// What two comparisons of clocks, one before a step and one after, say about the time between.
package struct ClockLine {
  let before, after: ClockReading

  package init(before: ClockReading, after: ClockReading) {
    self.before = before
    self.after = after
  }

  /// Seconds, by the clock of rank 0, since its first comparison.
  ///
  /// Between the comparisons the offset is taken to drift evenly.
  package func seconds(_ local: Int64) -> Double {
    let span = Double(after.local - before.local)
    let share = span > 0 ? Double(local - before.local) / span : 0
    let drift = (after.offset - before.offset) * share
    // Large numbers first: clocks of different hosts may have started years apart.
    let sinceBefore = Double(local - before.reference - Int64(before.offset.rounded(.down)))
    return (sinceBefore - (before.offset - before.offset.rounded(.down)) - drift) / 1e9
  }

  /// How far off a time may be, on any rank.
  package var uncertaintySeconds: Double { max(before.uncertainty, after.uncertainty) / 1e9 }
}
