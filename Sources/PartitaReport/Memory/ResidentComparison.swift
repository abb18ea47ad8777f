public import PartitaFiles

/// What ranks' processes grew by, beside what the account foretold.
public struct ResidentComparison: Hashable, Sendable {
  /// One rank.
  public struct Row: Hashable, Sendable {
    /// Bytes of the arena, and of the host memory beside it that inputs pass.
    public let arenaBytes, stagingBytes: Int
    /// Bytes by which the process grew at its peak, above a warm one without an arena.
    public let grownBytes: Int

    /// Puts numbers side by side.
    public init(arenaBytes: Int, stagingBytes: Int, grownBytes: Int) {
      self.arenaBytes = arenaBytes
      self.stagingBytes = stagingBytes
      self.grownBytes = grownBytes
    }

    /// The account: all that the rank takes of the system, in bytes.
    public var accountBytes: Int { arenaBytes + stagingBytes }
    /// What it grew by beyond the account; less than 0 where it grew by less.
    public var difference: Int { grownBytes - accountBytes }
    /// How far off it may be: 5 % of an account of 256 MiB or more, else 4 MiB.
    public var bar: Int { accountBytes >= 256 << 20 ? accountBytes / 20 : 4 << 20 }
    /// Whether it is within the bar.
    public var isWithin: Bool { abs(difference) <= bar }
  }

  /// By rank.
  public let rows: [Row]

  /// Compares ranks.
  public init(_ rows: [Row]) { self.rows = rows }

  /// Whether every rank is within its bar.
  public var isWithin: Bool { rows.allSatisfy(\.isWithin) }

  /// A row for each rank, and the verdict.
  public var lines: [String] {
    var table = Table(
      ["rank", "arena", "staging", "grown by", "difference", "bar", "verdict"], wordColumns: 0)
    for (rank, row) in rows.enumerated() {
      table.add([
        "\(rank)", NumberText.count(row.arenaBytes), NumberText.count(row.stagingBytes),
        NumberText.count(row.grownBytes), NumberText.count(row.difference),
        NumberText.count(row.bar), row.isWithin ? "within" : "beyond",
      ])
    }
    return table.text.split(separator: "\n").map(String.init) + [sentence]
  }

  /// The verdict.
  public var sentence: String {
    let worst = rows.map { abs($0.difference) }.max() ?? 0
    return "resident memory of the processes, bytes above a warm one: "
      + (isWithin ? "within the bar on every rank" : "beyond the bar on some rank")
      + ", at most \(NumberText.count(worst)) off the account"
  }

  /// The comparison as an object; all sizes are bytes.
  public var json: JSON {
    [
      "within": .bool(isWithin),
      "ranks": .array(
        rows.map { row in
          [
            "arena_bytes": .integer(row.arenaBytes), "staging_bytes": .integer(row.stagingBytes),
            "grown_bytes": .integer(row.grownBytes), "difference": .integer(row.difference),
            "bar": .integer(row.bar), "within": .bool(row.isWithin),
          ]
        }),
    ]
  }
}
