/// How messages move while kernels run.
public enum ProgressConfig: String, Hashable, Sendable, Encodable, CaseIterable {
  /// `thread` or `polling`, as ranks and cores allow.
  case auto
  /// The rank's own thread looks after messages between kernels.
  case polling
  /// A thread beside it does too, also in the middle of long kernels.
  case thread
  /// Nobody does: messages move while a rank waits. For measurements of what the others gain.
  case waiting

  /// What `auto` comes to for one rank; anything else stays what it is.
  ///
  /// Over a network polling is too seldom: there a thread pays even where every core has a rank,
  /// but not where ranks share cores. Through one host's memory polling is enough.
  /// - Parameters:
  ///   - ranks: the ranks of the job.
  ///   - localRanks: those on the rank's host.
  ///   - cores: the cores that the host gives to ranks.
  public func resolved(ranks: Int, localRanks: Int, cores: Int) -> ProgressConfig {
    guard self == .auto else { return self }
    return ranks > localRanks && localRanks <= cores ? .thread : .polling
  }
}
