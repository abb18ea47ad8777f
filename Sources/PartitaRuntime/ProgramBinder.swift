internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaTransport

/// Looks up everything that one rank's actions name.
struct ProgramBinder {
  let program: Program
  let rank: RankProgram
  let layout: StageLayout
  let memory: ProgramMemory
  /// The gradient groups that this rank runs, ascending; their accumulators follow each other.
  let groups: [Int]
  /// The first sample of each microbatch in the global batch.
  private let firstSample: [Int]
  /// Where each arriving partial's chunk lies behind `ProgramMemory.partialsStart`.
  let partialOffsets: [ProgramMessage: Int]

  init(_ program: Program, rank index: Int, layout: StageLayout, memory: ProgramMemory) {
    self.program = program
    self.rank = program.ranks[index]
    self.layout = layout
    self.memory = memory
    self.groups = program.groups(ofRank: index)
    var first: [Int] = []
    var next = 0
    for size in program.microbatchSizes {
      first.append(next)
      next += size
    }
    firstSample = first
    partialOffsets = program.partialOffsets(ofRank: index).offsets
  }

  var stage: StageGraph { program.staged.stages[rank.stage] }
  var graph: Graph { program.staged.model.graph }
  var replicas: Int { program.plan.stages[rank.stage].replicas }

  // MARK: Addresses

  func slot(ofGroup group: Int) -> Int { groups.firstIndex(of: group) ?? 0 }

  /// The regions' addresses for a microbatch, or for the update: nil.
  private func bind(_ microbatch: Int?, to bases: UnsafeMutablePointer<UnsafeMutableRawPointer>) {
    let buffers = rank.buffers
    func slot(_ slots: BufferPlan.Slots) -> Int { microbatch.flatMap { slots.slot[$0] } ?? 0 }
    let group = microbatch.map { self.slot(ofGroup: program.plan.group(ofMicrobatch: $0)) } ?? 0
    for region in Region.allCases {
      let address =
        switch region {
        case .shared: memory.arena
        case .stash: memory.address(region, slot: slot(buffers.stash))
        case .received: memory.address(region, slot: slot(buffers.received))
        case .gradientsIn: memory.address(region, slot: slot(buffers.gradientsIn))
        case .gradientsOut: memory.address(region, slot: slot(buffers.gradientsOut))
        case .accumulator, .sampleScalars: memory.address(region, slot: group)
        case .workspace: memory.address(region)
        }
      (bases + region.rawValue).initialize(to: address)
    }
  }

  func address(of value: ValueID, microbatch: Int?) -> UnsafeMutableRawPointer {
    let places = microbatch == nil ? layout.update : layout.microbatch
    guard let place = places[value] ?? layout.microbatch[value] else {
      preconditionFailure("value \(value) of stage \(rank.stage) has no place")
    }
    return withUnsafeTemporaryAllocation(
      of: UnsafeMutableRawPointer.self, capacity: Region.allCases.count
    ) { bases in
      guard let base = bases.baseAddress else { preconditionFailure("no room for bindings") }
      bind(microbatch, to: base)
      return bases[place.region.rawValue] + place.offset
    }
  }

  func accumulator(group: Int, element: Int) -> UnsafeMutableRawPointer {
    memory.address(.accumulator, slot: slot(ofGroup: group)) + element * 4
  }

  /// The element range of a chunk of a bucket of this rank's stage.
  func chunk(_ chunk: Int, bucket: Int) -> Range<Int> {
    GradientLayout.chunk(
      chunk, of: replicas, in: program.layouts[rank.stage].buckets[bucket])
  }

  /// Where a finished bucket lies: in the accumulator of the rank's first group.
  func result(element: Int) -> UnsafeMutableRawPointer {
    memory.address(.accumulator) + element * 4
  }

  /// Where a message leaves from or arrives.
  func buffer(of message: ProgramMessage) -> UnsafeMutableRawBufferPointer {
    switch message.content {
    case .edge(let index, let microbatch):
      let edge = program.staged.edges[index]
      let samples = microbatch.map { program.microbatchSizes[$0] } ?? 0
      return UnsafeMutableRawBufferPointer(
        start: address(of: edge.value, microbatch: microbatch),
        count: graph.type(of: edge.value).bytes(samples: samples))
    case .partial(_, let bucket, let partial, let index):
      let range = chunk(index, bucket: bucket)
      let start =
        partialOffsets[message].map { memory.partials + $0 }
        ?? accumulator(
          group: program.reductions[rank.stage].partials[partial].group, element: range.lowerBound)
      return UnsafeMutableRawBufferPointer(start: start, count: range.count * 4)
    case .sum(_, let bucket, let index):
      let range = chunk(index, bucket: bucket)
      return UnsafeMutableRawBufferPointer(
        start: result(element: range.lowerBound), count: range.count * 4)
    }
  }

