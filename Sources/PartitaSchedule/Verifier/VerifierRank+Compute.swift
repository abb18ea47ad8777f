internal import PartitaGraph
internal import PartitaPlan

extension RankWalk {
  /// Proves one F, R, B, I or W.
  mutating func compute(_ action: ComputeAction) throws(ProgramFault) {
    let (stage, microbatch, phase) = (action.stage, action.microbatch, action.phase)
    let place = try held(stage)
    guard microbatch >= 0, microbatch < width, program.microbatchSizes[microbatch] > 0 else {
      throw fault(.cover, "microbatch \(microbatch) has no samples", "only those that have some")
    }
    guard index.rank(ofMicrobatch: microbatch, stage: stage) == rank else {
      throw fault(
        .cover, "\(action) runs here",
        "its gradient group runs on rank \(index.rank(ofMicrobatch: microbatch, stage: stage))")
    }
    guard isTraining || phase == .forward else {
      throw fault(.cover, "\(action) in a program that doesn't train", "forward alone")
    }
    try beforeExchange()
    try inOrder(action)
    switch phase {
    case .forward:
      try read(.activation, action)
      try takeToWrite(.stash, place, action, sending: .activation)
      if !isTraining { try end(action, place) }
    case .recompute:
      // It reads what F has read, from places that are held until the microbatch is done.
      let slot = try slot(.recomputed, place, microbatch)
      try isFree(slot, .recomputed, for: microbatch)
      slots.hold(slot, microbatch)
    case .backward, .inputGradient:
      try read(.gradient, action)
      try takeToWrite(.gradientsOut, place, action, sending: .gradient)
      if phase == .backward { try end(action, place) }
    case .weightGradient:
      try end(action, place)
    }
  }

  /// Each phase once, F before B or I, I before W, and each of them in the order in which the group
  /// is folded: F, I and W may each add to a sum over samples. R, which adds to none, comes between
  /// F and B or I where the stage recomputes, and nowhere else.
  private mutating func inOrder(_ action: ComputeAction) throws(ProgramFault) {
    let (stage, microbatch, phase) = (action.stage, action.microbatch, action.phase)
    let own = stage * width + microbatch
    let bits = done[own]
    let recomputes = program.plan.stages[stage].recomputes
    guard phase != .recompute || recomputes else {
      throw fault(
        .cover, "\(action) computes again what stage \(stage) keeps",
        "R only of stages with layers that are recomputed")
    }
    let ready = Phase.forward.bit | (recomputes ? Phase.recompute.bit : 0)
    let start = recomputes ? "F, R" : "F"
    let (allowed, needs): (Bool, String) =
      switch phase {
      case .forward: (bits == 0, "F once, first")
      case .recompute: (bits == Phase.forward.bit, "F, R, then B, or F, R, I, W")
      case .backward, .inputGradient:
        (bits == ready, "\(start), then B, or \(start), I, W")
      case .weightGradient:
        (bits == ready | Phase.inputGradient.bit, "\(start), I, W, each once")
      }
    guard allowed else {
      let before = Phase.allCases.filter { bits & $0.bit != 0 }.map(\.rawValue)
      let words = before.isEmpty ? "nothing" : before.joined(separator: ", ")
      throw fault(
        bits & phase.bit != 0 ? .cover : .order, "\(action) comes after \(words)", needs)
    }
    done[own] = bits | phase.bit
    let group = stage * gradientGroups + microbatch % gradientGroups
    let order = program.plan.foldingOrder(of: phase)
    if phase == .forward { try fold(action, into: &lastForward[group], order) }
    if phase.sendsGradients { try fold(action, into: &lastInput[group], order) }
    if phase.endsMicrobatch { try fold(action, into: &lastWeight[group], order) }
  }

