internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

/// What each action waits for and does, as the runtime has it.
extension SimulationRun {
  /// Performs a rank's next action; false, and nothing has changed, if it must wait.
  mutating func perform(_ action: Action, on rank: Int) throws(SimulationError) -> Bool {
    switch action {
    case .compute(let compute):
      return perform(compute, on: rank)
    case .receive(let transfer):
      // A tied weight may lie where replicas trade it.
      let weights = transfer.kind == .parameter ? weights(on: rank) : []
      guard let wait = latest(weights, on: rank) else { return false }
      self.wait(until: wait.time, on: rank)
      read(weights, on: rank)
      work(costs.actionSeconds, on: rank)
      for message in transfer.messages { try receive(message, action, on: rank) }
      end(wait.bound, on: rank)
    case .send(let transfer):
      return try perform(transfer, action, on: rank)
    case .reduce(let stage, let bucket):
      let replica = try replica(ofStage: Int(stage), action, on: rank)
      let bytes = 4 * tables.bucket(Int(bucket), ofStage: Int(stage)).count
      let additions = program.reductions[Int(stage)].local[replica].count
      let leftOut = Double(leftOut(before: Int(bucket), ofStage: Int(stage)))
      let sending = sendSeconds(Int(stage), Int(bucket), replica, .partials, on: rank)
      work(
        leftOut
          * (costs.actionSeconds + costs.reductionSecondsPerByte * Double(bytes * additions)
            + sending),
        on: rank)
      work(costs.actionSeconds, on: rank)
      work(costs.reductionSecondsPerByte * Double(bytes * additions), on: rank)
      try trade(Int(stage), Int(bucket), replica, .partials, action, on: rank)
      end(Bound.before, on: rank)
    case .combine(let stage, let bucket):
      return try combine(Int(stage), Int(bucket), action, on: rank)
    case .update(let stage):
      return try update(Int(stage), action, on: rank)
    case .exchange:
      return exchange(on: rank)
    case .finish(let stage):
      _ = try replica(ofStage: Int(stage), action, on: rank)
      work(costs.actionSeconds + costs.stages[Int(stage)].finishSeconds, on: rank)
      end(Bound.before, on: rank)
    case .gather(let stage, let bucket):
      let replica = try replica(ofStage: Int(stage), action, on: rank)
      let leftOut = Double(leftOut(before: Int(bucket), ofStage: Int(stage)))
      let sending = sendSeconds(Int(stage), Int(bucket), replica, .weights, on: rank)
      work(leftOut * (costs.actionSeconds + sending) + costs.actionSeconds, on: rank)
      try trade(Int(stage), Int(bucket), replica, .weights, action, on: rank)
      end(Bound.before, on: rank)
    }
    return true
  }

  /// The copy of a stage that a rank holds.
  private func replica(
    ofStage stage: Int, _ action: Action, on rank: Int
  ) throws(SimulationError) -> Int {
    let holding = program.ranks[rank].holdings.first { $0.stage == stage }
    guard let holding else { throw .misplaced(action, rank: rank, place: next[rank]) }
    return holding.replica
  }

  /// Waits for what the action reads, then for the sends that leave from what it overwrites.
  private mutating func perform(_ action: ComputeAction, on rank: Int) -> Bool {
    let start = clock[rank]
    // R reads only what its F has read before, W what its I has.
    let isFirstReader = action.phase == .forward || action.phase.sendsGradients
    let reads = isFirstReader ? tables.read(action) : 0..<0
    var (time, bound) = (start, Bound.before)
    var reading = 0.0
    for index in reads {
      let message = Int(tables.reads.members[index])
      guard arrived[message] >= 0 else { return block(rank, on: message) }
      if arrived[message] > time { (time, bound) = (arrived[message], Int32(message)) }
      reading += readSeconds(message)
    }
    let (read, reader) = (time, bound)
    let slot = Int(self.slot(of: action))
    if slot >= 0 {
      var message = Int(leaving[slot])
      while message >= 0 {
        let done = sendDone(message)
        guard done >= 0 else { return block(rank, on: message) }
        if done > time { (time, bound) = (done, Int32(message)) }
        message = Int(sentBefore[message])
      }
      leaving[slot] = -1
    }

    for index in reads { isRead[Int(tables.reads.members[index])] = true }
    let isFirst = next[rank] == accounts[rank].firstCompute
    if isFirst {
      accounts[rank].others += time - start
      accounts[rank].firstStart = time
    } else if time > start {
      if read > start {
        let message = Int(reader)
        let left = min(max(departure(message), start), read)
        accounts[rank].others += left - start
        accounts[rank].messages += read - left
      }
      accounts[rank].memory += time - read
    }
    let samples = program.microbatchSizes[action.microbatch]
    let seconds = costs.stages[action.stage].seconds(action.phase, samples: samples)
    clock[rank] = time
    work(costs.actionSeconds + reading + seconds, on: rank)
    accounts[rank].compute += seconds / costs.speed(rank)
    accounts[rank].lastEnd = clock[rank]
    end(bound, on: rank)
    return true
  }

  /// The slot that an action overwrites; -1 where it overwrites nothing that is sent.
  private func slot(of action: ComputeAction) -> Int32 {
    let own = action.stage * width + action.microbatch
    return switch action.phase {
    case .forward: slots.stash[own]
    case .backward, .inputGradient: slots.gradientsOut[own]
    case .recompute, .weightGradient: -1
    }
  }

