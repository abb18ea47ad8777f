public import PartitaSchedule

/// Why a program can't be simulated: it isn't one that ranks could perform.
public enum SimulationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There are not as many stages in the costs as in the program.
  case costs(stages: Int, program: Int)
  /// An action is not for the rank that it stands on, or names what does not exist.
  case misplaced(Action, rank: Int, place: Int)
  /// An action starts a message that has been started before.
  case repeated(Action, rank: Int, place: Int)
  /// The step takes so many seconds, more than can be meant.
  case endless(seconds: Double)
  /// These ranks wait for ever.
  case stuck([Waiting])

  /// A rank that waits for ever.
  public struct Waiting: Hashable, Sendable, CustomStringConvertible {
    /// The rank.
    public let rank: Int
    /// The action that it waits at; nil for the end of the step.
    public let action: Action?
    /// The message that it waits for; nil for the other ranks at an exchange.
    public let message: ProgramMessage?
    /// Whether the sender never starts it.
    public let isSendMissing: Bool
    /// Whether the receiver never starts it.
    public let isReceiveMissing: Bool

    public var description: String {
      let place = action.map { "at \($0)" } ?? "at the end of the step"
      guard let message else { return "rank \(rank) waits \(place) for other ranks" }
      let missing =
        switch (isSendMissing, isReceiveMissing) {
        case (true, true): ", which neither starts"
        case (true, false): ", which rank \(message.from) does not send"
        default: ", which rank \(message.to) does not receive"
        }
      return "rank \(rank) waits \(place) for \(message.content) "
        + "from rank \(message.from) to rank \(message.to)\(missing)"
    }
  }

  public var description: String {
    switch self {
    case .costs(let stages, let program):
      "there are costs for \(stages) stages, and the program has \(program)"
    case .misplaced(let action, let rank, let place):
      "\(action), action \(place) of rank \(rank), is not for this rank"
    case .repeated(let action, let rank, let place):
      "\(action), action \(place) of rank \(rank), starts a message for the second time"
    case .endless(let seconds):
      "the step takes \(seconds) seconds by these costs, and a step of more than "
        + "\(Simulation.longestSeconds) is not predicted: look at latencies, bytes and operations a "
        + "second, and measured times"
    case .stuck(let waiting):
      "the ranks wait for ever: " + waiting.prefix(8).map(\.description).joined(separator: "; ")
        + (waiting.count > 8 ? "; and \(waiting.count - 8) more" : "")
    }
  }
}
