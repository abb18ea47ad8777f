internal import PartitaPlan
internal import PartitaSchedule

/// What the replicas of a stage trade: kinds of messages.
struct Trade: OptionSet {
  let rawValue: Int

  static let partials = Trade(rawValue: 1)
  static let sums = Trade(rawValue: 2)
  static let weights = Trade(rawValue: 4)

  /// The kind of a message; none of what passes between stages.
  init(_ content: ProgramMessage.Content) {
    self =
      switch content {
      case .edge: []
      case .partial: .partials
      case .sum: .sums
      case .weights: .weights
      }
  }

  init(rawValue: Int) { self.rawValue = rawValue }
}

extension SimulationRun {
  /// The messages of some kinds that a replica of a stage trades in some buckets.
  func traded(
    _ stage: Int, _ replica: Int, bucket: Int? = nil, _ kinds: Trade
  ) -> [Int] {
    var messages: [Int] = []
    for bucket in bucket.map({ $0..<$0 + 1 }) ?? tables.buckets(stage) {
      for index in tables.trade(stage: stage, bucket: bucket, replica: replica) {
        let message = Int(tables.traded.members[index] / 2)
        if kinds.contains(Trade(program.messages[message].content)) { messages.append(message) }
      }
    }
    return messages
  }

  /// The new weights that a rank trades, of all its stages.
  func weights(on rank: Int) -> [Int] {
    program.ranks[rank].holdings.flatMap { traded($0.stage, $0.replica, .weights) }
  }

  /// Starts to trade what is of one kind.
  mutating func trade(
    _ stage: Int, _ bucket: Int, _ replica: Int, _ kind: Trade, _ action: Action, on rank: Int
  ) throws(SimulationError) {
    for message in traded(stage, replica, bucket: bucket, kind) {
      if program.messages[message].to == rank {
        try receive(message, action, on: rank)
      } else {
        try send(message, action, on: rank)
      }
    }
  }
}
