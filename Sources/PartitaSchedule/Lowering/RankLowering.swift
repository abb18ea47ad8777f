internal import PartitaGraph
internal import PartitaPlan

/// Adds communication to one rank's compute actions.
struct RankLowering {
  let rank: Int
  let compute: [ComputeAction]
  let pipeline: Pipeline
  let plan: Plan
  let channels: Channels
  /// The slot in which each stage's last gradient, of all replicas, exists on paper.
  let stageEnds: [Int]

  var holdings: [Plan.Holding] { plan.holdings[rank] }

  func program(_ timeline: Timeline, width: Int) -> RankProgram {
    var places: [[Int]] = Array(repeating: [], count: holdings.count)
    let first = holdings[0].stage
    var placeOfStage = Array(
      repeating: 0, count: (holdings.last?.stage ?? first) - first + 1)
    for (place, holding) in holdings.enumerated() { placeOfStage[holding.stage - first] = place }
    for (index, action) in compute.enumerated() {
      places[placeOfStage[action.stage - first]].append(index)
    }

    let recomputed = BufferSlots.recomputed(compute, places: places, width: width)
    var receives: [(after: Int, Transfer)] = []
    let buffers = holdings.indices.map { place in
      let stage = holdings[place].stage
      var arrivals = BufferSlots.Arrivals(activations: [], gradients: [])
      let slots = BufferSlots(
        actions: compute, places: places[place], width: width, recomputed: recomputed[place],
        sent: { lastBefore(sending: $0, to: stage, isForward: $1, timeline) },
        arrivals: &arrivals)
      for place in places[place] {
        let action = compute[place]
        guard action.phase == .forward || action.phase.sendsGradients else { continue }
        let kind: Edge.Kind = action.phase == .forward ? .activation : .gradient
        let after = kind == .activation ? arrivals.activations : arrivals.gradients
        for channel in channels.incoming[stage] where channels.channels[channel].kind == kind {
          receives.append(
            (
              Int(after[action.microbatch]),
              channels.transfer(channel, microbatch: action.microbatch)
            ))
        }
      }
      return slots
    }
    return RankProgram(
      holdings: holdings,
      actions: actions(
        receiving: receives, ends: places.map { $0.last },
        combines: holdings.map { combinePlace(ofStage: $0.stage, timeline) }),
      buffers: buffers)
  }

  /// The rank's last action that ends, on paper, before something can be sent to one of its stages.
  private func lastBefore(
    sending microbatch: Int, to stage: Int, isForward: Bool, _ timeline: Timeline
  ) -> Int? {
    // The earliest of the senders: a skip edge comes from further away.
    let kind: Edge.Kind = isForward ? .activation : .gradient
    var sent: Int?
    for channel in channels.incoming[stage] where channels.channels[channel].kind == kind {
      let from = channels.channels[channel].from
      guard let end = timeline.end(from, microbatch, isForward: isForward) else { continue }
      sent = min(sent ?? end, end)
    }
    guard let sent else { return nil }
    return timeline.actions(ofRank: rank, endingBy: sent) - 1
  }

  /// The action after which a stage's partial sums are added up: one later than, on paper, the
  /// last replica has sent its own, so that they have had time to arrive. Any earlier, and ranks
  /// could wait for each other.
  private func combinePlace(ofStage stage: Int, _ timeline: Timeline) -> Int {
    min(timeline.actions(ofRank: rank, endingBy: stageEnds[stage] - 1) + 1, compute.count - 1)
  }

