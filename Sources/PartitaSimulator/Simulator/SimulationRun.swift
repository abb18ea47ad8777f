internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

/// A program being performed on paper, action by action.
///
/// Nothing here depends on who goes first: every time is the largest of some others plus a cost, so
/// ranks run one after the other, each until it needs what isn't known yet.
struct SimulationRun {
  /// What bounds an action from below: the action before on its rank, a message, an exchange.
  enum Bound {
    static let before: Int32 = -1
    static let exchange: Int32 = -2
  }

  /// A meeting of all ranks.
  struct Exchange {
    var arrived = 0
    var latest = -1.0
    /// The rank that came last, and the place of its action.
    var rank = 0
    var place = 0
  }

  /// Where a rank's time goes.
  struct Account {
    var busy = 0.0
    var compute = 0.0
    /// Waits for others, for messages, for sums, for slots; but for those after the last compute
    /// action, whose causes are known at the end.
    var others = 0.0
    var messages = 0.0
    var reduction = 0.0
    var memory = 0.0
    var firstCompute = Int.max
    var lastCompute = -1
    var firstStart = 0.0
    var lastEnd = 0.0
    var peakStash = 0
    var peakStashBytes = 0
  }

  let program: Program
  let costs: StepCosts
  let tables: MessageTables
  let slots: SlotTables
  let width: Int
  /// The full buckets of each stage that the program leaves out; empty where it has all.
  let leftOutBuckets: [Int]

  /// For each message the times at which it was sent and its receive was started, and at which it
  /// had arrived; -1 while unknown.
  var sent, posted, arrived: [Double]
  /// The places of the actions that did so.
  var sendPlace, receivePlace: [Int32]
  /// Whether its reader has paid for it.
  var isRead: [Bool]
  /// For each rank: its time, its next action, the message that it waits for.
  var clock: [Double]
  var next: [Int]
  var blockedOn: [Int32]
  /// For each action of all ranks the time of its end and what bound it.
  var ends: [Double]
  var bounds: [Int32]
  /// The first of each rank's actions among all.
  var first: [Int] = []
  /// The messages that leave from a slot: the last one of each slot, and for each message the one
  /// before in its slot.
  var leaving, sentBefore: [Int32]
  var exchanges: [Exchange] = []
  var exchanged: [Int]
  var accounts: [Account]
  /// Waits after a rank's last compute action.
  var lateWaits: [(rank: Int, from: Double, to: Double)] = []
  var ready: [Int] = []
  /// The message that each rank's end waits for.
  var lastBounds: [Int32]

  init(
    _ program: Program, _ costs: StepCosts, _ leftOutBuckets: [Int]
  ) throws(SimulationError) {
    let (messages, ranks) = (program.messages.count, program.ranks.count)
    self.program = program
    self.costs = costs
    self.leftOutBuckets = leftOutBuckets
    tables = MessageTables(program)
    slots = SlotTables(program)
    width = program.microbatchSizes.count
    sent = Array(repeating: -1, count: messages)
    posted = sent
    arrived = sent
    sendPlace = Array(repeating: -1, count: messages)
    receivePlace = sendPlace
    sentBefore = sendPlace
    isRead = Array(repeating: false, count: messages)
    leaving = Array(repeating: -1, count: Int(slots.count))
    clock = Array(repeating: 0, count: ranks)
    next = Array(repeating: 0, count: ranks)
    exchanged = next
    blockedOn = Array(repeating: -1, count: ranks)
    lastBounds = blockedOn
    accounts = Array(repeating: Account(), count: ranks)
    var total = 0
    for rank in program.ranks {
      first.append(total)
      total += rank.actions.count
    }
    ends = Array(repeating: 0, count: total)
    bounds = Array(repeating: Bound.before, count: total)
    for rank in program.ranks.indices { try inspect(rank) }
    ready = program.ranks.indices.reversed()
    while let rank = ready.popLast() { try perform(rank) }
    try finish()
  }

  /// Checks that a rank's compute actions are its own, and counts its stash.
  private mutating func inspect(_ rank: Int) throws(SimulationError) {
    var account = Account()
    var (stash, bytes) = (0, 0)
    for (place, action) in program.ranks[rank].actions.enumerated() {
      guard case .compute(let compute) = action else { continue }
      guard (0..<costs.stages.count).contains(compute.stage),
        (0..<width).contains(compute.microbatch),
        slots.rank[compute.stage * width + compute.microbatch] == rank
      else { throw .misplaced(action, rank: rank, place: place) }
      account.firstCompute = min(account.firstCompute, place)
      account.lastCompute = place
      guard program.pipeline.isTraining else { continue }
      let (stage, samples) = (
        costs.stages[compute.stage], program.microbatchSizes[compute.microbatch]
      )
      switch compute.phase {
      case .forward:
        stash += 1
        bytes += stage.stashBytesPerSample * samples
      case .recompute: bytes += stage.recomputedBytesPerSample * samples
      case .inputGradient: break
      case .backward, .weightGradient:
        stash -= 1
        bytes -= (stage.stashBytesPerSample + stage.recomputedBytesPerSample) * samples
      }
      account.peakStash = max(account.peakStash, stash)
      account.peakStashBytes = max(account.peakStashBytes, bytes)
    }
    accounts[rank] = account
  }

