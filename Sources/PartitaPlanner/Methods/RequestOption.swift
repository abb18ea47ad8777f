public import PartitaWorkload

/// What may be asked of a plan beside its devices and their memory; not every method reads it of every
/// workload.
public enum RequestOption: String, CaseIterable, Sendable {
  /// Bytes a second between two devices.
  case bandwidth
  /// Microbatches of a batch.
  case microbatches
  /// No stage has replicas.
  case straight
  /// Only contiguous parts.
  case contiguous
  /// What random numbers come of.
  case seed
  /// Seconds that a search may take.
  case timeLimit = "time-limit"
}

extension PartitionMethod {
  /// Whether a plan of the workload by this method can depend on the option.
  public func reads(_ option: RequestOption, of workload: Workload) -> Bool {
    let (isPlacement, isPiper) =
      switch workload.costs {
      case .pipedream: (false, false)
      case .placement: (true, false)
      case .piper: (false, true)
      }
    switch option {
    // What a placement moves is in milliseconds already.
    case .bandwidth: return !isPlacement
    case .microbatches: return isPiper || self == .criticalPath
    // These never make replicas.
    case .straight:
      return !isPlacement && ![.uniform, .parameters, .time, .metis, .random].contains(self)
    case .contiguous: return isPlacement
    case .seed: return self == .random || self == .metis
    case .timeLimit: return [.optimal, .pipedream, .criticalPath].contains(self)
    }
  }
}
