/// In which order the microbatches of a gradient group are folded: one of the things that fix the
/// bits of a run, so it belongs to the configuration, like the number of groups (law 2).
public enum GradientOrder: String, Hashable, Sendable, Codable, CaseIterable {
  /// From the lowest microbatch to the highest.
  case ascending
  /// From the highest to the lowest.
  case descending

  /// The other one.
  public var reversed: GradientOrder { self == .ascending ? .descending : .ascending }

  /// Whether a microbatch may be folded when another of its group has been.
  public func allows(_ microbatch: Int, after previous: Int) -> Bool {
    self == .ascending ? microbatch > previous : microbatch < previous
  }
}
