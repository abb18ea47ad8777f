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
  private let partialOffsets: [ProgramMessage: Int]

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
  private var replicas: Int { program.plan.stages[rank.stage].replicas }

  // MARK: Addresses

  private func slot(ofGroup group: Int) -> Int { groups.firstIndex(of: group) ?? 0 }

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

  private func address(of value: ValueID, microbatch: Int?) -> UnsafeMutableRawPointer {
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

  private func accumulator(group: Int, element: Int) -> UnsafeMutableRawPointer {
    memory.address(.accumulator, slot: slot(ofGroup: group)) + element * 4
  }

  /// The element range of a chunk of a bucket of this rank's stage.
  private func chunk(_ chunk: Int, bucket: Int) -> Range<Int> {
    GradientLayout.chunk(
      chunk, of: replicas, in: program.layouts[rank.stage].buckets[bucket])
  }

  /// Where a finished bucket lies: in the accumulator of the rank's first group.
  private func result(element: Int) -> UnsafeMutableRawPointer {
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

  /// What a message carries, for people.
  func words(for message: ProgramMessage) -> String {
    let ranks = "from rank \(message.from) to rank \(message.to)"
    switch message.content {
    case .edge(let index, let microbatch):
      let edge = program.staged.edges[index]
      let name = graph[edge.value].name.isEmpty ? "\(edge.value)" : graph[edge.value].name
      let of = graph[edge.value].producer.flatMap { graph.nodes[$0].layer }
        .map { " of layer \(graph.layers[$0].name)" } ?? ""
      let batch = microbatch.map { ", microbatch \($0)" } ?? ""
      return "\(edge.kind.rawValue) \(name)\(of)\(batch), \(ranks)"
    case .partial(let stage, let bucket, _, _):
      return "partial gradient sum of stage \(stage), bucket \(bucket), \(ranks)"
    case .sum(let stage, let bucket, _):
      return "gradient sum of stage \(stage), bucket \(bucket), \(ranks)"
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
    var hazards = Hazards()
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
        actions.append(.start(handles))
      case .receive(let transfer):
        actions.append(.start(transfer.messages.compactMap { messages[$0] }))
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

  // MARK: Reduction

  private func reduction(_ bucket: Int, _ messages: [Int: Message]) -> BoundReduction {
    let reduction = program.reductions[rank.stage]
    let whole = program.layouts[rank.stage].buckets[bucket]
    let local = reduction.local[rank.replica].map { addition in
      let into = accumulator(group: addition.into, element: whole.lowerBound)
      return BoundAddition(
        a: into, b: accumulator(group: addition.other, element: whole.lowerBound), result: into,
        count: whole.count)
    }
    guard replicas > 1 else {
      return BoundReduction(local: local, partials: [], across: [], copy: nil, sums: [])
    }

    let own = chunk(rank.replica, bucket: bucket)
    let target = result(element: own.lowerBound)
    let operands = reduction.partials.indices.map { index -> UnsafeMutableRawPointer in
      let partial = reduction.partials[index]
      if partial.replica == rank.replica {
        return accumulator(group: partial.group, element: own.lowerBound)
      }
      let message = ProgramMessage(
        content: .partial(
          stage: rank.stage, bucket: bucket, partial: index, chunk: rank.replica),
        from: program.plan.rank(stage: rank.stage, replica: partial.replica),
        to: program.plan.rank(stage: rank.stage, replica: rank.replica))
      return memory.partials + (partialOffsets[message] ?? 0)
    }
    var across = reduction.across.map { addition in
      BoundAddition(
        a: operands[addition.into], b: operands[addition.other], result: operands[addition.into],
        count: own.count)
    }
    var copy: (source: UnsafeRawPointer, target: UnsafeMutableRawPointer, bytes: Int)?
    if let last = across.popLast() {
      across.append(BoundAddition(a: last.a, b: last.b, result: target, count: last.count))
    } else if let only = operands.first, only != target {
      copy = (UnsafeRawPointer(only), target, own.count * 4)
    }

    var (partials, sums): ([Message], [Message]) = ([], [])
    for index in messages.keys.sorted() {
      guard let handle = messages[index] else { continue }
      switch program.messages[index].content {
      case .partial(_, bucket, _, _): partials.append(handle)
      case .sum(_, bucket, _): sums.append(handle)
      default: continue
      }
    }
    return BoundReduction(
      local: local, partials: partials, across: across, copy: copy, sums: sums)
  }

  // MARK: Exchange

  /// Doubles on the board: one for each group of a sum over samples, one for any other scalar.
  var boardCount: Int {
    program.staged.exchangedScalars.reduce(0) { $0 + slots(of: $1) }
  }

  private func slots(of scalar: ValueID) -> Int {
    graph.isSumOverSamples(scalar) ? program.plan.gradientGroups : 1
  }

  private func exchange(_ board: UnsafeMutableBufferPointer<Double>) -> BoundExchange {
    let tree = Reduction(
      groups: program.plan.gradientGroups, replicas: 1, filled: program.filledGroups)
    var own: [(slot: Int, source: UnsafePointer<Double>)] = []
    var additions: [(into: Int, other: Int)] = []
    var results: [(slot: Int, target: UnsafeMutablePointer<Double>)] = []
    var slot = 0
    for scalar in program.staged.exchangedScalars {
      let producer = graph[scalar].producer.flatMap { graph.nodes[$0].layer }
      let isOwn = producer.map { program.plan.stageOfLayer[$0] } == rank.stage
      if graph.isSumOverSamples(scalar) {
        if isOwn, let place = layout.microbatch[scalar] {
          for group in groups where program.filledGroups.contains(group) {
            let address = memory.address(.sampleScalars, slot: self.slot(ofGroup: group))
            own.append(
              (
                slot + group,
                UnsafePointer((address + place.offset).assumingMemoryBound(to: Double.self))
              ))
          }
        }
        additions += tree.local[0].map { (slot + $0.into, slot + $0.other) }
      } else if isOwn, rank.replica == 0 {
        own.append((slot, self.scalar(scalar)))
      }
      let target = address(of: scalar, microbatch: nil).assumingMemoryBound(to: Double.self)
      results.append((slot, target))
      slot += slots(of: scalar)
    }
    return BoundExchange(board: board, own: own, additions: additions, results: results)
  }
}

/// Sends that must be complete before the place that they leave from is written again.
private struct Hazards {
  private enum Kind: Hashable { case stash, gradientsOut }
  private struct Slot: Hashable { let kind: Kind; let index: Int }
  private var open: [Slot: [Message]] = [:]

  mutating func add(_ transfer: Transfer, _ messages: [Message], _ buffers: BufferPlan) {
    guard let microbatch = transfer.microbatch else { return }
    switch transfer.kind {
    case .activation:
      if let slot = buffers.stash.slot[microbatch] {
        open[Slot(kind: .stash, index: slot), default: []] += messages
      }
    case .gradient:
      if let slot = buffers.gradientsOut.slot[microbatch] {
        open[Slot(kind: .gradientsOut, index: slot), default: []] += messages
      }
    case .contribution, .parameter: break
    }
  }

  mutating func cleared(by action: ComputeAction, _ buffers: BufferPlan) -> [Message] {
    let slot: Slot?
    switch action.phase {
    case .forward:
      slot = buffers.stash.slot[action.microbatch].map { Slot(kind: .stash, index: $0) }
    case .backward, .inputGradient:
      slot = buffers.gradientsOut.slot[action.microbatch].map {
        Slot(kind: .gradientsOut, index: $0)
      }
    case .weightGradient: slot = nil
    }
    return slot.flatMap { open.removeValue(forKey: $0) } ?? []
  }
}
