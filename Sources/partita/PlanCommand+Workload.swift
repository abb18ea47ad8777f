import PartitaChecker
import PartitaMETIS
import PartitaPlanner
import PartitaReport
import PartitaWorkload

/// Of a published workload.
extension PlanCommand {
  /// Plans a published workload.
  func planWorkload() throws {
    let (workload, sha256) = try WorkloadFile.read(path)
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
    SearchBudget(seconds: max(0, timeLimit - max(0.1, 0.06 * timeLimit))) { ProcessClock.seconds() }
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
    Console.print(
      "\(plan): verified for \(path): value \(document.value), no \(document.kindOfPartition) below "
        + "\(document.lowerBound) (by \(document.proof)), "
        + (document.isOptimal ? "optimal" : "gap \(document.gapWords)"))
  }
}
