public import PartitaGraph
public import PartitaPlan

extension Program {
  /// Lowers a plan and a schedule to a program for every rank.
  ///
  /// The passes, the same for every schedule: messages for every edge and microbatch, buffer
  /// slots from the order of the compute actions, receives as early as their slot is free, sends
  /// right after what makes them, reduction, exchange and update at the end of the step.
  ///
  /// Complexity: O(edges · microbatches + actions).
  /// - Parameters:
  ///   - staged: the model, cut as the plan says.
  ///   - plan: who holds which layers.
  ///   - schedule: the order of each replica's compute actions.
  ///   - microbatchSizes: the samples of each microbatch; 0 leaves it out.
  public init(
    _ staged: StagedModel, plan: Plan, schedule: any Schedule, microbatchSizes: [Int]
  ) {
    let filled = microbatchSizes.indices.filter { microbatchSizes[$0] > 0 }
    let isTraining = !staged.model.assignments.isEmpty
    let layouts = staged.stages.map { GradientLayout($0, in: staged.model.graph) }
    let reductions = plan.stages.map { stage in
      Reduction(
        groups: plan.gradientGroups, replicas: stage.replicas,
        filled: Set(filled.map(plan.group(ofMicrobatch:))))
    }
    let messages = Self.messages(
      staged, plan, filled: filled, reductions: isTraining ? reductions : [], layouts: layouts)
    let byContent = Dictionary(
      grouping: messages.indices,
      by: { MessageGroup(messages[$0], edges: staged.edges) })
    let replicas = plan.stages.map(\.replicas)

    self.plan = plan
    self.microbatchSizes = microbatchSizes
    self.staged = staged
    self.messages = messages
    self.reductions = reductions
    self.layouts = layouts
    self.ranks = (0..<plan.worldSize).map { rank in
      let (stage, replica) = plan.place(ofRank: rank)
      let own = filled.filter {
        plan.replica(ofGroup: plan.group(ofMicrobatch: $0), stage: stage) == replica
      }
      let compute = schedule.actions(stage: stage, replicas: replicas, microbatches: own)
      let lowering = RankLowering(
        rank: rank, stage: stage, messages: messages, edges: staged.edges, groups: byContent,
        isTraining: isTraining, buckets: layouts[stage].buckets.count,
        replicas: replicas[stage])
      let buffers = BufferPlan(compute)
      return RankProgram(
        stage: stage, replica: replica, actions: lowering.actions(compute, buffers),
        buffers: buffers)
    }
  }

  private static func messages(
    _ staged: StagedModel, _ plan: Plan, filled: [Int], reductions: [Reduction],
    layouts: [GradientLayout]
  ) -> [ProgramMessage] {
    var messages: [ProgramMessage] = []
    for (index, edge) in staged.edges.enumerated() {
      switch edge.kind {
      case .activation, .gradient:
        for microbatch in filled {
          let group = plan.group(ofMicrobatch: microbatch)
          messages.append(
            ProgramMessage(
              content: .edge(index, microbatch: microbatch),
              from: plan.rank(
                stage: edge.from, replica: plan.replica(ofGroup: group, stage: edge.from)),
              to: plan.rank(stage: edge.to, replica: plan.replica(ofGroup: group, stage: edge.to))))
        }
      case .contribution, .parameter:
        // Every replica of the sender has the same bits; each receiver is served by one of them.
        for replica in 0..<plan.stages[edge.to].replicas {
          messages.append(
            ProgramMessage(
              content: .edge(index, microbatch: nil),
              from: plan.rank(
                stage: edge.from, replica: replica % plan.stages[edge.from].replicas),
              to: plan.rank(stage: edge.to, replica: replica)))
        }
      }
    }
    for (stage, reduction) in reductions.enumerated() {
      let replicas = plan.stages[stage].replicas
      func rank(_ replica: Int) -> Int { plan.rank(stage: stage, replica: replica) }
      for (bucket, range) in layouts[stage].buckets.enumerated() {
        for chunk in 0..<replicas
        where !GradientLayout.chunk(chunk, of: replicas, in: range).isEmpty {
          for (index, partial) in reduction.partials.enumerated() where partial.replica != chunk {
            messages.append(
              ProgramMessage(
                content: .partial(stage: stage, bucket: bucket, partial: index, chunk: chunk),
                from: rank(partial.replica), to: rank(chunk)))
          }
          for replica in 0..<replicas where replica != chunk {
            messages.append(
              ProgramMessage(
                content: .sum(stage: stage, bucket: bucket, chunk: chunk), from: rank(chunk),
                to: rank(replica)))
          }
        }
      }
    }
    return messages
  }
}

