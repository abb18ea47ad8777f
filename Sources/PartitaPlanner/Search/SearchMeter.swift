/// Tells a phase of a search when to end: when its work is done, which is so on every machine alike,
/// or when its share of the time is over, which a busy machine alone should see.
final class SearchMeter {
  private let budget: SearchBudget
  private let share: Double
  /// The looks that are left.
  private(set) var left: Int

  /// A phase that ends when `share` of the budget's time is over, or after so many looks.
  init(_ budget: SearchBudget, until share: Double, looks: Int = .max) {
    self.budget = budget
    self.share = share
    left = looks
  }

  /// Counts looks.
  func spend(_ looks: Int) { left -= looks }

  /// Whether the time is over, whatever work is left.
  var isLate: Bool { budget.isOver(share: share) }

  /// Whether the phase ends.
  var isOver: Bool { left <= 0 || isLate }
}
