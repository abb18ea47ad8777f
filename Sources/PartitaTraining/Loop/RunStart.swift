/// Where a trainer begins.
public enum RunStart {
  /// With the first step.
  case beginning
  /// Behind the last step of a checkpoint; for each rank, whether it sees that.
  case checkpoint(ResumePoint, sees: [Bool])
  /// Behind the last step of survivors, out of their memory.
  case memory(HandOver)

  /// Steps done before.
  public var step: Int {
    switch self {
    case .beginning: 0
    case .checkpoint(let point, sees: _): point.step
    case .memory(let handOver): handOver.step
    }
  }

  /// Whether it is out of survivors' memory.
  public var isMemory: Bool { if case .memory = self { true } else { false } }

  var epochSums: EpochSums {
    switch self {
    case .beginning: EpochSums()
    case .checkpoint(let point, sees: _): point.reader.state.epochSums
    case .memory(let handOver): handOver.epochSums
    }
  }

  var best: BestEpoch? {
    switch self {
    case .beginning: nil
    case .checkpoint(let point, sees: _): point.reader.state.best
    case .memory(let handOver): handOver.best
    }
  }
}
