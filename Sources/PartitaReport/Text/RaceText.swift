internal import Foundation

/// What came of plans that ran side by side, for people.
public struct RaceText {
  /// A plan's line.
  public struct Row: Hashable, Sendable {
    /// What it is called.
    public let name: String
    /// Stages and replicas, as `2 x 2`.
    public let plan: String
    /// The schedule.
    public let schedule: String
    /// Seconds of a step as predicted; nil where that wasn't done.
    public let predicted: Double?
    /// Seconds of a step as measured: the median of its turns.
    public let measured: Double

    /// A plan's line.
    public init(
      name: String, plan: String, schedule: String, predicted: Double?, measured: Double
    ) {
      self.name = name
      self.plan = plan
      self.schedule = schedule
      self.predicted = predicted
      self.measured = measured
    }
  }

  private let rows: [Row]

  /// The lines of some plans.
  public init(_ rows: [Row]) { self.rows = rows }

  /// The table, the fastest first.
  public var lines: [String] {
    var table = Table(
      ["name", "stages x replicas", "schedule", "predicted ms", "measured ms", "error", "slower"],
      wordColumns: 3)
    let least = rows.map(\.measured).min() ?? 1
    for row in rows.sorted(by: { $0.measured < $1.measured }) {
      table.add([
        row.name, row.plan, row.schedule, row.predicted.map(milliseconds),
        milliseconds(row.measured),
        row.predicted.map { String(format: "%+.1f %%", 100 * ($0 / row.measured - 1)) },
        String(format: "%.1f %%", 100 * (row.measured / least - 1)),
      ])
    }
    return table.withoutEmptyColumns.text.split(separator: "\n").map(String.init)
  }

  private func milliseconds(_ seconds: Double) -> String { String(format: "%.4g", 1e3 * seconds) }
}
