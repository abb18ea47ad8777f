internal import Foundation

/// Runs in a table.
public struct RunsText {
  /// A run's line.
  public struct Row: Hashable, Sendable {
    let cells: [String?]

    /// A run's line: its folder, how it stands, when it began, who trained it in which way, what it
    /// came to; nil for what isn't known.
    public init(
      folder: String, state: String, started: String, ranks: Int, plan: String, schedule: String,
      steps: Int, loss: Double?, testLoss: Double?, testAccuracy: Double?
    ) {
      func number(_ value: Double?) -> String? { value.map { String(format: "%.4f", $0) } }
      cells = [
        folder, state, started, plan, schedule, "\(ranks)", "\(steps)", number(loss),
        number(testLoss), number(testAccuracy),
      ]
    }
  }

  private let rows: [Row]

  /// The lines of some runs.
  public init(_ rows: [Row]) { self.rows = rows }

  /// The table, in the order that was given.
  public var lines: [String] {
    var table = Table(
      [
        "run", "state", "started", "stages x replicas", "schedule", "ranks", "steps", "loss",
        "test loss",
        "accuracy",
      ], wordColumns: 5)
    for row in rows { table.add(row.cells) }
    return table.text.split(separator: "\n").map(String.init)
  }
}
