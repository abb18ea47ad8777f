import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// What a rank of allocation-worker says; the comments there tell what the numbers are.
struct WorkerReport: Decodable {
  let rank: Int
  /// Allocations in steps 1 to 50 and 51 to 100, by who made them.
  let own, onednn, mpi: [Int]
  /// Two allocations of our own, made to see whether they are counted.
  let control: Int
  let arenaBytes: Int
  /// After those steps, and after 100 more.
  let residentBytes: [Int]
  /// Where the first of our own came from.
  let traces: [String]

  /// Runs a case and returns the ranks' reports in their order.
  static func all(of test: AllocationCase) throws -> [WorkerReport] {
    let result = try Launcher.run(
      executable: worker, arguments: test.arguments, ranks: test.ranks, timeoutSeconds: 120)
    try #require(result.failure == nil, "\(result.standardError)")
    let reports = try result.standardOutput.split(separator: "\n").map {
      try JSONDecoder().decode(WorkerReport.self, from: Data($0.utf8))
    }
    return reports.sorted { $0.rank < $1.rank }
  }

  /// The worker, which SwiftPM has built beside the tests.
  private static var worker: String {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(filePath: bundle).deletingLastPathComponent().appending(path: "allocation-worker")
      .path
  }
}
