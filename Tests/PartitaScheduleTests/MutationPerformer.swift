import PartitaGraph
import PartitaPlan
import PartitaSchedule

/// A program performed on paper the way the runtime performs it, on terms in place of numbers.
///
/// Nothing here is shared with the verifier, and nothing is checked on the way: what goes wrong
/// shows as ranks that wait for ever or as other terms at the end. Only what would be an error of
/// the message layer, or memory that isn't there, is one here too.
struct Performer {
  /// When a message is complete.
  enum Delivery { case rendezvous, eager }

  private let program: Program
  private let delivery: Delivery
  private var memories: [[Cells: Term]]
  private var next: [Int]
  private var sent, received: [Bool]
  private var captured: [Term?]
  /// Messages on their way from a slot: the cell and its rank.
  private var leaving: [[Cells: [Int]]]
  private var isArrived: [Bool]
  private var board = Term(.board)
  private var poisons = 0
  private let incoming: [[Int]]
  private let reading: [Reader: [Int]]
  private let chunks: [[(bucket: Int, chunk: Int)]]
  private(set) var problem: String?

  private struct Reader: Hashable {
    let kind: Edge.Kind
    let stage, microbatch: Int
  }

  /// Performs a program; says what went wrong, nil where everything ends as `serial` does.
  static func problem(
    _ program: Program, _ serial: SerialStep, _ delivery: Delivery, seed: UInt64
  ) -> String? {
    var performer = Performer(program, delivery)
    var random = SplitMix(seed)
    performer.run(&random)
    return performer.problem ?? performer.difference(from: serial)
  }

  private init(_ program: Program, _ delivery: Delivery) {
    self.program = program
    self.delivery = delivery
    memories = program.ranks.map { _ in [:] }
    next = program.ranks.map { _ in 0 }
    isArrived = program.ranks.map { _ in false }
    leaving = program.ranks.map { _ in [:] }
    sent = program.messages.map { _ in false }
    received = sent
    captured = program.messages.map { _ in nil }
    let edges = program.pipeline.edges
    incoming = program.plan.stages.indices.map { stage in
      edges.indices.filter { edges[$0].to == stage }
    }
    chunks = program.plan.stages.indices.map { Cells.chunks(program, $0) }
    var reading: [Reader: [Int]] = [:]
    for (message, entry) in program.messages.enumerated() {
      guard case .edge(let edge, let microbatch?) = entry.content else { continue }
      let reader = Reader(kind: edges[edge].kind, stage: edges[edge].to, microbatch: microbatch)
      reading[reader, default: []].append(message)
    }
    self.reading = reading
    for (rank, entry) in program.ranks.enumerated() {
      for holding in entry.holdings {
        memories[rank][.weight(holding.stage)] = Term(.initial, holding.stage)
        for edge in incoming[holding.stage] where edges[edge].kind == .parameter {
          memories[rank][.tied(edge: edge)] = Term(.initial, edges[edge].from)
        }
      }
    }
  }

  // MARK: Ranks in a random order

  private mutating func run(_ random: inout SplitMix) {
    var order = Array(program.ranks.indices)
    var isMoving = true
    while isMoving, problem == nil {
      isMoving = false
      order.shuffle(using: &random)
      for rank in order {
        var steps = Int.random(in: 1...8, using: &random)
        while steps > 0, problem == nil, next[rank] < program.ranks[rank].actions.count,
          perform(rank)
        {
          steps -= 1
          isMoving = true
        }
      }
    }
    guard problem == nil else { return }
    if let rank = next.indices.first(where: { next[$0] < program.ranks[$0].actions.count }) {
      problem = "rank \(rank) waits for ever at \(program.ranks[rank].actions[next[rank]])"
    } else if let message = sent.indices.first(where: { !sent[$0] || !received[$0] }) {
      problem = "message \(message) is left over"
    }
  }

