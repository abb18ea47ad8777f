internal import Foundation

/// The line that `bench --json` prints.
public struct BenchRecord: Hashable, Sendable, Decodable {
  /// As `2 x 2`.
  public let plan: String
  /// The schedule's name.
  public let schedule: String
  /// The number of ranks.
  public let ranks: Int
  /// Samples of a step.
  public let batch: Int
  /// Slices of a batch.
  public let microbatches: Int
  /// The median over steps.
  public let secondsPerStep: Double
  /// Bytes of each rank's arena, where the line says so.
  public let arenaBytes: [Int]?

  private enum CodingKeys: String, CodingKey {
    case plan
    case schedule
    case ranks
    case batch
    case microbatches
    case secondsPerStep = "seconds_per_step"
    case arenaBytes = "arena_bytes"
  }

  /// Reads the last line of an output that is such a record; nil where none is.
  package init?(output: String) {
    for line in output.split(separator: "\n").reversed() {
      if let record = try? JSONDecoder().decode(BenchRecord.self, from: Data(line.utf8)) {
        self = record
        return
      }
    }
    return nil
  }
}