  private func fold(
    _ action: ComputeAction, into last: inout Int32, _ order: GradientOrder
  ) throws(ProgramFault) {
    guard last < 0 || order.allows(action.microbatch, after: Int(last)) else {
      throw fault(
        .fold, "\(action) comes after microbatch \(last) of the same gradient group",
        "a group's microbatches in \(order) order, or sums have other bits")
    }
    last = Int32(action.microbatch)
  }

  /// Every value that the action reads from another stage must have a receive under way.
  private mutating func read(_ kind: Edge.Kind, _ action: ComputeAction) throws(ProgramFault) {
    for edge in index.incoming[kind.number][action.stage] {
      let message = index.message(edge: edge, microbatch: action.microbatch)
      guard isReceived[message] else {
        throw fault(
          .order,
          "\(action) reads \(program.words(program.messages[message])), which is not received"
            + " before it", "receive it before")
      }
      waits.wait(message)
    }
  }

  // MARK: Slots

  /// The slot of a microbatch.
  func slot(_ kind: SlotTable.Kind, _ place: Int, _ microbatch: Int) throws(ProgramFault) -> Int {
    guard
      let slot = slots.place(kind, place, slot: buffers[place].slots(kind)[microbatch])
    else {
      throw fault(
        .slot, "microbatch \(microbatch) has no \(kind.words)", "one of the slots that there are")
    }
    return slot
  }

  /// Takes a slot that the action writes; what still leaves from it has to be on its way, and is
  /// waited for.
  private mutating func takeToWrite(
    _ kind: SlotTable.Kind, _ place: Int, _ action: ComputeAction, sending: Edge.Kind
  ) throws(ProgramFault) {
    let slot = try slot(kind, place, action.microbatch)
    try isFree(slot, kind, for: action.microbatch)
    if let before = slots.last(slot) {
      for edge in index.outgoing[sending.number][action.stage] {
        let message = index.message(edge: edge, microbatch: before)
        guard isSent[message] else {
          throw fault(
            .slot,
            "\(action) overwrites \(program.words(program.messages[message])) before it is sent",
            "send it before")
        }
        waits.wait(message)
      }
    }
    slots.hold(slot, action.microbatch)
  }

  func isFree(_ slot: Int, _ kind: SlotTable.Kind, for microbatch: Int) throws(ProgramFault) {
    guard let holder = slots.holder(slot) else { return }
    throw fault(
      .slot,
      "\(program.words(rank: rank, action: at)) takes the \(kind.words) of microbatch \(holder),"
        + " which still needs it",
      "wait until microbatch \(holder) is done, or give microbatch \(microbatch) another slot")
  }

  private mutating func release(_ kind: SlotTable.Kind, _ place: Int, _ microbatch: Int) {
    if let slot = slots.place(kind, place, slot: buffers[place].slots(kind)[microbatch]) {
      slots.release(slot)
    }
  }

  /// Ends a microbatch's work on a stage: its slots are free.
  private mutating func end(_ action: ComputeAction, _ place: Int) throws(ProgramFault) {
    let (stage, microbatch) = (action.stage, action.microbatch)
    if isTraining {
      for edge in index.outgoing[Edge.Kind.activation.number][stage] {
        let message = index.message(edge: edge, microbatch: microbatch)
        guard isSent[message] else {
          throw fault(
            .slot, "\(action) frees \(program.words(program.messages[message])) before it is sent",
            "send it right after \(stage)F\(microbatch)")
        }
      }
    }
    release(.stash, place, microbatch)
    // Other stages have slots among these, too.
    if program.plan.stages[stage].recomputes { release(.recomputed, place, microbatch) }
    if isTraining { release(.gradientsOut, place, microbatch) }
    if !index.incoming[Edge.Kind.activation.number][stage].isEmpty {
      release(.received, place, microbatch)
    }
    if !index.incoming[Edge.Kind.gradient.number][stage].isEmpty {
      release(.gradientsIn, place, microbatch)
    }
    holdings[place].open -= 1
    open -= 1
  }
}
