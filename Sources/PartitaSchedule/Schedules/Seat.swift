/// What a schedule knows of a rank: its place in the pipeline and its microbatches.
public struct Seat: Hashable, Sendable {
  /// r: the rank's column, 0 at the head of the pipeline.
  public let column: Int
  /// p: the number of columns.
  public let columns: Int
  /// The stages that it holds, upstream first: its chunks.
  public let stages: [Int]
  /// Its microbatches, ascending.
  public let microbatches: [Int]
  /// How many microbatches fill what is behind the rank while it waits for its first gradient:
  /// 0 in the last column; before a column of r' ranks, each of which is h ahead in the same way,
  /// ⌈r' (h + 1) / r⌉. p - 1 - r where all columns have equally many ranks.
  public let behind: Int
  /// The same from the other end; r where all columns have equally many ranks.
  public let before: Int
  /// p as seen from here: of the microbatches that fill all columns, this rank's share.
  public var round: Int { before + 1 + behind }

  /// A seat as it would be in a pipeline; `ScheduleTable.seats` has those of a plan.
  public init(
    column: Int, columns: Int, stages: [Int], microbatches: [Int], behind: Int, before: Int
  ) {
    self.column = column
    self.columns = columns
    self.stages = stages
    self.microbatches = microbatches
    self.behind = behind
    self.before = before
  }
}