  /// Where a scalar of the step lies when the last list has run.
  func scalar(_ value: ValueID) -> UnsafePointer<Double> {
    UnsafePointer(address(of: value, microbatch: nil).assumingMemoryBound(to: Double.self))
  }

  // MARK: Actions

  /// Entries of the binding table: a row for each action that runs a list.
  var bindingCount: Int { (rank.actions.count + 2) * Region.allCases.count }

  /// Binds every action.
  func bind<D: Device>(
    _ lists: CompiledLists<D>, _ messages: [Int: Message],
    bindings: UnsafeMutablePointer<UnsafeMutableRawPointer>,
    board: UnsafeMutableBufferPointer<Double>
  ) -> (actions: [BoundAction<D>], labels: [String]) {
    var actions: [BoundAction<D>] = []
    var nextBinding = bindings
    func newBindings(_ microbatch: Int?) -> UnsafePointer<UnsafeMutableRawPointer> {
      defer { nextBinding += Region.allCases.count }
      bind(microbatch, to: nextBinding)
      return UnsafePointer(nextBinding)
    }
    var hazards = SendHazards()
    for action in rank.actions {
      switch action {
      case .compute(let compute):
        let samples = program.microbatchSizes[compute.microbatch]
        guard let executable = lists.executable(compute.phase, samples: samples) else {
          preconditionFailure("\(compute) was not compiled")
        }
        let waits = arriving(for: compute, messages) + hazards.cleared(by: compute, rank.buffers)
        actions.append(
          .run(
            BoundRun(
              executable: executable, bindings: newBindings(compute.microbatch),
              accumulates: !isFirstOfGroup(compute.microbatch), waits: waits,
              fills: compute.phase == .forward ? fills(compute.microbatch) : [])))
      case .send(let transfer):
        let handles = transfer.messages.compactMap { messages[$0] }
        hazards.add(transfer, handles, rank.buffers)
        actions.append(
          .start(handles, after: transfer.kind == .contribution ? sums(messages) : []))
      case .receive(let transfer):
        actions.append(.start(transfer.messages.compactMap { messages[$0] }, after: []))
      case .reduce(_, let bucket):
        actions.append(.reduce(reduction(bucket, messages)))
      case .combine(_, let bucket):
        actions.append(.combine(reduction(bucket, messages)))
      case .update:
        actions.append(
          .run(
            BoundRun(
              executable: lists.update, bindings: newBindings(nil), accumulates: false,
              waits: beforeUpdate(messages), fills: [])))
      case .exchange:
        actions.append(.exchange(exchange(board)))
      case .finish:
        actions.append(
          .run(
            BoundRun(
              executable: lists.finish, bindings: newBindings(nil), accumulates: false, waits: [],
              fills: [])))
      }
    }
    return (actions, rank.actions.map(\.description))
  }

  /// Whether no earlier microbatch of the same group runs before this one: groups are folded in
  /// index order.
  private func isFirstOfGroup(_ microbatch: Int) -> Bool {
    let groups = program.plan.gradientGroups
    return !stride(from: microbatch % groups, to: microbatch, by: groups).contains {
      program.microbatchSizes[$0] > 0
    }
  }

  /// The messages whose values an action reads.
  private func arriving(for action: ComputeAction, _ messages: [Int: Message]) -> [Message] {
    let kind: Edge.Kind = action.phase == .forward ? .activation : .gradient
    return program.messages.indices.compactMap { index in
      guard case .edge(let edge, action.microbatch) = program.messages[index].content,
        program.staged.edges[edge].kind == kind, program.staged.edges[edge].to == rank.stage
      else { return nil }
      return messages[index]
    }
  }

  /// What the update reads or overwrites: finished sums, tied contributions, and parameters that
  /// are still on their way from the last step.
  private func beforeUpdate(_ messages: [Int: Message]) -> [Message] {
    messages.keys.sorted().compactMap { index in
      switch program.messages[index].content {
      case .sum, .partial: messages[index]
      case .edge(let edge, _):
        program.staged.edges[edge].kind == .contribution ? messages[index] : nil
      }
    }
  }

  /// Finished sums on their way: a contribution that leaves is made of them.
  private func sums(_ messages: [Int: Message]) -> [Message] {
    messages.keys.sorted().compactMap { index in
      if case .sum = program.messages[index].content { messages[index] } else { nil }
    }
  }

  private func fills(_ microbatch: Int) -> [Fill] {
    let samples = program.microbatchSizes[microbatch]
    let first = firstSample[microbatch]
    return stage.microbatchVariables.compactMap { variable in
      graph[variable].role.map { role in
        Fill(
          role: role, samples: first..<first + samples,
          target: UnsafeMutableRawBufferPointer(
            start: address(of: variable, microbatch: microbatch),
            count: graph.type(of: variable).bytes(samples: samples)))
      }
    }
  }
}