  private func actions(
    receiving receives: [(after: Int, Transfer)], ends: [Int?], combines: [Int]
  ) -> [Action] {
    var actions: [Action] = []
    actions.reserveCapacity(2 * compute.count + receives.count + 8)
    // Stable, so that receives of one moment keep the order of their use.
    let order = receives.indices.sorted {
      (receives[$0].after, $0) < (receives[$1].after, $1)
    }
    var nextReceive = 0
    func receive(after index: Int, _ actions: inout [Action]) {
      while nextReceive < order.count, receives[order[nextReceive]].after <= index {
        actions.append(.receive(receives[order[nextReceive]].1))
        nextReceive += 1
      }
    }
    // A stage's gradients are complete after its last action; a rank without one has none.
    let last = compute.count - 1
    let reduced = Dictionary(grouping: holdings.indices, by: { ends[$0] ?? last })
    let combined = Dictionary(
      grouping: holdings.indices.filter { plan.stages[holdings[$0].stage].replicas > 1 },
      by: { max(combines[$0], ends[$0] ?? last) })
    func reduce(after index: Int, _ actions: inout [Action]) {
      for place in reduced[index] ?? [] {
        let stage = holdings[place].stage
        for bucket in buckets(stage) {
          actions.append(.reduce(stage: Int32(stage), bucket: Int32(bucket)))
        }
      }
      for place in combined[index] ?? [] {
        let stage = holdings[place].stage
        for bucket in buckets(stage) {
          actions.append(.combine(stage: Int32(stage), bucket: Int32(bucket)))
        }
      }
    }

    receive(after: -1, &actions)
    if pipeline.isTraining {
      receiveContributions(&actions)
      if compute.isEmpty { reduce(after: last, &actions) }
    }
    for (index, action) in compute.enumerated() {
      actions.append(.compute(action))
      if action.phase == .forward {
        send(.activation, action, &actions)
      } else if action.phase.sendsGradients {
        send(.gradient, action, &actions)
      }
      receive(after: index, &actions)
      if pipeline.isTraining { reduce(after: index, &actions) }
    }
    if pipeline.isTraining { update(&actions) }
    actions.append(.exchange)
    for holding in holdings { actions.append(.finish(stage: Int32(holding.stage))) }
    if pipeline.isTraining {
      gather(&actions)
      tradeParameters(&actions)
    }
    return actions
  }

  private func buckets(_ stage: Int) -> Range<Int> { 0..<pipeline.buckets(ofStage: stage).count }

  private func send(_ kind: Edge.Kind, _ action: ComputeAction, _ actions: inout [Action]) {
    for channel in channels.outgoing[action.stage] where channels.channels[channel].kind == kind {
      actions.append(.send(channels.transfer(channel, microbatch: action.microbatch)))
    }
  }

  /// What travels once a step between this rank's stages and others.
  private func stepTransfers(_ kind: Edge.Kind, isSending: Bool) -> [Transfer] {
    holdings.flatMap { holding in
      (isSending ? channels.outgoing : channels.incoming)[holding.stage].flatMap {
        channel -> [Transfer] in
        let entry = channels.channels[channel]
        guard entry.kind == kind else { return [] }
        guard isSending else { return [channels.transfer(channel, replica: holding.replica)] }
        let senders = plan.stages[holding.stage].replicas
        return (0..<plan.stages[entry.to].replicas).filter { $0 % senders == holding.replica }
          .map { channels.transfer(channel, replica: $0) }
      }
    }
  }

  private func receiveContributions(_ actions: inout [Action]) {
    actions += stepTransfers(.contribution, isSending: false).map(Action.receive)
  }

  private func update(_ actions: inout [Action]) {
    actions += stepTransfers(.contribution, isSending: true).map(Action.send)
    // Backward ends upstream, so downstream sums are there first.
    for holding in holdings.reversed() { actions.append(.update(stage: Int32(holding.stage))) }
  }

  private func gather(_ actions: inout [Action]) {
    for stage in holdings.map(\.stage) {
      for bucket in 0..<pipeline.shardedBuckets(ofStage: stage) {
        actions.append(.gather(stage: Int32(stage), bucket: Int32(bucket)))
      }
    }
  }

  private func tradeParameters(_ actions: inout [Action]) {
    actions += stepTransfers(.parameter, isSending: true).map(Action.send)
    actions += stepTransfers(.parameter, isSending: false).map(Action.receive)
  }
}