  private mutating func block(_ rank: Int, on message: Int) -> Bool {
    blockedOn[rank] = Int32(message)
    return false
  }

  /// The last moment at which a rank is done with one of some messages, and which that is; nil, and
  /// the rank is blocked, while one is unknown.
  private mutating func latest(
    _ messages: some Sequence<Int>, on rank: Int
  ) -> (time: Double, bound: Int32)? {
    var (time, bound) = (clock[rank], Bound.before)
    for message in messages {
      let done = done(message, on: rank)
      guard done >= 0 else {
        _ = block(rank, on: message)
        return nil
      }
      if done > time { (time, bound) = (done, Int32(message)) }
    }
    return (time, bound)
  }

  /// Pays for what a rank has received.
  private mutating func read(_ messages: [Int], on rank: Int) {
    for message in messages where program.messages[message].to == rank {
      work(readSeconds(message) * times(message), on: rank)
      isRead[message] = true
    }
  }

  private mutating func perform(
    _ transfer: Transfer, _ action: Action, on rank: Int
  ) throws(SimulationError) -> Bool {
    // What leaves is made of finished sums, or of what replicas have updated.
    let replica = try replica(ofStage: transfer.from, action, on: rank)
    let parts =
      switch transfer.kind {
      case .contribution: traded(transfer.from, replica, .sums)
      case .parameter: traded(transfer.from, replica, .weights)
      case .activation, .gradient: [Int]()
      }
    guard let wait = latest(parts, on: rank) else { return false }
    self.wait(until: wait.time, on: rank)
    read(parts, on: rank)
    work(costs.actionSeconds, on: rank)
    for message in transfer.messages {
      try send(message, action, on: rank)
      if let microbatch = transfer.microbatch { hold(message, transfer, microbatch) }
    }
    end(wait.bound, on: rank)
    return true
  }

  /// Notes that a message leaves from the slots of a microbatch.
  private mutating func hold(_ message: Int, _ transfer: Transfer, _ microbatch: Int) {
    let own = transfer.from * width + microbatch
    let slot = Int(transfer.kind == .activation ? slots.stash[own] : slots.gradientsOut[own])
    guard slot >= 0 else { return }
    sentBefore[message] = leaving[slot]
    leaving[slot] = Int32(message)
  }

  // MARK: Reduction

  private mutating func combine(
    _ stage: Int, _ bucket: Int, _ action: Action, on rank: Int
  ) throws(SimulationError) -> Bool {
    let replica = try replica(ofStage: stage, action, on: rank)
    let partials = traded(stage, replica, bucket: bucket, .partials)
    guard let wait = latest(partials, on: rank) else { return false }
    let bytes = tables.chunkBytes(replica, bucket: bucket, ofStage: stage)
    let additions = program.reductions[stage].across.count
    let leftOut = Double(leftOut(before: bucket, ofStage: stage))
    if leftOut > 0 {
      let reading = partials.reduce(0) {
        program.messages[$1].to == rank ? $0 + readSeconds($1) : $0
      }
      work(
        leftOut
          * (costs.actionSeconds + costs.reductionSecondsPerByte * Double(bytes * additions)
            + reading + sendSeconds(stage, bucket, replica, .sums, on: rank)),
        on: rank)
    }
    self.wait(until: wait.time, on: rank)
    read(partials, on: rank)
    work(costs.actionSeconds, on: rank)
    work(costs.reductionSecondsPerByte * Double(bytes * additions), on: rank)
    try trade(stage, bucket, replica, .sums, action, on: rank)
    end(wait.bound, on: rank)
    return true
  }

  private mutating func update(
    _ stage: Int, _ action: Action, on rank: Int
  ) throws(SimulationError) -> Bool {
    let replica = try replica(ofStage: stage, action, on: rank)
    var messages = traded(stage, replica, [.partials, .sums])
    for message in tables.contributions {
      let entry = program.messages[Int(message)]
      guard case .edge(let index, _) = entry.content else { continue }
      let edge = program.pipeline.edges[index]
      if (edge.from == stage && entry.from == rank) || (edge.to == stage && entry.to == rank) {
        messages.append(Int(message))
      }
    }
    guard let wait = latest(messages, on: rank) else { return false }
    self.wait(until: wait.time, on: rank)
    read(messages, on: rank)
    work(costs.actionSeconds + costs.stages[stage].updateSeconds, on: rank)
    end(wait.bound, on: rank)
    return true
  }

  /// Meets all ranks: nobody goes on before the last has come.
  private mutating func exchange(on rank: Int) -> Bool {
    work(costs.actionSeconds, on: rank)
    let round = exchanged[rank]
    if round == exchanges.count { exchanges.append(Exchange()) }
    exchanged[rank] += 1
    blockedOn[rank] = Bound.exchange
    exchanges[round].arrived += 1
    if clock[rank] > exchanges[round].latest {
      exchanges[round].latest = clock[rank]
      (exchanges[round].rank, exchanges[round].place) = (rank, next[rank])
    }
    guard exchanges[round].arrived == clock.count else { return false }
    let end = exchanges[round].latest + costs.exchangeSeconds(ranks: clock.count)
    for rank in clock.indices {
      wait(until: end, on: rank)
      self.end(Bound.exchange, on: rank)
      next[rank] += 1
      blockedOn[rank] = Bound.before
      ready.append(rank)
    }
    return false
  }
}
