internal import PartitaPlan
internal import PartitaSchedule

/// All ranks' times of one step, in one array to which each rank brings its own: their sum is
/// everybody's.
struct TimeBoard {
  /// Zero but for what this rank wrote, until the ranks' arrays have been added up.
  let numbers: UnsafeMutableBufferPointer<Double>
  private let program: Program
  /// Where each rank's times start: the start of the step, then two for each action and the end.
  private let firstTime: [Int]
  /// Where the messages start: when it was sent, when it was received,
  /// the action that sent it, the first one that waits for it.
  private let firstMessage: Int
  private static let perMessage = 4

  init(_ program: Program) {
    self.program = program
    var firstTime: [Int] = []
    var next = 0
    for rank in program.ranks {
      firstTime.append(next)
      next += 1 + 2 * (rank.actions.count + 1)
    }
    self.firstTime = firstTime
    firstMessage = next
    numbers = .allocate(capacity: next + Self.perMessage * program.messages.count)
    numbers.initialize(repeating: 0)
  }

  func deallocate() { numbers.deallocate() }

  /// Writes what one rank knows.
  mutating func write(_ times: StepTimes, _ ends: [MessageEnd], rank: Int, _ line: ClockLine) {
    let first = firstTime[rank]
    numbers[first] = line.seconds(times.start)
    for place in times.end.indices {
      numbers[first + 1 + 2 * place] = line.seconds(times.ready[place])
      numbers[first + 2 + 2 * place] = line.seconds(times.end[place])
    }
    for (index, end) in ends.enumerated() {
      let slot = firstMessage + Self.perMessage * end.message
      if end.isSending {
        numbers[slot] = line.seconds(
          program.ranks[rank].actions[end.started].addsBeforeSending
            ? times.end[end.started] : times.ready[end.started])
        numbers[slot + 2] = Double(end.started)
      } else {
        // Nobody had to wait: it had come before the action began, and nobody knows when.
        let begun = end.awaited > 0 ? times.end[end.awaited - 1] : times.start
        numbers[slot + 1] = line.seconds(times.seen[index] > 0 ? times.seen[index] : begun)
        numbers[slot + 3] = Double(end.awaited)
      }
    }
  }

  /// The step as all ranks performed it, from the moment at which the first of them began.
  func trace() -> Trace {
    let origin = firstTime.reduce(Double.infinity) { min($0, numbers[$1]) }
    let gathered = lastExchange()
    let ranks = program.ranks.indices.map { rank in
      Trace.Rank(
        name: program.plan.heading(ofRank: rank),
        spans: spans(ofRank: rank, origin: origin, exchangeAt: gathered))
    }
    var messages: [Trace.Message] = []
    for (index, message) in program.messages.enumerated() where message.from != message.to {
      let slot = firstMessage + Self.perMessage * index
      let sent = numbers[slot] - origin
      messages.append(
        Trace.Message(
          action: program.ranks[message.from].actions[Int(numbers[slot + 2])], from: message.from,
          to: message.to, sent: sent,
          // Clocks agree only so far, but nothing arrives before it has left.
          received: max(numbers[slot + 1] - origin, sent), bytes: program.bytes(of: message)))
    }
    return Trace(ranks: ranks, messages: messages)
  }

  /// The step's seconds if every message had arrived the moment it left.
  func secondsWithFreeMessages() -> Double {
    let origin = firstTime.reduce(Double.infinity) { min($0, numbers[$1]) }
    let gathered = lastExchange()
    var readers = program.ranks.map { rank in
      Array(repeating: [FreeMessages.Departure](), count: rank.actions.count + 1)
    }
    for (index, message) in program.messages.enumerated() where message.from != message.to {
      let slot = firstMessage + Self.perMessage * index
      let action = Int(numbers[slot + 2])
      // A clock is read when an action is done, not when it sends: it may have been read late, or
      // the clocks disagree, but what was there had left.
      let left = min(numbers[slot], numbers[slot + 1])
      readers[message.to][Int(numbers[slot + 3])].append(
        FreeMessages.Departure(
          rank: message.from, action: action, delay: left - ready(message.from, action)))
    }
    let replay = FreeMessages(
      seconds: program.ranks.indices.map { rank in
        program.ranks[rank].actions.enumerated().map { place, action in
          let ready = ready(rank, place)
          let end = end(rank, place)
          return end - (action == .exchange ? min(max(ready, gathered), end) : ready)
        }
      },
      starts: firstTime.map { numbers[$0] - origin }, readers: readers,
      exchanges: program.ranks.map { $0.actions.firstIndex(of: .exchange) })
    return replay.makespan()
  }

  private func ready(_ rank: Int, _ place: Int) -> Double {
    numbers[firstTime[rank] + 1 + 2 * place]
  }

  private func end(_ rank: Int, _ place: Int) -> Double {
    numbers[firstTime[rank] + 2 + 2 * place]
  }

  private func spans(ofRank rank: Int, origin: Double, exchangeAt gathered: Double) -> [Trace.Span]
  {
    let actions = program.ranks[rank].actions
    var spans: [Trace.Span] = []
    var time = numbers[firstTime[rank]]
    func add(until end: Double, _ category: Trace.Category, _ action: Action?) {
      spans.append(
        Trace.Span(start: time - origin, end: end - origin, category: category, action: action))
      time = end
    }
    for (place, action) in actions.enumerated() {
      let end = end(rank, place)
      let ready = action == .exchange ? min(max(gathered, time), end) : ready(rank, place)
      if ready > time { add(until: ready, .wait, action) }
      add(until: end, action.category, action)
    }
    if end(rank, actions.count) > time { add(until: end(rank, actions.count), .wait, nil) }
    return spans
  }

  /// When the last rank came to the exchange: before that it can't end, so the others wait.
  private func lastExchange() -> Double {
    program.ranks.indices.reduce(-.infinity) { latest, rank in
      guard let place = program.ranks[rank].actions.firstIndex(of: .exchange) else { return latest }
      return max(latest, ready(rank, place))
    }
  }
}

extension Action {
  /// Whether what it sends is made by itself.
  fileprivate var addsBeforeSending: Bool {
    switch self {
    case .reduce, .combine: true
    default: false
    }
  }
}
