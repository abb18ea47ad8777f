import ArgumentParser
import PartitaPlanner
import PartitaStudy

/// What is asked of a comparison on published workloads.
struct WorkloadCompareOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The numbers of devices.", valueName: "2,4,8,16"))
  var devices: String?

  @Option(help: "Bytes a second between devices. Default: the file's, or 1e9.")
  var bandwidth: Double?

  @Option(
    help:
      "Microbatches of a batch, in Piper's cost model and for critical-path. Default: the file's.")
  var microbatches: Int?

  @Flag(help: "No stage has replicas.")
  var straight = false

  @Flag(help: "In device placement, contiguous parts alone.")
  var contiguous = false

  /// The numbers of devices.
  var counts: [Int] { get throws { try RankList(devices ?? "").counts } }

  /// Whether any is given.
  var isGiven: Bool { words != "" }

  /// Those that are given.
  var words: String {
    [
      ("--devices", devices != nil), ("--bandwidth", bandwidth != nil),
      ("--microbatches", microbatches != nil), ("--straight", straight),
      ("--contiguous", contiguous),
    ].filter(\.1).map(\.0).joined(separator: ", ")
  }

  /// Those that are given and that a plan may not depend on.
  var given: [RequestOption] {
    let all: [(RequestOption, Bool)] = [
      (.bandwidth, bandwidth != nil), (.microbatches, microbatches != nil), (.straight, straight),
      (.contiguous, contiguous),
    ]
    return all.filter(\.1).map(\.0)
  }

  /// Checks them one by one.
  func checked() throws {
    guard devices != nil else { throw ValidationError("give the numbers of --devices, as 2,4,8") }
    do { _ = try counts } catch { throw ValidationError("--devices \(error)") }
    if let microbatches, microbatches < 1 {
      throw ValidationError("--microbatches takes a number above 0, not \(microbatches)")
    }
    if let bandwidth, !(bandwidth > 0) {
      throw ValidationError("--bandwidth takes a number above 0, not \(bandwidth)")
    }
  }
}
