internal import PartitaGraph
public import PartitaSchedule

/// Where the time of a traced step went, rank by rank: what ``Prediction`` says of a simulated step, read
/// off the spans and messages of one that may have been measured.
///
/// Causes are those of `Prediction.Idle`. A message is on its way from the moment at which its sender
/// began to send it, so what it waits for its sender's next call into MPI counts as message time.
public struct TraceAccount: Hashable, Sendable {
  /// One rank's time; work and idle time add up to the makespan.
  public struct Rank: Hashable, Sendable {
    /// Seconds in spans of work.
    public var busySeconds = 0.0
    /// Seconds of waiting, by cause.
    public var idle = Prediction.Idle()
  }

  /// Seconds until the last rank was done.
  public let makespanSeconds: Double
  /// Each rank.
  public let ranks: [Rank]

  /// Reads a trace.
  ///
  /// Complexity: O(spans + messages).
  public init(_ trace: Trace) {
    let makespan = trace.makespan
    let arrivals = Self.arrivals(in: trace)
    let lastCompute = trace.ranks.flatMap(\.spans).reduce(0) {
      $1.isCompute ? max($0, $1.end) : $0
    }
    var ranks = trace.ranks.enumerated().map { number, rank in
      Self.account(
        of: rank.spans, makespan: makespan, lastCompute: lastCompute, arrivals[number])
    }
    let busiest = ranks.reduce(0) { max($0, $1.busySeconds) }
    for index in ranks.indices {
      // No order of work can avoid what the busiest rank has more to do.
      let imbalance = min(ranks[index].idle.fillAndDrain, busiest - ranks[index].busySeconds)
      ranks[index].idle.imbalance = imbalance
      ranks[index].idle.fillAndDrain -= imbalance
    }
    makespanSeconds = makespan
    self.ranks = ranks
  }

  /// The mean over ranks of something.
  public func mean(_ part: (Rank) -> Double) -> Double {
    ranks.isEmpty ? 0 : ranks.reduce(0) { $0 + part($1) } / Double(ranks.count)
  }

  /// A message that a compute action reads.
  private struct Reader: Hashable {
    let stage, microbatch: Int
    let isForward: Bool
  }

  /// For each rank what came for each action, and when it left.
  private static func arrivals(
    in trace: Trace
  ) -> [[Reader: [(sent: Double, received: Double)]]] {
    var arrivals = trace.ranks.map { _ in [Reader: [(sent: Double, received: Double)]]() }
    for message in trace.messages where trace.ranks.indices.contains(message.to) {
      guard case .send(let transfer) = message.action, let microbatch = transfer.microbatch else {
        continue
      }
      let reader = Reader(
        stage: transfer.to, microbatch: microbatch, isForward: transfer.kind == .activation)
      arrivals[message.to][reader, default: []].append((message.sent, message.received))
    }
    return arrivals
  }

  private static func account(
    of spans: [Trace.Span], makespan: Double, lastCompute: Double,
    _ arrivals: [Reader: [(sent: Double, received: Double)]]
  ) -> Rank {
    var rank = Rank()
    let first = spans.firstIndex { $0.isCompute } ?? spans.endIndex
    let last = spans.lastIndex { $0.isCompute } ?? -1
    /// Behind a rank's own work: others still compute, or it is sums and updates.
    func addLate(from start: Double, to end: Double) {
      let border = min(max(lastCompute, start), end)
      rank.idle.fillAndDrain += border - start
      rank.idle.reduction += end - border
    }
    var time = 0.0
    for (place, span) in spans.enumerated() {
      // What no span tells of lies before a rank's first one.
      rank.idle.fillAndDrain += max(0, span.start - time)
      time = span.end
      let seconds = span.end - span.start
      guard span.category == .wait || span.category == .exchange else {
        rank.busySeconds += seconds
        continue
      }
      if place > last {
        addLate(from: span.start, to: span.end)
      } else if place < first {
        rank.idle.fillAndDrain += seconds
      } else if case .compute(let action) = span.action {
        rank.idle.add(waitFrom: span.start, to: span.end, for: read(by: action, arrivals))
      } else {
        rank.idle.reduction += seconds
      }
    }
    addLate(from: time, to: max(time, makespan))
    return rank
  }

  /// What an action reads first; R reads only what its F has read before, W what its I has.
  private static func read(
    by action: ComputeAction, _ arrivals: [Reader: [(sent: Double, received: Double)]]
  ) -> [(sent: Double, received: Double)] {
    guard action.phase == .forward || action.phase.sendsGradients else { return [] }
    let reader = Reader(
      stage: action.stage, microbatch: action.microbatch, isForward: action.phase == .forward)
    return arrivals[reader] ?? []
  }
}

extension Prediction.Idle {
  /// Shares out a wait at a compute action: for the last message that came in it, before that left and
  /// on its way; what is left is a slot that was still being sent from.
  fileprivate mutating func add(
    waitFrom start: Double, to end: Double, for messages: [(sent: Double, received: Double)]
  ) {
    // Clocks and roundings agree to less than this.
    let slack = 1e-9 + 0.01 * (end - start)
    let last = messages.filter { $0.received > start && $0.received <= end + slack }
      .max { $0.received < $1.received }
    guard let last else {
      memory += end - start
      return
    }
    let read = min(last.received, end)
    let left = min(max(last.sent, start), read)
    fillAndDrain += left - start
    self.messages += read - left
    memory += end - read
  }
}

extension Trace.Span {
  fileprivate var isCompute: Bool {
    switch category {
    case .forward, .recompute, .backward, .inputGradient, .weightGradient: true
    default: false
    }
  }
}
