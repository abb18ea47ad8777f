/// How long a search may go on; this room has no clock, so the caller lends one.
///
/// Searches count their work in looks, as at a net of a unit or at a pair of prefixes, and size it by
/// `seconds`, so that the same request gives the same plan on any machine; the clock only ends what
/// would take too long.
public struct SearchBudget: Sendable {
  /// Looks for each second: about a third of what a machine takes that has nothing else to do.
  static let looksPerSecond = 60_000_000.0
  /// Longer searches don't count on more work than this many seconds'.
  static let mostSeconds = 600.0

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

  /// A share of the looks.
  func looks(share: Double) -> Int {
    Int(share * min(seconds, Self.mostSeconds) * Self.looksPerSecond)
  }
}
