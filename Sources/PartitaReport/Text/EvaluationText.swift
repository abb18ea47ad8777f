internal import Foundation

/// How right a network is, for people.
public struct EvaluationText {
  /// A class's line.
  public struct Row: Hashable, Sendable {
    /// What it is called.
    public let name: String
    /// Its samples, and those that the network gets right.
    public let count, right: Int
    /// Precision, recall and their harmonic mean; nil where there is none.
    public let precision, recall, f1: Double?

    /// A class's line.
    public init(
      name: String, count: Int, right: Int, precision: Double?, recall: Double?, f1: Double?
    ) {
      self.name = name
      self.count = count
      self.right = right
      self.precision = precision
      self.recall = recall
      self.f1 = f1
    }
  }

  private let rows: [Row]
  private let confusion: [[Int]]

  /// More classes make no table that anybody reads.
  private static let shownAtMost = 30

  /// The classes, and by class the answers for its samples.
  public init(_ rows: [Row], confusion: [[Int]]) {
    self.rows = rows
    self.confusion = confusion
  }

  /// Both tables; of many classes the first alone.
  public var lines: [String] {
    var table = Table(["class", "samples", "right", "precision", "recall", "F1"])
    for row in rows {
      table.add([
        row.name, "\(row.count)", "\(row.right)", share(row.precision), share(row.recall),
        share(row.f1),
      ])
    }
    guard rows.count <= Self.shownAtMost else { return lines(of: table) }
    var matrix = Table(["taken for"] + rows.map(\.name))
    for (row, answers) in zip(rows, confusion) {
      matrix.add([row.name] + answers.map { $0 == 0 ? "." : "\($0)" })
    }
    return lines(of: table) + [""] + lines(of: matrix)
  }

  private func lines(of table: Table) -> [String] {
    table.text.split(separator: "\n").map(String.init)
  }

  private func share(_ number: Double?) -> String? { number.map { String(format: "%.4f", $0) } }
}
