internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

/// Looks up everything that one rank's actions name.
struct ProgramBinder {
  let program: Program
  let graph: Graph
  let model: ModelGraph
  let exchangedScalars: [ValueID]
  let edges: [Edge]
  let rank: RankProgram
  /// What the rank holds, upstream first.
  let stages: [HeldStage]
  let memory: ProgramMemory
  /// The first sample of each microbatch in the global batch.
  let firstSample: [Int]
  /// Where each arriving partial's chunk lies behind `ProgramMemory.partialsStart`.
  let partialOffsets: [ProgramMessage: Int]
  /// What is read or written in the memory of other ranks.
  let sharing: Sharing
  /// The norms of which replicas tell each other the sums of blocks.
  let cutNorms: [ValueID: CutNorm]

  /// - Parameters:
  ///   - stages: what the rank holds, and where its values lie.
  ///   - memory: the addresses of the program's regions.
  ///   - sharesMemory: whether another rank's arena can be reached.
  init(
    _ staged: StagedProgram, rank index: Int, stages: [HeldStage], memory: ProgramMemory,
    sharesMemory: @escaping (_ rank: Int) -> Bool
  ) {
    program = staged.program
    model = staged.staged.model
    graph = model.graph
    exchangedScalars = staged.staged.exchangedScalars
    edges = staged.staged.edges
    rank = program.ranks[index]
    self.stages = stages
    self.memory = memory
    var first: [Int] = []
    var next = 0
    for size in program.microbatchSizes {
      first.append(next)
      next += size
    }
    firstSample = first
    cutNorms = CutNorm.all(staged)
    partialOffsets = program.partialOffsets(ofRank: index).offsets
    sharing = Sharing(program, rank: index, sharesMemory: sharesMemory)
  }

  /// The place of a stage among those that the rank holds.
  func place(ofStage stage: Int) -> Int {
    guard let place = rank.place(ofStage: stage) else {
      preconditionFailure("the rank holds no stage \(stage)")
    }
    return place
  }

  // MARK: Addresses

  /// The address of a region for a microbatch of a stage, or for its update: nil.
  private func address(
    _ region: Region, of place: Int, microbatch: Int?
  ) -> UnsafeMutableRawPointer {
    let held = stages[place]
    func slot(_ slots: BufferSlots.Slots) -> UnsafeMutableRawPointer {
      memory.address(region, of: place, slot: microbatch.flatMap { slots[$0] } ?? 0)
    }
    switch region {
    case .shared: return memory.arena
    case .stash: return slot(held.buffers.stash)
    case .received: return slot(held.buffers.received)
    case .recomputed: return slot(held.buffers.recomputed)
    case .gradientsIn: return slot(held.buffers.gradientsIn)
    case .gradientsOut: return slot(held.buffers.gradientsOut)
    case .accumulator, .sampleScalars:
      let group = microbatch.map { held.slot(ofGroup: program.plan.group(ofMicrobatch: $0)) } ?? 0
      return memory.address(region, of: place, slot: group)
    case .workspace: return memory.address(region, of: place)
    }
  }

  /// Where a value of one of the rank's stages lies, for a microbatch or for the step: nil.
  func address(of value: ValueID, in place: Int, microbatch: Int?) -> UnsafeMutableRawPointer {
    let layout = stages[place].layout
    let places = microbatch == nil ? layout.update : layout.microbatch
    guard let found = places[value] ?? layout.microbatch[value] else {
      preconditionFailure("value \(value) of stage \(stages[place].holding.stage) has no place")
    }
    return address(found.region, of: place, microbatch: microbatch) + found.offset
  }

  func accumulator(_ place: Int, group: Int, element: Int) -> UnsafeMutableRawPointer {
    memory.address(.accumulator, of: place, slot: stages[place].slot(ofGroup: group)) + element * 4
  }

  /// Where a finished bucket lies: in the accumulator of the copy's first group.
  func result(_ place: Int, element: Int) -> UnsafeMutableRawPointer {
    memory.address(.accumulator, of: place) + element * 4
  }

