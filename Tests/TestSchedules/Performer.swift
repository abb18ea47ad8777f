internal import PartitaGraph
internal import PartitaPlan
package import PartitaSchedule

/// A program performed on paper the way the runtime performs it, on terms in place of numbers.
///
/// Nothing here is shared with the verifier, and nothing is checked on the way: what goes wrong
/// shows as ranks that wait for ever or as other terms at the end. Only what would be an error of
/// the message layer, or memory that isn't there, is one here too.
package struct Performer {
  /// When a message is complete.
  package enum Delivery { case rendezvous, eager }

  let program: Program
  let delivery: Delivery
  var memories: [[Cells: Term]]
  var next: [Int]
  var sent, received: [Bool]
  var captured: [Term?]
  /// Messages on their way from a slot: the cell and its rank.
  var leaving: [[Cells: [Int]]]
  var isArrived: [Bool]
  var board = Term(.board)
  var poisons = 0
  let incoming: [[Int]]
  let reading: [Reader: [Int]]
  let chunks: [[(bucket: Int, chunk: Int)]]
  private(set) var problem: String?

  struct Reader: Hashable {
    let kind: Edge.Kind
    let stage, microbatch: Int
  }

  /// Performs a program; says what went wrong, nil where everything ends as `serial` does.
  package static func problem(
    _ program: Program, _ serial: SerialStep, _ delivery: Delivery, seed: UInt64
  ) -> String? {
    var performer = Performer(program, delivery)
    var random = SplitMix64(seed: seed)
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

  mutating func run(_ random: inout SplitMix64) {
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

  mutating func difference(from serial: SerialStep) -> String? {
    for (rank, entry) in program.ranks.enumerated() {
      if memories[rank][.board] != serial.board { return "rank \(rank) knows another loss" }
      for holding in entry.holdings {
        if weight(holding.stage, rank) != serial.weights[holding.stage] {
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
  func isTravelling(_ edge: Int) -> Bool {
    let entry = program.pipeline.edges[edge]
    let stages = program.plan.stages
    return entry.kind == .parameter && stages[entry.from].ranks != stages[entry.to].ranks
  }

  // MARK: Messages

  func isComplete(_ message: Int, _ rank: Int) -> Bool {
    let entry = program.messages[message]
    // Whoever hasn't started a message doesn't wait for it.
    if entry.from == rank, sent[message] {
      guard received[message] || (delivery == .eager && entry.to != rank) else { return false }
    }
    return entry.to != rank || !received[message] || sent[message]
  }

  mutating func start(_ message: Int, _ rank: Int, asSender: Bool) {
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

  mutating func fail(_ words: String) { problem = problem ?? words }

  mutating func poison(_ cell: Cells, _ rank: Int) {
    poisons += 1
    memories[rank][cell] = Term(.poison, poisons, rank)
  }

  mutating func read(_ cell: Cells, _ rank: Int) -> Term {
    if memories[rank][cell] == nil { poison(cell, rank) }
    return memories[rank][cell, default: Term(.poison)]
  }

  mutating func place(_ stage: Int, _ rank: Int) -> Int? {
    let place = program.ranks[rank].holdings.firstIndex { $0.stage == stage }
    if place == nil { fail("rank \(rank) has no stage \(stage)") }
    return place
  }

  mutating func slot(_ slots: BufferSlots.Slots, _ microbatch: Int) -> Int {
    let slot = slots[microbatch] ?? 0
    if slot >= slots.count { fail("no slot \(slot)") }
    return slot
  }

  /// A slot of those that all stages of a rank use.
  mutating func sharedSlot(_ slots: BufferSlots.Slots, _ microbatch: Int, _ rank: Int) -> Int {
    let slot = slots[microbatch] ?? 0
    let count = program.ranks[rank].buffers.map(\.recomputed.count).max() ?? 0
    if slot >= count { fail("no slot \(slot)") }
    return slot
  }

  mutating func content(of message: Int) -> Term {
    let entry = program.messages[message]
    let rank = entry.from
    switch entry.content {
    case .edge(let index, let microbatch):
      let edge = program.pipeline.edges[index]
      guard let place = place(edge.from, rank) else { return Term(.poison) }
      let buffers = program.ranks[rank].buffers[place]
      switch edge.kind {
      case .activation:
        let slot = slot(buffers.stash, microbatch ?? 0)
        return Term(.activation, index).adding(read(.stash(place, slot: slot), rank))
      case .gradient:
        let slot = slot(buffers.gradientsOut, microbatch ?? 0)
        return Term(.gradient, index).adding(read(.gradientOut(place, slot: slot), rank))
      case .contribution:
        var term = Term(.contribution, index)
        for (bucket, chunk) in chunks[edge.from]
        where !program.isSharded(bucket: bucket, ofStage: edge.from) {
          term.add(read(result(place, rank, bucket, chunk), rank))
        }
        return term
      case .parameter: return weight(edge.from, rank)
      }
    case .partial(let stage, let bucket, let partial, let chunk):
      guard let place = place(stage, rank) else { return Term(.poison) }
      let group = program.reductions[stage].partials[partial].group
      return read(.accumulator(place, group: group, bucket: bucket, chunk: chunk), rank)
    case .sum(let stage, let bucket, let chunk):
      guard let place = place(stage, rank) else { return Term(.poison) }
      return read(result(place, rank, bucket, chunk), rank)
    case .weights(let stage, let bucket, let chunk):
      return read(.share(stage, bucket: bucket, chunk: chunk), rank)
    }
  }

  mutating func target(of message: Int) -> Cells? {
    let entry = program.messages[message]
    let rank = entry.to
    switch entry.content {
    case .edge(let index, let microbatch):
      let edge = program.pipeline.edges[index]
      guard let place = place(edge.to, rank) else { return nil }
      let buffers = program.ranks[rank].buffers[place]
      switch edge.kind {
      case .activation:
        return .received(place, slot: slot(buffers.received, microbatch ?? 0), edge: index)
      case .gradient:
        return .gradientIn(place, slot: slot(buffers.gradientsIn, microbatch ?? 0), edge: index)
      case .contribution: return .contribution(edge: index)
      case .parameter: return .tied(edge: index)
      }
    case .partial: return .partial(message: message)
    case .sum(let stage, let bucket, let chunk):
      return place(stage, rank).map { result($0, rank, bucket, chunk) }
    case .weights(let stage, let bucket, let chunk):
      return .share(stage, bucket: bucket, chunk: chunk)
    }
  }

  /// Where a finished chunk lies: in the accumulator of the rank's first group.
  func result(_ place: Int, _ rank: Int, _ bucket: Int, _ chunk: Int) -> Cells {
    let holding = program.ranks[rank].holdings[place]
    let isAlone = program.plan.stages[holding.stage].replicas == 1
    let only = program.reductions[holding.stage].partials.first?.group
    return .accumulator(
      place, group: isAlone ? only ?? 0 : holding.replica, bucket: bucket, chunk: chunk)
  }

  mutating func results(_ place: Int, _ rank: Int) -> [Term] {
    chunks[program.ranks[rank].holdings[place].stage].map {
      read(result(place, rank, $0.bucket, $0.chunk), rank)
    }
  }
}
