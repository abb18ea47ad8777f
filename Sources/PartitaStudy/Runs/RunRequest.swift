public import PartitaConfig
internal import PartitaFiles

/// What can be asked of a launcher, and is measured.
public enum RunRequest: Hashable, Sendable {
  /// The seconds of so many steps.
  case steps(TrainingConfig, ranks: Int, steps: Int)
  /// The step of median length among so many.
  case trace(TrainingConfig, ranks: Int, steps: Int)
  /// What layers and messages cost, measured for so many seconds at most.
  case costs(TrainingConfig, ranks: Int, seconds: Double)
  /// Plans side by side.
  case race(RaceRequest)

  /// The request in a line that no other request has: configurations are told apart by the SHA-256
  /// of all their values.
  var words: String {
    switch self {
    case .steps(let config, let ranks, let steps):
      "\(steps) steps, \(Self.words(config, ranks))"
    case .trace(let config, let ranks, let steps):
      "trace of a step of \(steps), \(Self.words(config, ranks))"
    case .costs(let config, let ranks, let seconds):
      "costs within \(seconds) s, \(Self.words(config, ranks))"
    case .race(let race): race.words
    }
  }

  static func words(_ config: TrainingConfig, _ ranks: Int) -> String {
    let values = config.values.filter { !$0.path.hasPrefix("output.") }
      .map { "\($0.path)=\($0.text)\n" }.joined()
    return "\(ranks) \(ranks == 1 ? "rank" : "ranks"), \(config.name) "
      + SHA256.hexadecimal(of: Array(values.utf8)).prefix(16)
  }
}
