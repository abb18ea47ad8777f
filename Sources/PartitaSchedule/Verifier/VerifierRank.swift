internal import PartitaGraph
internal import PartitaPlan

/// The second pass of the proof: every rank's actions, in their order, each rank by itself.
///
/// What a rank may do depends on its own past alone, since what it waits for, it gets (the third
/// pass proves that). So one walk over its actions is a proof for any timing.
struct RankWalk {
  let program: Program
  let index: MessageIndex
  let width: Int
  let isTraining: Bool
  let gradientGroups: Int
  /// What actions wait for and start, for the third pass.
  var waits = WaitLists()

  /// The microbatches with samples of each gradient group.
  let filledOfGroup: [Int]

  // All ranks.
  /// The phases done, as bits, of each stage and microbatch: one rank runs each.
  var done: [UInt8]
  /// The last microbatch of each stage and group: F; B or I; B or W.
  var lastForward, lastInput, lastWeight: [Int32]
  /// Whether each message has been sent, and received.
  var isSent, isReceived: [Bool]

  // One rank.
  var rank = 0
  /// The index of the action at hand.
  var at = 0
  var slots = SlotTable()
  var buffers: [BufferSlots] = []
  /// Each stage's place among the rank's holdings; -1 where it holds none of it.
  var place: [Int]
  /// What is left to do, and done, of each holding.
  var holdings: [HoldingState] = []
  var exchange: Int?
  /// Microbatches whose work on one of the rank's stages isn't done.
  var open = 0
  var unfinished = 0

  /// How far one holding is.
  struct HoldingState {
    let stage, replica: Int
    /// Microbatches whose work isn't done.
    var open: Int
    /// Buckets reduced, and combined.
    var isReduced, isCombined: [Bool]
    var reduced = 0
    var combined = 0
    /// Buckets of new weights that are traded: of those that replicas update by their shares.
    var isGathered: [Bool]
    var isUpdated = false
    var isFinished = false
  }

  init(_ program: Program, _ index: MessageIndex) {
    self.program = program
    self.index = index
    width = program.microbatchSizes.count
    isTraining = program.pipeline.isTraining
    gradientGroups = program.plan.gradientGroups
    var filled = Array(repeating: 0, count: gradientGroups)
    for (microbatch, samples) in program.microbatchSizes.enumerated() where samples > 0 {
      filled[program.plan.group(ofMicrobatch: microbatch)] += 1
    }
    filledOfGroup = filled
    let stages = program.plan.stages.count
    done = Array(repeating: 0, count: stages * width)
    lastForward = Array(repeating: -1, count: stages * gradientGroups)
    lastInput = lastForward
    lastWeight = lastForward
    isSent = Array(repeating: false, count: program.messages.count)
    isReceived = isSent
    place = Array(repeating: -1, count: stages)
    waits.reserve(
      actions: program.ranks.reduce(0) { $0 + $1.actions.count }, messages: program.messages.count)
  }

  /// Proves one rank's program.
  mutating func walk(_ rank: Int) throws(ProgramFault) {
    begin(rank)
    let actions = program.ranks[rank].actions
    for (at, action) in actions.enumerated() {
      self.at = at
      switch action {
      case .compute(let action): try compute(action)
      case .receive(let transfer): try receive(transfer)
      case .send(let transfer): try send(transfer)
      case .reduce(let stage, let bucket): try reduce(Int(stage), Int(bucket))
      case .combine(let stage, let bucket): try combine(Int(stage), Int(bucket))
      case .update(let stage): try update(Int(stage))
      case .exchange: try comeToExchange()
      case .finish(let stage): try finish(Int(stage))
      case .gather(let stage, let bucket): try gather(Int(stage), Int(bucket))
      }
      waits.endAction()
    }
    at = actions.count
    try end()
  }

  private mutating func begin(_ rank: Int) {
    for holding in holdings { place[holding.stage] = -1 }
    self.rank = rank
    exchange = nil
    buffers = program.ranks[rank].buffers
    slots.reset(buffers)
    let plan = program.plan
    var own = plan.holdings[rank].map { _ in 0 }
    for (place, holding) in plan.holdings[rank].enumerated() {
      self.place[holding.stage] = place
      var group = holding.replica
      while group < gradientGroups {
        own[place] += filledOfGroup[group]
        group += index.replicas[holding.stage]
      }
    }
    holdings = plan.holdings[rank].enumerated().map { place, holding in
      let none = Array(repeating: false, count: isTraining ? index.buckets[holding.stage] : 0)
      return HoldingState(
        stage: holding.stage, replica: holding.replica, open: own[place], isReduced: none,
        isCombined: none,
        isGathered: Array(none.prefix(index.sharded[holding.stage])))
    }
    open = own.reduce(0, +)
    unfinished = holdings.count
  }

