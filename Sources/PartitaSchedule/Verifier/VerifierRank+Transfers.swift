internal import PartitaGraph

extension RankWalk {
  /// Proves that a transfer's messages are what it says, and for this rank; returns the place of
  /// the rank's own stage.
  private func agree(_ transfer: Transfer, isSending: Bool) throws(ProgramFault) -> Int {
    let place = try held(isSending ? transfer.from : transfer.to)
    let messages = transfer.messages
    guard messages.lowerBound >= 0, messages.upperBound <= program.messages.count,
      !messages.isEmpty
    else {
      throw fault(
        .message, "the transfer is of messages \(messages) of \(program.messages.count)",
        "one or more messages of the table")
    }
    for message in messages {
      let entry = program.messages[message]
      guard case .edge(let number, let microbatch) = entry.content,
        microbatch == transfer.microbatch
      else { throw isOther(message) }
      let edge = program.pipeline.edges[number]
      guard edge.kind == transfer.kind, edge.from == transfer.from, edge.to == transfer.to,
        (isSending ? entry.from : entry.to) == rank
      else { throw isOther(message) }
    }
    return place
  }

  private func isOther(_ message: Int) -> ProgramFault {
    let entry = program.messages[message]
    return fault(
      .message,
      "message \(message) is \(program.words(entry)), from rank \(entry.from) to rank \(entry.to)",
      "only messages of this transfer's kind, stages and microbatch, on their own ranks")
  }

  /// Starts a message on the sending side.
  mutating func startSend(_ message: Int) throws(ProgramFault) {
    guard !isSent[message] else { throw isStarted(message, "sent") }
    isSent[message] = true
    waits.start(message)
  }

  /// Starts a message on the receiving side.
  mutating func startReceive(_ message: Int) throws(ProgramFault) {
    guard !isReceived[message] else { throw isStarted(message, "received") }
    isReceived[message] = true
    waits.start(message)
  }

  private func isStarted(_ message: Int, _ how: String) -> ProgramFault {
    fault(
      .message, "\(program.words(program.messages[message])) is \(how) twice", "\(how) once")
  }

  /// Proves the start of a transfer that leaves: after what makes it.
  mutating func send(_ transfer: Transfer) throws(ProgramFault) {
    let place = try agree(transfer, isSending: true)
    switch transfer.kind {
    case .activation, .gradient:
      let isForward = transfer.kind == .activation
      let bits = done[transfer.from * width + (transfer.microbatch ?? 0)]
      let makers =
        isForward ? Phase.forward.bit : Phase.backward.bit | Phase.inputGradient.bit
      guard bits & makers != 0 else {
        throw fault(
          .order, "\(program.words(rank: rank, action: at)) comes before what makes it",
          "send right after \(transfer.from)\(isForward ? "F" : "B")\(transfer.microbatch ?? 0)")
      }
    case .contribution:
      try contribute(place)
    case .parameter:
      guard holdings[place].isFinished else {
        throw fault(
          .order, "a tied weight is sent before it is updated",
          "send it after \(transfer.from)FINISH")
      }
      try waitForWeights(place, "a tied weight is sent")
    }
    for message in transfer.messages { try startSend(message) }
  }

  /// Proves the start of a transfer that comes: into a place that is free.
  mutating func receive(_ transfer: Transfer) throws(ProgramFault) {
    let place = try agree(transfer, isSending: false)
    switch transfer.kind {
    case .activation, .gradient:
      let kind: SlotTable.Kind = transfer.kind == .activation ? .received : .gradientsIn
      let microbatch = transfer.microbatch ?? 0
      let slot = try slot(kind, place, microbatch)
      // Several stages may send to one microbatch's slot.
      if slots.holder(slot) != microbatch {
        try isFree(slot, kind, for: microbatch)
        slots.hold(slot, microbatch)
      }
    case .contribution:
      guard !holdings[place].isUpdated else {
        throw fault(
          .order, "a tied gradient is received after the update that reads it",
          "receive it before \(transfer.to)UPDATE")
      }
    case .parameter:
      // Any stage of the rank may read the weight until then.
      guard unfinished == 0 else {
        throw fault(
          .order, "a tied weight arrives while this rank may still need the old one",
          "receive it after the rank's last FINISH")
      }
      for place in holdings.indices { try waitForWeights(place, "a tied weight is received") }
    }
    for message in transfer.messages { try startReceive(message) }
  }
}