  /// The bytes of the arena that a message leaves from or arrives in.
  func bytes(of message: ProgramMessage, isSending: Bool) -> Range<Int> {
    let start: UnsafeMutableRawPointer
    switch message.content {
    case .edge(let index, let microbatch):
      let edge = edges[index]
      start = address(
        of: edge.value, in: place(ofStage: isSending ? edge.from : edge.to),
        microbatch: microbatch)
    case .partial(let stage, let bucket, let partial, let index):
      let range = program.chunk(index, bucket: bucket, ofStage: stage)
      start =
        partialOffsets[message].map { memory.partials + $0 }
        ?? accumulator(
          place(ofStage: stage), group: program.reductions[stage].partials[partial].group,
          element: range.lowerBound)
    case .sum(let stage, let bucket, let index):
      let range = program.chunk(index, bucket: bucket, ofStage: stage)
      start = result(place(ofStage: stage), element: range.lowerBound)
    case .weights(let stage, let bucket, let index):
      let range = program.chunk(index, bucket: bucket, ofStage: stage)
      start = memory.arena + stages[place(ofStage: stage)].weightsStart + 4 * range.lowerBound
    }
    return memory.range(start, count: program.bytes(of: message))
  }

  /// Where a scalar of the step lies when the last list of a stage has run.
  func scalar(_ value: ValueID, in place: Int = 0) -> UnsafeRawPointer {
    UnsafeRawPointer(address(of: value, in: place, microbatch: nil))
  }

  // MARK: Actions

  /// Rows of the binding table: at most one for each action.
  var bindingCount: Int { rank.actions.count }

  /// Binds every action.
  ///
  /// - Parameter borrowed: where the bytes of a borrowed message lie.
  func bind<D: Device>(
    _ lists: [CompiledLists<D>], _ messages: [Int: ArenaMessage], bindings: BindingTable,
    board: UnsafeMutableBufferPointer<Double>,
    address borrowed: (ArenaMessage) -> UnsafeMutableRawPointer
  ) -> (actions: [BoundAction<D>], labels: [String]) {
    var actions: [BoundAction<D>] = []
    /// Activations that are read where their senders have written them, by stage and microbatch.
    var activations: [Arrival: UnsafeMutableRawPointer] = [:]
    func newBindings(_ place: Int, _ microbatch: Int?) -> UnsafePointer<UnsafeMutableRawPointer> {
      bindings.add { region in
        let arrival = microbatch.map { Arrival(.activation, stages[place].holding.stage, $0) }
        if region == .received, let lent = arrival.flatMap({ activations[$0] }) { return lent }
        return address(region, of: place, microbatch: microbatch)
      }
    }
    var hazards = SendHazards()
    var hasRounded: Set<Int> = []
    var arriving: [Arrival: [ArenaMessage]] = [:]
    for (at, action) in rank.actions.enumerated() {
      switch action {
      case .compute(let compute):
        let place = place(ofStage: compute.stage)
        let samples = program.microbatchSizes[compute.microbatch]
        guard let executable = lists[place].executable(compute.phase, samples: samples) else {
          preconditionFailure("\(compute) was not compiled")
        }
        let waits =
          (Arrival(compute).flatMap { arriving.removeValue(forKey: $0) } ?? [])
          + hazards.cleared(by: compute, stages[place].buffers)
        actions.append(
          .run(
            BoundRun(
              executable: executable,
              before: hasRounded.insert(place).inserted ? lists[place].roundings : nil,
              bindings: newBindings(place, compute.microbatch),
              accumulates: !isFirstOfGroup(compute), waits: waits,
              fills: compute.phase == .forward ? fills(compute.microbatch, of: place) : [],
              readings: compute.phase == .forward ? readings(compute.microbatch, of: place) : [],
              returns: (sharing.returns[at] ?? []).compactMap {
                messages[Self.key($0, isSending: false)]
              })))
      case .send(let transfer):
        let handles = transfer.messages.compactMap { messages[Self.key($0, isSending: true)] }
        hazards.add(transfer, handles, stages[place(ofStage: transfer.from)].buffers)
        let arriving =
          switch transfer.kind {
          case .contribution: sums(ofStage: transfer.from, messages)
          case .parameter: weights(ofStages: [transfer.from], messages)
          case .activation, .gradient: [ArenaMessage]()
          }
        actions.append(.start(handles, after: arriving))
      case .receive(let transfer):
        let handles = transfer.messages.compactMap { messages[Self.key($0, isSending: false)] }
        if let arrival = Arrival(transfer) {
          arriving[arrival, default: []] += handles
          // It is the only value in its slot.
          if let message = transfer.messages.first, let handle = handles.first,
            transfer.kind == .activation, sharing.isBorrowed(program.messages[message])
          {
            activations[arrival] = borrowed(handle)
          }
        }
        // A tied weight may lie where replicas trade it.
        let stages = transfer.kind == .parameter ? rank.holdings.map(\.stage) : []
        actions.append(.start(handles, after: weights(ofStages: stages, messages)))
      case .reduce(let stage, let bucket):
        actions.append(
          .reduce(reduction(Int(bucket), ofStage: Int(stage), messages, address: borrowed)))
      case .combine(let stage, let bucket):
        actions.append(
          .combine(reduction(Int(bucket), ofStage: Int(stage), messages, address: borrowed)))
      case .update(let stage):
        let place = place(ofStage: Int(stage))
        actions.append(
          .run(
            BoundRun(
              executable: lists[place].update, bindings: newBindings(place, nil),
              accumulates: false, waits: beforeUpdate(ofStage: Int(stage), messages), fills: [])))
      case .exchange:
        actions.append(.exchange(exchange(board)))
      case .finish(let stage):
        let place = place(ofStage: Int(stage))
        actions.append(
          .run(
            BoundRun(
              executable: lists[place].finish, bindings: newBindings(place, nil),
              accumulates: false, waits: [], fills: [])))
      case .gather(let stage, let bucket):
        let traded = weights(ofStages: [Int(stage)], bucket: Int(bucket), messages)
        actions.append(.start(traded, after: []))
      }
    }
    return (actions, rank.actions.map(\.description))
  }