  /// What is missing at a rank's end.
  private mutating func end() throws(ProgramFault) {
    if open > 0, let missing = firstMissing() {
      throw fault(.cover, "\(missing) is missing", "every phase of every microbatch once")
    }
    guard let exchange else {
      throw fault(.stepEnd, "the exchange is missing", "one exchange, before the first finish")
    }
    if let holding = holdings.first(where: { !$0.isFinished }) {
      throw fault(
        .stepEnd, "\(holding.stage)FINISH is missing", "one for each stage after the exchange")
    }
    for holding in holdings {
      guard let bucket = holding.isGathered.firstIndex(of: false) else { continue }
      throw fault(
        .stepEnd, "\(holding.stage)GATHER\(bucket) is missing",
        "one for each bucket whose weights replicas update by their shares")
    }
    waits.endRank(exchange: exchange)
  }

  private func firstMissing() -> String? {
    for holding in holdings {
      for microbatch in 0..<width
      where program.microbatchSizes[microbatch] > 0
        && index.rank(ofMicrobatch: microbatch, stage: holding.stage) == rank
      {
        let bits = done[holding.stage * width + microbatch]
        if let phase = missingPhase(bits, ofStage: holding.stage) {
          return "\(ComputeAction(stage: holding.stage, phase, microbatch: microbatch))"
        }
      }
    }
    return nil
  }

  /// The next phase of a microbatch whose phases so far are `bits`; nil where it is done.
  private func missingPhase(_ bits: UInt8, ofStage stage: Int) -> Phase? {
    if bits & Phase.forward.bit == 0 { return .forward }
    guard isTraining, bits & (Phase.backward.bit | Phase.weightGradient.bit) == 0 else {
      return nil
    }
    if bits & Phase.inputGradient.bit != 0 { return .weightGradient }
    let lacksR = program.plan.stages[stage].recomputes && bits & Phase.recompute.bit == 0
    return lacksR ? .recompute : .backward
  }

  /// Proves, when all ranks have been walked, that no message is left out.
  func finish() throws(ProgramFault) {
    for (message, entry) in program.messages.enumerated() {
      if !isSent[message] {
        throw ProgramFault(
          .message, rank: entry.from, action: program.ranks[entry.from].actions.count,
          "\(program.words(entry)), for rank \(entry.to), is never sent",
          remedy: "send it after what makes it")
      }
      if !isReceived[message] {
        throw ProgramFault(
          .message, rank: entry.to, action: program.ranks[entry.to].actions.count,
          "\(program.words(entry)), from rank \(entry.from), is never received",
          remedy: "receive it before what reads it")
      }
    }
  }

  // MARK: Faults

  func fault(_ rule: ProgramFault.Rule, _ problem: String, _ remedy: String) -> ProgramFault {
    ProgramFault(rule, rank: rank, action: at, problem, remedy: remedy)
  }

  /// The place of a stage among the rank's.
  func held(_ stage: Int) throws(ProgramFault) -> Int {
    guard place.indices.contains(stage), place[stage] >= 0 else {
      let stages = holdings.map { "\($0.stage)" }.joined(separator: ", ")
      throw fault(
        .cover, "\(program.words(rank: rank, action: at)) is of stage \(stage)",
        "the rank holds \(stages)")
    }
    return place[stage]
  }

  /// Work on microbatches and gradients has to be done before the exchange.
  func beforeExchange() throws(ProgramFault) {
    guard exchange == nil else {
      throw fault(
        .stepEnd, "\(program.words(rank: rank, action: at)) comes after the exchange",
        "put it before the exchange, action \(exchange ?? 0)")
    }
  }
}

extension Phase {
  /// Its bit among the phases done.
  var bit: UInt8 {
    switch self {
    case .forward: 1
    case .backward: 2
    case .inputGradient: 4
    case .weightGradient: 8
    case .recompute: 16
    }
  }
}