  private func difference(from serial: SerialStep) -> String? {
    for (rank, entry) in program.ranks.enumerated() {
      if memories[rank][.board] != serial.board { return "rank \(rank) knows another loss" }
      for holding in entry.holdings {
        if memories[rank][.weight(holding.stage)] != serial.weights[holding.stage] {
          return "rank \(rank) has other weights of stage \(holding.stage)"
        }
        for edge in incoming[holding.stage] where isTravelling(edge) {
          let source = program.pipeline.edges[edge].from
          if memories[rank][.tied(edge: edge)] != serial.weights[source] {
            return "rank \(rank) has another tied weight"
          }
        }
      }
    }
    return nil
  }

  /// Whether an edge is a parameter's that isn't in the reader's memory anyway.
  private func isTravelling(_ edge: Int) -> Bool {
    let entry = program.pipeline.edges[edge]
    let stages = program.plan.stages
    return entry.kind == .parameter && stages[entry.from].ranks != stages[entry.to].ranks
  }

  // MARK: Messages

  private func isComplete(_ message: Int, _ rank: Int) -> Bool {
    let entry = program.messages[message]
    // Whoever hasn't started a message doesn't wait for it.
    if entry.from == rank, sent[message] {
      guard received[message] || (delivery == .eager && entry.to != rank) else { return false }
    }
    return entry.to != rank || !received[message] || sent[message]
  }

  private mutating func start(_ message: Int, _ rank: Int, asSender: Bool) {
    guard program.messages.indices.contains(message) else { return fail("no such message") }
    let entry = program.messages[message]
    guard entry.from == rank || entry.to == rank else { return }
    let isSender = entry.from == entry.to ? asSender : entry.from == rank
    guard !(isSender ? sent : received)[message] else { return fail("started twice") }
    if isSender {
      sent[message] = true
      if delivery == .eager { captured[message] = content(of: message) }
    } else {
      received[message] = true
      // Nobody may look at a place into which something is coming.
      if let cell = target(of: message) { poison(cell, rank) }
    }
    guard sent[message], received[message] else { return }
    let value = captured[message] ?? content(of: message)
    if let cell = target(of: message) { memories[entry.to][cell] = value }
  }

  private mutating func fail(_ words: String) { problem = problem ?? words }

  private mutating func poison(_ cell: Cells, _ rank: Int) {
    poisons += 1
    memories[rank][cell] = Term(.poison, poisons, rank)
  }

  private mutating func read(_ cell: Cells, _ rank: Int) -> Term {
    if let value = memories[rank][cell] { return value }
    poison(cell, rank)
    return memories[rank][cell]!
  }

  private mutating func place(_ stage: Int, _ rank: Int) -> Int? {
    let place = program.ranks[rank].holdings.firstIndex { $0.stage == stage }
    if place == nil { fail("rank \(rank) has no stage \(stage)") }
    return place
  }

  private mutating func slot(_ slots: BufferPlan.Slots, _ microbatch: Int) -> Int {
    let slot = slots[microbatch] ?? 0
    if slot >= slots.count { fail("no slot \(slot)") }
    return slot
  }

  private mutating func content(of message: Int) -> Term {
    let entry = program.messages[message]
    let rank = entry.from
    switch entry.content {
    case .edge(let index, let microbatch):
      let edge = program.pipeline.edges[index]
      guard let place = place(edge.from, rank) else { return Term(.poison) }
      let buffers = program.ranks[rank].buffers[place]
      switch edge.kind {
      case .activation:
        let slot = slot(buffers.stash, microbatch!)
        return Term(.activation, index).adding(read(.stash(place, slot: slot), rank))
      case .gradient:
        let slot = slot(buffers.gradientsOut, microbatch!)
        return Term(.gradient, index).adding(read(.gradientOut(place, slot: slot), rank))
      case .contribution:
        var term = Term(.contribution, index)
        for value in results(place, rank) { term.add(value) }
        return term
      case .parameter: return read(.weight(edge.from), rank)
      }
    case .partial(let stage, let bucket, let partial, let chunk):
      guard let place = place(stage, rank) else { return Term(.poison) }
      let group = program.reductions[stage].partials[partial].group
      return read(.accumulator(place, group: group, bucket: bucket, chunk: chunk), rank)
    case .sum(let stage, let bucket, let chunk):
      guard let place = place(stage, rank) else { return Term(.poison) }
      return read(result(place, rank, bucket, chunk), rank)
    }
  }