  /// Goes on with a rank for as long as it can.
  private mutating func perform(_ rank: Int) throws(SimulationError) {
    let actions = program.ranks[rank].actions
    blockedOn[rank] = -1
    while next[rank] < actions.count {
      guard try perform(actions[next[rank]], on: rank) else { return }
      next[rank] += 1
    }
  }

  // MARK: Messages

  /// When a message's sender is done with it; -1 while unknown.
  func sendDone(_ message: Int) -> Double {
    sent[message] >= 0 && isEager(message) ? sent[message] : arrived[message]
  }

  private func isEager(_ message: Int) -> Bool {
    let entry = program.messages[message]
    return tables.bytes(entry.content) <= costs.link(from: entry.from, to: entry.to).eagerLimitBytes
  }

  /// When a rank is done with a message; -1 while unknown.
  func done(_ message: Int, on rank: Int) -> Double {
    program.messages[message].to == rank ? arrived[message] : sendDone(message)
  }

  /// When a message that has arrived set out.
  func departure(_ message: Int) -> Double {
    isEager(message) ? sent[message] : max(sent[message], posted[message])
  }

  mutating func send(_ message: Int, _ action: Action, on rank: Int) throws(SimulationError) {
    let entry = program.messages[message]
    guard entry.from == rank else { throw .misplaced(action, rank: rank, place: next[rank]) }
    guard sent[message] < 0 else { throw .repeated(action, rank: rank, place: next[rank]) }
    let link = costs.link(from: rank, to: entry.to)
    let bytes = tables.bytes(entry.content)
    work(link.senderSeconds + link.senderSecondsPerByte * Double(bytes), on: rank)
    sent[message] = clock[rank]
    sendPlace[message] = Int32(next[rank])
    if posted[message] >= 0 { arrive(message, entry, link, bytes: bytes) }
  }

  mutating func receive(_ message: Int, _ action: Action, on rank: Int) throws(SimulationError) {
    let entry = program.messages[message]
    guard entry.to == rank else { throw .misplaced(action, rank: rank, place: next[rank]) }
    guard posted[message] < 0 else { throw .repeated(action, rank: rank, place: next[rank]) }
    posted[message] = clock[rank]
    receivePlace[message] = Int32(next[rank])
    guard sent[message] >= 0 else { return }
    arrive(
      message, entry, costs.link(from: entry.from, to: rank), bytes: tables.bytes(entry.content))
  }

  private mutating func arrive(
    _ message: Int, _ entry: ProgramMessage, _ link: StepCosts.Link, bytes: Int
  ) {
    let seconds = link.seconds(bytes: bytes)
    arrived[message] =
      bytes <= link.eagerLimitBytes
      ? max(sent[message] + seconds, posted[message])
      : max(sent[message], posted[message]) + seconds
    for rank in [entry.from, entry.to] where blockedOn[rank] == message {
      blockedOn[rank] = -1
      ready.append(rank)
    }
  }

  /// The seconds that a message still costs its reader, once.
  func readSeconds(_ message: Int) -> Double {
    let entry = program.messages[message]
    let link = costs.link(from: entry.from, to: entry.to)
    guard !isRead[message] else { return 0 }
    switch entry.content {
    case .partial(let stage, _, _, _), .sum(let stage, _, _), .weights(let stage, _, _):
      let reading = costs.reductionReadingSeconds(
        bytes: tables.bytes(entry.content), replicas: program.plan.stages[stage].replicas)
      if let reading { return reading }
    case .edge: break
    }
    return link.occupiesReceiver ? link.readingSeconds(bytes: tables.bytes(entry.content)) : 0
  }

  // MARK: Time

  /// Lets a rank work.
  mutating func work(_ seconds: Double, on rank: Int) {
    let seconds = seconds / costs.speed(rank)
    clock[rank] += seconds
    accounts[rank].busy += seconds
  }

  /// Notes the end of a rank's current action, and what bound its start.
  mutating func end(_ bound: Int32, on rank: Int) {
    ends[first[rank] + next[rank]] = clock[rank]
    bounds[first[rank] + next[rank]] = bound
  }

  /// Lets a rank wait at something that isn't a compute action.
  mutating func wait(until time: Double, on rank: Int) {
    guard time > clock[rank] else { return }
    if next[rank] > accounts[rank].lastCompute {
      lateWaits.append((rank, clock[rank], time))
    } else {
      accounts[rank].reduction += time - clock[rank]
    }
    clock[rank] = time
  }

  /// The end of the step: all of a rank's messages are complete.
  private mutating func finish() throws(SimulationError) {
    var waiting = blockedRanks
    guard waiting.isEmpty else { throw .stuck(waiting) }
    var reads = Array(repeating: 0.0, count: clock.count)
    var latest = clock
    for message in program.messages.indices {
      let entry = program.messages[message]
      guard arrived[message] >= 0 else {
        let rank = sent[message] < 0 ? entry.to : entry.from
        waiting.append(self.waiting(rank, at: nil, for: Int32(message)))
        continue
      }
      if !isRead[message] { reads[entry.to] += readSeconds(message) * times(message) }
      for rank in [entry.from, entry.to] {
        let time = done(message, on: rank)
        if time > latest[rank] {
          latest[rank] = time
          lastBounds[rank] = Int32(message)
        }
      }
    }
    guard waiting.isEmpty else { throw .stuck(waiting) }
    for rank in clock.indices {
      wait(until: latest[rank], on: rank)
      work(reads[rank], on: rank)
    }
  }
}
