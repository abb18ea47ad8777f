internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

extension Performer {
  private func own(_ rank: Int, _ isWanted: (ProgramMessage.Content) -> Bool) -> [Int] {
    program.messages.indices.filter {
      let entry = program.messages[$0]
      return (entry.from == rank || entry.to == rank) && isWanted(entry.content)
    }
  }

  /// Performs a rank's next action, unless it has to wait.
  mutating func perform(_ rank: Int) -> Bool {
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
      case .gather(let stage, let bucket): gather(Int(stage), Int(bucket), rank)
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
      if transfer.kind == .parameter {
        guard hasWeights(ofStage: transfer.from, rank) else { return false }
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
    if !asSender, transfer.kind == .parameter {
      let stages = program.ranks[rank].holdings.map(\.stage)
      guard stages.allSatisfy({ hasWeights(ofStage: $0, rank) }) else { return false }
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
    // Where the stage recomputes, what I makes for W lies with what R makes.
    let recomputes = program.plan.stages[stage].recomputes
    let again = recomputes ? sharedSlot(buffers.recomputed, microbatch, rank) : 0
    let between =
      recomputes
      ? Cells.between(-1, slot: again)
      : .between(place, slot: slot(buffers.stash, microbatch))
    if action.phase == .recompute {
      guard recomputes else {
        fail("\(action) has no slot")
        return false
      }
      var term = Term(.forward, stage, microbatch)
      for operand in operands(action, place, rank, isForward: true) { term.add(operand) }
      memories[rank][.recomputed(slot: again)] = term
      return true
    }
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
    let own = program.microbatchSizes.indices.filter {
      $0 % program.plan.gradientGroups == group && program.microbatchSizes[$0] > 0
    }
    let isDescending = program.plan.gradientOrder == .descending
    let isFirst = microbatch == (isDescending && !isForward ? own.last : own.first)
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
    case .recompute, .weightGradient: break
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
    let kept = read(.stash(place, slot: slot(buffers.stash, action.microbatch)), rank)
    values.append(kept)
    if program.plan.stages[action.stage].recomputes {
      // Some of it is kept, the rest computed again: to the same value.
      let slot = sharedSlot(buffers.recomputed, action.microbatch, rank)
      let again = read(.recomputed(slot: slot), rank)
      if again != kept { values.append(again) }
    }
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
      case .partial, .sum, .weights: false
      case .edge(let edge, _):
        edges[edge].kind == .contribution
          && (edges[edge].from == stage || edges[edge].to == stage)
      }
    }
    guard read.allSatisfy({ isComplete($0, rank) }) else { return false }
    if isShared(stage) {
      updateShares(stage, place, rank)
      return true
    }
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
        if isShared(holding.stage) {
          for (bucket, chunk) in ownChunks(place, rank)
          where holding.replica == 0 || program.isSharded(bucket: bucket, ofStage: holding.stage) {
            let share = read(.share(holding.stage, bucket: bucket, chunk: chunk), rank)
            board.join(Term(.board, holding.stage, bucket, chunk).adding(share))
          }
          continue
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
    guard let place = place(stage, rank) else { return false }
    if isShared(stage) {
      finishShares(stage, place, rank)
      return true
    }
    memories[rank][.weight(stage)] = Term(.finish, stage).adding(
      read(.weight(stage), rank), read(.board, rank))
    return true
  }
}
