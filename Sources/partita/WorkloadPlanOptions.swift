public import ArgumentParser
import PartitaPlanner
import PartitaWorkload

/// What is asked of a plan of a published workload.
struct WorkloadPlanOptions: ParsableArguments {
  @Option(help: "At most so many devices; of device placement, accelerators.")
  var devices: Int?

  @Option(
    help: ArgumentHelp(
      "Bytes a second between two devices; by default the file's, or 1e9.", valueName: "bytes/s"))
  var bandwidth: Double?

  @Flag(help: "No stage has replicas.")
  var straight = false

  @Flag(help: "Only contiguous parts, as pipelines always have.")
  var contiguous = false

  @Option(help: "The best partition, or the one that others would take (default: optimal).")
  var method: PartitionMethod?

  @Option(help: "The seed of a random method (default: 0).")
  var seed: UInt64?

  /// Whether any is given.
  var isGiven: Bool { words != "" }

  /// Those that are given.
  var words: String {
    [
      ("--devices", devices != nil), ("--bandwidth", bandwidth != nil), ("--straight", straight),
      ("--contiguous", contiguous), ("--method", method != nil), ("--seed", seed != nil),
    ].filter(\.1).map(\.0).joined(separator: ", ")
  }

  /// Those that are given and that a plan may not depend on.
  var given: [RequestOption] {
    let all: [(RequestOption, Bool)] = [
      (.bandwidth, bandwidth != nil), (.straight, straight), (.contiguous, contiguous),
      (.seed, seed != nil),
    ]
    return all.filter(\.1).map(\.0)
  }

  /// Checks them against each other.
  func checked() throws {
    guard let devices else { throw ValidationError("give --devices, or a plan to --check") }
    guard (1...PartitionRequest.most).contains(devices) else {
      throw ValidationError(
        "--devices takes a number from 1 to \(PartitionRequest.most), not \(devices)")
    }
    if let bandwidth, !(bandwidth > 0 && bandwidth.isFinite) {
      throw ValidationError("--bandwidth takes bytes a second above 0, not \(bandwidth)")
    }
  }
}

extension PartitionMethod: ExpressibleByArgument {}