  /// The key of one end of a message: a rank that sends to itself has both.
  static func key(_ message: Int, isSending: Bool) -> Int { 2 * message + (isSending ? 0 : 1) }

  /// Whether a key is of the sending end.
  static func isSending(_ key: Int) -> Bool { key % 2 == 0 }

  /// What an action waits for.
  private struct Arrival: Hashable {
    let kind: Edge.Kind
    let stage, microbatch: Int

    init(_ kind: Edge.Kind, _ stage: Int, _ microbatch: Int) {
      (self.kind, self.stage, self.microbatch) = (kind, stage, microbatch)
    }

    /// What an action is the first to read: R reads what F has read before, W what I has.
    init?(_ action: ComputeAction) {
      guard action.phase == .forward || action.phase.sendsGradients else { return nil }
      kind = action.phase == .forward ? .activation : .gradient
      (stage, microbatch) = (action.stage, action.microbatch)
    }

    /// What a transfer brings, nil for what the update waits for.
    init?(_ transfer: Transfer) {
      guard let microbatch = transfer.microbatch else { return nil }
      (kind, stage, self.microbatch) = (transfer.kind, transfer.to, microbatch)
    }
  }

  /// Whether no other microbatch of the same group has the action's phase before it: groups are
  /// folded in the plan's order.
  private func isFirstOfGroup(_ action: ComputeAction) -> Bool {
    let (plan, sizes) = (program.plan, program.microbatchSizes)
    let order = plan.foldingOrder(of: action.phase)
    let first = plan.group(ofMicrobatch: action.microbatch)
    return !stride(from: first, to: sizes.count, by: plan.gradientGroups).contains {
      sizes[$0] > 0 && order.allows(action.microbatch, after: $0)
    }
  }

  /// What a stage's update reads or overwrites: finished sums, tied contributions, and parameters
  /// that are still on their way from the last step.
  private func beforeUpdate(ofStage stage: Int, _ messages: [Int: ArenaMessage]) -> [ArenaMessage] {
    messages.keys.sorted().compactMap { key in
      switch program.messages[key / 2].content {
      case .sum(stage, _, _), .partial(stage, _, _, _): messages[key]
      case .edge(let edge, _):
        edges[edge].kind == .contribution
          && (edges[edge].to == stage || edges[edge].from == stage) ? messages[key] : nil
      default: nil
      }
    }
  }

  /// A stage's finished sums on their way: a contribution that leaves is made of them.
  private func sums(ofStage stage: Int, _ messages: [Int: ArenaMessage]) -> [ArenaMessage] {
    messages.keys.sorted().compactMap { key in
      if case .sum(stage, _, _) = program.messages[key / 2].content { messages[key] } else { nil }
    }
  }
}