  private mutating func target(of message: Int) -> Cells? {
    let entry = program.messages[message]
    let rank = entry.to
    switch entry.content {
    case .edge(let index, let microbatch):
      let edge = program.pipeline.edges[index]
      guard let place = place(edge.to, rank) else { return nil }
      let buffers = program.ranks[rank].buffers[place]
      switch edge.kind {
      case .activation:
        return .received(place, slot: slot(buffers.received, microbatch!), edge: index)
      case .gradient:
        return .gradientIn(place, slot: slot(buffers.gradientsIn, microbatch!), edge: index)
      case .contribution: return .contribution(edge: index)
      case .parameter: return .tied(edge: index)
      }
    case .partial: return .partial(message: message)
    case .sum(let stage, let bucket, let chunk):
      return place(stage, rank).map { result($0, rank, bucket, chunk) }
    }
  }

  /// Where a finished chunk lies: in the accumulator of the rank's first group.
  private func result(_ place: Int, _ rank: Int, _ bucket: Int, _ chunk: Int) -> Cells {
    let holding = program.ranks[rank].holdings[place]
    let isAlone = program.plan.stages[holding.stage].replicas == 1
    let only = program.reductions[holding.stage].partials.first?.group
    return .accumulator(
      place, group: isAlone ? only ?? 0 : holding.replica, bucket: bucket, chunk: chunk)
  }

  private mutating func results(_ place: Int, _ rank: Int) -> [Term] {
    chunks[program.ranks[rank].holdings[place].stage].map {
      read(result(place, rank, $0.bucket, $0.chunk), rank)
    }
  }

  // MARK: Actions

  private func own(_ rank: Int, _ isWanted: (ProgramMessage.Content) -> Bool) -> [Int] {
    program.messages.indices.filter {
      let entry = program.messages[$0]
      return (entry.from == rank || entry.to == rank) && isWanted(entry.content)
    }
  }

  /// Performs a rank's next action, unless it has to wait.
  private mutating func perform(_ rank: Int) -> Bool {
    let isDone =
      switch program.ranks[rank].actions[next[rank]] {
      case .compute(let action): compute(action, rank)
      case .receive(let transfer): start(transfer, rank, asSender: false)
      case .send(let transfer): start(transfer, rank, asSender: true)
      case .reduce(let stage, let bucket): reduce(Int(stage), Int(bucket), rank)
      case .combine(let stage, let bucket): combine(Int(stage), Int(bucket), rank)
      case .update(let stage): update(Int(stage), rank)
      case .exchange: exchange(rank)
      case .finish(let stage): finish(Int(stage), rank)
      }
    if isDone { next[rank] += 1 }
    return isDone
  }

  private mutating func start(_ transfer: Transfer, _ rank: Int, asSender: Bool) -> Bool {
    if asSender {
      if transfer.kind == .contribution {
        let sums = own(rank) { if case .sum(transfer.from, _, _) = $0 { true } else { false } }
        guard sums.allSatisfy({ isComplete($0, rank) }) else { return false }
      }
      if let microbatch = transfer.microbatch,
        let place = program.ranks[rank].place(ofStage: transfer.from)
      {
        let buffers = program.ranks[rank].buffers[place]
        switch transfer.kind {
        case .activation:
          leaving[rank][.stash(place, slot: slot(buffers.stash, microbatch)), default: []] +=
            transfer.messages
        case .gradient:
          leaving[rank][
            .gradientOut(place, slot: slot(buffers.gradientsOut, microbatch)), default: []] +=
            transfer.messages
        case .contribution, .parameter: break
        }
      }
    }
    for message in transfer.messages { start(message, rank, asSender: asSender) }
    return true
  }

