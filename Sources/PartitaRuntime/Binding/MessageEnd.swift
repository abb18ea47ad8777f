internal import PartitaDevice
internal import PartitaTransport

/// One end of a program's message on this rank, and the actions that have to do with it.
struct MessageEnd {
  /// The message, by its index in the program.
  let message: Int
  /// Whether it leaves from here.
  let isSending: Bool
  /// The action that starts it.
  let started: Int
  /// The first action that waits for it; behind the last one, the end of the step.
  let awaited: Int

  /// Finds the actions of each of a rank's messages.
  ///
  /// - Parameters:
  ///   - messages: the rank's messages with the binder's keys.
  ///   - actions: what the rank does.
  static func all<D: Device>(
    of messages: [(key: Int, value: ArenaMessage)], in actions: [BoundAction<D>]
  ) -> [MessageEnd] {
    var started: [Message: Int] = [:]
    var awaited: [Message: Int] = [:]
    for (place, action) in actions.enumerated() {
      for message in action.started where started[message] == nil { started[message] = place }
      // A wait for what hasn't started yet is for the step before.
      for message in action.awaited where started[message] != nil && awaited[message] == nil {
        awaited[message] = place
      }
    }
    return messages.map { key, value in
      let message = value.message
      return MessageEnd(
        message: key / 2, isSending: ProgramBinder.isSending(key),
        started: started[message] ?? actions.count, awaited: awaited[message] ?? actions.count)
    }
  }
}

extension BoundAction {
  /// The messages that it starts.
  fileprivate var started: [Message] {
    switch self {
    case .start(let messages, after: _): messages.map(\.message)
    case .reduce(let reduction): reduction.partials.map(\.message)
    case .combine(let reduction): reduction.sums.map(\.message)
    case .run, .exchange: []
    }
  }

  /// The messages that it waits for.
  fileprivate var awaited: [Message] {
    switch self {
    case .run(let run): run.waits.map(\.message)
    case .start(_, after: let arriving): arriving.map(\.message)
    case .combine(let reduction): reduction.awaited.map(\.message)
    case .reduce, .exchange: []
    }
  }
}