/// The messages that travel together: one stage's values for another at one point.
struct MessageGroup: Hashable {
  let kind: Edge.Kind?
  let fromStage, toStage, from, to: Int
  let microbatch: Int?

  init(_ message: ProgramMessage, edges: [Edge]) {
    from = message.from
    to = message.to
    if case .edge(let index, let microbatch) = message.content {
      kind = edges[index].kind
      fromStage = edges[index].from
      toStage = edges[index].to
      self.microbatch = microbatch
    } else {
      kind = nil
      (fromStage, toStage, microbatch) = (0, 0, nil)
    }
  }
}

/// Adds communication to one rank's compute actions.
private struct RankLowering {
  let rank: Int
  let stage: Int
  let isTraining: Bool
  let buckets: Int
  let replicas: Int
  /// What this rank receives and sends, in the order of the message table.
  let incoming, outgoing: [Transfer]

  init(
    rank: Int, stage: Int, messages: [ProgramMessage], edges: [Edge],
    groups: [MessageGroup: [Int]], isTraining: Bool, buckets: Int, replicas: Int
  ) {
    self.rank = rank
    self.stage = stage
    self.isTraining = isTraining
    self.buckets = buckets
    self.replicas = replicas
    func transfers(_ isOwn: (MessageGroup) -> Bool) -> [Transfer] {
      groups.filter { isOwn($0.key) }
        .sorted { ($0.value.first ?? 0) < ($1.value.first ?? 0) }
        .compactMap { group, indices in
          group.kind.map {
            Transfer(
              kind: $0, from: group.fromStage, to: group.toStage, microbatch: group.microbatch,
              messages: indices)
          }
        }
    }
    incoming = transfers { $0.to == rank }
    outgoing = transfers { $0.from == rank }
  }

  func actions(_ compute: [ComputeAction], _ buffers: BufferPlan) -> [Action] {
    // For each compute action, the receives whose slot it frees; at -1 those that need not wait.
    var receives: [Int: [Transfer]] = [:]
    for transfer in incoming {
      let after: Int
      switch transfer.kind {
      case .activation: after = buffers.received.freeAfter[transfer.microbatch ?? 0] ?? -1
      case .gradient: after = buffers.gradientsIn.freeAfter[transfer.microbatch ?? 0] ?? -1
      case .contribution: after = -1
      case .parameter: continue
      }
      receives[after, default: []].append(transfer)
    }
    func sends(_ kind: Edge.Kind, _ microbatch: Int?) -> [Action] {
      outgoing.filter { $0.kind == kind && $0.microbatch == microbatch }.map(Action.send)
    }

    var actions = (receives[-1] ?? []).map(Action.receive)
    for (index, action) in compute.enumerated() {
      actions.append(.compute(action))
      switch action.phase {
      case .forward: actions += sends(.activation, action.microbatch)
      case .backward, .inputGradient: actions += sends(.gradient, action.microbatch)
      case .weightGradient: break
      }
      actions += (receives[index] ?? []).map(Action.receive)
    }
    if isTraining {
      actions += (0..<buckets).map { .reduce(stage: stage, bucket: $0) }
      if replicas > 1 { actions += (0..<buckets).map { .combine(stage: stage, bucket: $0) } }
      actions += sends(.contribution, nil)
      actions.append(.update(stage: stage))
    }
    actions.append(.exchange)
    actions.append(.finish(stage: stage))
    if isTraining {
      actions += sends(.parameter, nil)
      actions += incoming.filter { $0.kind == .parameter }.map(Action.receive)
    }
    return actions
  }
}