  private mutating func compute(_ action: ComputeAction, _ rank: Int) -> Bool {
    let (stage, microbatch) = (action.stage, action.microbatch)
    guard let place = place(stage, rank) else { return false }
    let group = microbatch % program.plan.gradientGroups
    let stageRanks = program.plan.stages[stage].ranks
    guard program.microbatchSizes.indices.contains(microbatch),
      program.microbatchSizes[microbatch] > 0, stageRanks[group % stageRanks.count] == rank,
      program.pipeline.isTraining || action.phase == .forward
    else {
      fail("\(action) can't run on rank \(rank)")
      return false
    }
    let buffers = program.ranks[rank].buffers[place]
    let stash = Cells.stash(place, slot: slot(buffers.stash, microbatch))
    let between = Cells.between(place, slot: slot(buffers.stash, microbatch))
    let isForward = action.phase == .forward
    let out =
      isForward ? stash : .gradientOut(place, slot: slot(buffers.gradientsOut, microbatch))
    let read = Reader(
      kind: isForward ? .activation : .gradient, stage: stage, microbatch: microbatch)
    for message in reading[read] ?? [] where !isComplete(message, rank) { return false }
    if action.phase != .weightGradient {
      let cell = isForward ? stash : out
      for message in leaving[rank][cell] ?? [] where !isComplete(message, rank) { return false }
      leaving[rank][cell] = nil
    }
    let reads = operands(action, place, rank, isForward: isForward)
    let isFirst = !stride(
      from: group, to: microbatch, by: program.plan.gradientGroups
    ).contains { program.microbatchSizes[$0] > 0 }
    func folded(_ value: Term, into old: Term) -> Term {
      isFirst ? Term(.first).adding(value) : Term(.fold).adding(old, value)
    }
    switch action.phase {
    case .forward:
      var term = Term(.forward, stage, microbatch)
      for operand in reads { term.add(operand) }
      memories[rank][stash] = term
      let loss = Cells.loss(place, group: group)
      memories[rank][loss] = folded(term, into: self.read(loss, rank))
    case .inputGradient, .backward:
      var term = Term(.inputGradient, stage, microbatch)
      for operand in reads { term.add(operand) }
      memories[rank][out] = term
      memories[rank][between] = term
    case .weightGradient: break
    }
    guard action.phase.endsMicrobatch else { return true }
    let isSending = program.pipeline.edges.contains { $0.kind == .gradient && $0.from == stage }
    let after = [self.read(between, rank)] + (isSending ? [self.read(out, rank)] : [])
    for (bucket, chunk) in chunks[stage] {
      var term = Term(.weightGradient, stage, microbatch, bucket, chunk)
      for operand in reads + after { term.add(operand) }
      let cell = Cells.accumulator(place, group: group, bucket: bucket, chunk: chunk)
      memories[rank][cell] = folded(term, into: self.read(cell, rank))
    }
    return true
  }

  /// Weights and what has come from other stages; for a backward action also what F made.
  private mutating func operands(
    _ action: ComputeAction, _ place: Int, _ rank: Int, isForward: Bool
  ) -> [Term] {
    let buffers = program.ranks[rank].buffers[place]
    let edges = program.pipeline.edges
    var values = [read(.weight(action.stage), rank)]
    for edge in incoming[action.stage] where edges[edge].kind == .parameter {
      values.append(
        read(isTravelling(edge) ? .tied(edge: edge) : .weight(edges[edge].from), rank))
    }
    for edge in incoming[action.stage] where edges[edge].kind == .activation {
      let slot = slot(buffers.received, action.microbatch)
      values.append(read(.received(place, slot: slot, edge: edge), rank))
    }
    guard !isForward else { return values }
    values.append(read(.stash(place, slot: slot(buffers.stash, action.microbatch)), rank))
    for edge in incoming[action.stage] where edges[edge].kind == .gradient {
      let slot = slot(buffers.gradientsIn, action.microbatch)
      values.append(read(.gradientIn(place, slot: slot, edge: edge), rank))
    }
    return values
  }

  private static func isPartial(
    _ content: ProgramMessage.Content, _ stage: Int, _ bucket: Int
  ) -> Bool {
    if case .partial(stage, bucket, _, _) = content { true } else { false }
  }

