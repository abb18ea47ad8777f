public import ArgumentParser
import PartitaChecker
import PartitaMETIS
internal import PartitaPlan
import PartitaPlanner
import PartitaReport
import PartitaTraining
import PartitaWorkload

/// `partita plan`.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Cuts a published workload into parts, with a bound that can be checked.",
    discussion: """
      Of a workload in the neutral JSON form, of PipeDream's graph.txt, or of the JSON inputs of the \
      device placement and of Piper: the best partition on at most --devices under the cost model \
      that was published with it, and a bound that no partition is below. With --json the plan is \
      one object; --check verifies value and bound of such a file with code that shares nothing with \
      the search.
      """)

  @Argument(help: ArgumentHelp("The workload: JSON, or a graph.txt.", valueName: "file"))
  var path: String

  @Option(help: "At most so many devices; of device placement, accelerators.")
  var devices: Int?

  @Option(
    help: ArgumentHelp(
      "Bytes a second between two devices; by default the file's, or 1e9.", valueName: "bytes/s"))
  var bandwidth: Double?

  @Option(
    help: ArgumentHelp(
      "Memory of one device; by default the file's, or no limit.", valueName: "bytes"))
  var memory: Double?

  @Option(help: "Microbatches in a batch (Piper); by default the file's.")
  var microbatches: Int?

  @Flag(help: "No stage has replicas.")
  var straight = false

  @Flag(help: "Only contiguous parts, as pipelines always have.")
  var contiguous = false

  @Option(help: "The best partition, or the one that others would take.")
  var method = PartitionMethod.optimal

  @Option(help: "The seed of a random method.")
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("For the whole command.", valueName: "seconds"))
  var timeLimit = 6.0

  @Flag(help: "Prints the plan as one object of JSON.")
  var json = false

  @Option(
    help: ArgumentHelp("Verifies a plan, made with --json, of the workload.", valueName: "plan"))
  var check: String?

  mutating func validate() throws {
    if check != nil {
      guard devices == nil, bandwidth == nil, memory == nil, microbatches == nil, !straight,
        !contiguous, !json
      else {
        throw ValidationError("--check takes a plan and the workload: the plan has its request")
      }
      return
    }
    guard let devices else { throw ValidationError("give --devices, or a plan to --check") }
    guard (1...PartitionRequest.most).contains(devices) else {
      throw ValidationError(
        "--devices takes a number from 1 to \(PartitionRequest.most), not \(devices)")
    }
    if let microbatches, !(1...PartitionRequest.most).contains(microbatches) {
      throw ValidationError(
        "--microbatches takes a number from 1 to \(PartitionRequest.most), not \(microbatches)")
    }
    if let bandwidth, !(bandwidth > 0 && bandwidth.isFinite) {
      throw ValidationError("--bandwidth takes bytes a second above 0, not \(bandwidth)")
    }
    if let memory, !(memory >= 0 && memory.isFinite) {
      throw ValidationError("--memory takes a number of bytes, not \(memory)")
    }
    guard timeLimit > 0, timeLimit.isFinite else {
      throw ValidationError("--time-limit takes seconds above 0, not \(timeLimit)")
    }
  }

  func run() throws {
    try Console.attempt {
      if let check { try verify(check) } else { try plan() }
    }
  }

  private func plan() throws {
    let (workload, sha256) = try WorkloadFile.read(path)
    let request = PartitionRequest(
      devices: devices ?? 1, bandwidth: bandwidth, memory: memory, microbatches: microbatches,
      isStraight: straight, isContiguous: contiguous)
    let start = ProcessClock.seconds()
    let proposal: PartitionProposal
    do {
      proposal = try method.planner(budget: budget, seed: seed, splitter: METISSplitter())
        .plan(workload, request)
    } catch {
      throw Refusal(words: "\(path): \(error)")
    }
    let document = PartitionDocument(
      proposal.result, of: workload, inputSHA256: sha256, request: request, method: method,
      planningSeconds: ProcessClock.seconds() - start)
    guard json else {
      for line in try PartitionText(document, workload).lines { Console.print(line) }
      if let claimed = proposal.claimedValue {
        Console.print("The method itself claims \(claimed).")
      }
      if let remark = proposal.remark { Console.print("Note: \(remark).") }
      return
    }
    Console.print("\(document.json)")
  }

  /// What is left for the search: reading is counted from the process's start, and the rest is for
  /// writing. The seconds that it may take are the same each time, so that plans are, too.
  private var budget: SearchBudget {
    SearchBudget(seconds: max(0, timeLimit - max(0.1, 0.06 * timeLimit))) { ProcessClock.seconds() }
  }

  private func verify(_ plan: String) throws {
    let document = try PartitionFile.read(plan)
    let (workload, sha256) = try WorkloadFile.read(path)
    guard document.inputSHA256 == sha256 else {
      throw Refusal(
        words: "\(plan): input_sha256: the plan is of another file, with \(document.inputSHA256), "
          + "and \(path) has \(sha256)")
    }
    do {
      try PartitionChecker.check(
        document.result(for: workload), of: workload, under: document.request)
    } catch {
      throw Refusal(words: "\(plan): \(error)")
    }
    Console.print(
      "\(plan): verified for \(path): value \(document.value), no \(document.kindOfPartition) below "
        + "\(document.lowerBound) (by \(document.proof)), "
        + (document.isOptimal ? "optimal" : "gap \(document.gapWords)"))
  }
}

extension PartitionMethod: ExpressibleByArgument {}
