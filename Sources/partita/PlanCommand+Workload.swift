import PartitaChecker
import PartitaFiles
import PartitaMETIS
import PartitaPlanner
import PartitaReport
import PartitaWorkload

/// Of a published workload.
extension PlanCommand {
  /// Plans a published workload.
  func planWorkload() throws {
    let (workload, sha256) = try WorkloadFile.read(path)
    try refuseIdle(
      asked.given + (microbatches == nil ? [] : [.microbatches])
        + (timeLimit == nil ? [] : [.timeLimit]), of: [workload],
      by: [asked.method ?? .optimal])
    let request = PartitionRequest(
      devices: asked.devices ?? 1, bandwidth: asked.bandwidth, memory: memory,
      microbatches: microbatchCounts.first, isStraight: asked.straight,
      isContiguous: asked.contiguous)
    let method = asked.method ?? .optimal
    let start = ProcessClock.seconds()
    let proposal: PartitionProposal
    do {
      proposal = try method.planner(
        budget: budget, seed: asked.seed ?? 0, splitter: METISSplitter()
      )
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
    SearchBudget(seconds: max(0, limit - max(0.1, 0.06 * limit))) { ProcessClock.seconds() }
  }

  /// Checks a plan of a published workload.
  func checkWorkload(_ plan: String) throws {
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
    if json {
      let record: JSON = [
        "plan": .string(plan), "workload": .string(path), "verified": true,
        "value": .number(document.value), "lower_bound": .number(document.lowerBound),
        "optimal": .bool(document.isOptimal),
      ]
      return Console.print("\(record)")
    }
    Console.print(
      "\(plan): verified for \(path): value \(document.value), no \(document.kindOfPartition) below "
        + "\(document.lowerBound) (by \(document.proof)), "
        + (document.isOptimal ? "optimal" : "gap \(document.gapWords)"))
  }
}

/// Refuses an option that is given and that no plan can depend on.
func refuseIdle(
  _ given: [RequestOption], of workloads: [Workload], by methods: [PartitionMethod]
) throws(Refusal) {
  for option in given {
    let isRead = workloads.contains { workload in
      methods.contains { $0.reads(option, of: workload) }
    }
    guard !isRead else { continue }
    let families = Set(workloads.map(\.family)).sorted().joined(separator: ", ")
    throw Refusal(
      words: "--\(option.rawValue) does nothing for a workload of \(families) by the method "
        + "\(methods.map(\.rawValue).joined(separator: ", ")): leave it out")
  }
}