  private mutating func reduce(_ stage: Int, _ bucket: Int, _ rank: Int) -> Bool {
    guard let place = place(stage, rank) else { return false }
    let replica = program.ranks[rank].holdings[place].replica
    for addition in program.reductions[stage].local[replica] {
      for (other, chunk) in chunks[stage] where other == bucket {
        func cell(_ group: Int) -> Cells {
          .accumulator(place, group: group, bucket: bucket, chunk: chunk)
        }
        memories[rank][cell(addition.into)] = Term(.sum).adding(
          read(cell(addition.into), rank), read(cell(addition.other), rank))
      }
    }
    for message in own(rank, { Self.isPartial($0, stage, bucket) }) {
      start(message, rank, asSender: true)
    }
    return true
  }

  private mutating func combine(_ stage: Int, _ bucket: Int, _ rank: Int) -> Bool {
    guard let place = place(stage, rank) else { return false }
    let partials = own(rank) { Self.isPartial($0, stage, bucket) }
    guard partials.allSatisfy({ isComplete($0, rank) }) else { return false }
    let replica = program.ranks[rank].holdings[place].replica
    let reduction = program.reductions[stage]
    if program.plan.stages[stage].replicas > 1, !reduction.partials.isEmpty,
      chunks[stage].contains(where: { $0 == (bucket, replica) })
    {
      var operands: [Term] = []
      for (index, partial) in reduction.partials.enumerated() {
        if partial.replica == replica {
          operands.append(
            read(
              .accumulator(place, group: partial.group, bucket: bucket, chunk: replica), rank))
        } else {
          let message = partials.first {
            program.messages[$0].content
              == .partial(stage: stage, bucket: bucket, partial: index, chunk: replica)
          }
          operands.append(read(.partial(message: message ?? -1), rank))
        }
      }
      for addition in reduction.across {
        operands[addition.into] = Term(.sum).adding(
          operands[addition.into], operands[addition.other])
      }
      memories[rank][result(place, rank, bucket, replica)] =
        operands[reduction.across.last?.into ?? 0]
    }
    for message in own(rank, { if case .sum(stage, bucket, _) = $0 { true } else { false } }) {
      start(message, rank, asSender: true)
    }
    return true
  }

  private mutating func update(_ stage: Int, _ rank: Int) -> Bool {
    guard let place = place(stage, rank) else { return false }
    let edges = program.pipeline.edges
    let read = own(rank) { content in
      switch content {
      case .partial(stage, _, _, _), .sum(stage, _, _): true
      case .partial, .sum: false
      case .edge(let edge, _):
        edges[edge].kind == .contribution
          && (edges[edge].from == stage || edges[edge].to == stage)
      }
    }
    guard read.allSatisfy({ isComplete($0, rank) }) else { return false }
    var term = Term(.update, stage).adding(self.read(.weight(stage), rank))
    if !program.reductions[stage].partials.isEmpty {
      for value in results(place, rank) { term.add(value) }
    }
    for edge in incoming[stage] where edges[edge].kind == .contribution {
      term.add(self.read(.contribution(edge: edge), rank))
    }
    memories[rank][.weight(stage)] = term
    return true
  }

  private mutating func exchange(_ rank: Int) -> Bool {
    if !isArrived[rank] {
      isArrived[rank] = true
      let groups = program.plan.gradientGroups
      for (place, holding) in program.ranks[rank].holdings.enumerated() {
        let replicas = program.plan.stages[holding.stage].replicas
        for group in stride(from: holding.replica, to: groups, by: replicas)
        where program.filledGroups.contains(group) {
          board.join(
            Term(.board, holding.stage, group).adding(read(.loss(place, group: group), rank)))
        }
        guard holding.replica == 0 else { continue }
        board.join(Term(.board, holding.stage, -1).adding(read(.weight(holding.stage), rank)))
      }
    }
    // Whoever comes twice, or not at all, has the others wait for ever.
    guard memories[rank][.board] == nil, isArrived.allSatisfy({ $0 }) else { return false }
    memories[rank][.board] = board
    return true
  }

  private mutating func finish(_ stage: Int, _ rank: Int) -> Bool {
    guard place(stage, rank) != nil else { return false }
    memories[rank][.weight(stage)] = Term(.finish, stage).adding(
      read(.weight(stage), rank), read(.board, rank))
    return true
  }
}
