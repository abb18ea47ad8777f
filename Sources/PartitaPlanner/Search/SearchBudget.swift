/// How long a search may go on; this room has no clock, so the caller lends one.
///
/// Searches size their work by `seconds`, not by the clock, so that the same request gives the same
/// plan; the clock only ends what would take too long.
public struct SearchBudget: Sendable {
  /// Seconds that the search may take.
  public let seconds: Double
  /// Seconds since it began.
  public let elapsed: @Sendable () -> Double

  /// A limit, and the clock that it is held against: it counts from the search's beginning.
  public init(seconds: Double, elapsed: @escaping @Sendable () -> Double) {
    self.seconds = seconds
    self.elapsed = elapsed
  }

  /// No limit at all, for tests and small problems.
  public static let unlimited = SearchBudget(seconds: .infinity) { 0 }

  /// Whether a share of the time is over.
  func isOver(share: Double = 1) -> Bool { elapsed() >= share * seconds }
}
