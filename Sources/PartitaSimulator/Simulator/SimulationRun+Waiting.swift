internal import PartitaPlan
internal import PartitaSchedule

/// Who waits for whom, where a program can't be performed.
extension SimulationRun {
  /// The ranks that can't go on.
  var blockedRanks: [SimulationError.Waiting] {
    next.indices.compactMap { rank in
      let actions = program.ranks[rank].actions
      guard next[rank] < actions.count else { return nil }
      return waiting(rank, at: actions[next[rank]], for: blockedOn[rank])
    }
  }

  /// What a rank waits for.
  func waiting(
    _ rank: Int, at action: Action?, for message: Int32
  ) -> SimulationError.Waiting {
    let index = Int(message)
    return SimulationError.Waiting(
      rank: rank, action: action, message: message < 0 ? nil : program.messages[index],
      isSendMissing: message >= 0 && sent[index] < 0,
      isReceiveMissing: message >= 0 && posted[index] < 0)
  }
}
