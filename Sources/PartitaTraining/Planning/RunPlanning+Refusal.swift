internal import PartitaConfig
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaStepPlanner

/// What would do, where no plan fits.
extension RunPlanning {
  /// The refusal of a search that found nothing: in a memory limit's case with the smallest memory,
  /// the fewest ranks and the most microbatches' size that would do.
  func refusal(_ problem: (any Error)?) -> any Error {
    guard case .memory(let limit, let least)? = problem as? StepPlanError else {
      return problem.map { error in
        error is StepPlanError ? TrainingError.plan("\(error)") : error
      } ?? TrainingError.plan("there is no plan")
    }
    var ways = ["a limit of \(least) bytes"]
    if ranks > 1, !config.parallel.shardedUpdate,
      fits({ $0.config = try $0.config.withSharedUpdate() })
    {
      ways.append("parallel.sharded_update=true")
    }
    if let more = moreRanks() { ways.append("\(more) ranks") }
    if let samples = smallerMicrobatches() {
      ways.append("microbatches of \(samples) samples, which changes bits")
    }
    return TrainingError.plan(
      "no plan for \(ranks) \(ranks == 1 ? "rank" : "ranks") fits \(limit) bytes each; what would: "
        + ways.joined(separator: ", or "))
  }

  /// Whether there is a plan under other circumstances.
  private func fits(_ change: (inout RunPlanning) throws -> Void) -> Bool {
    guard looksForMore, !isOutOfTime(1) else { return false }
    var other = self
    other.microbatches = []
    other.effort = min(effort, 3_000_000)
    guard (try? change(&other)) != nil,
      let blueprint = try? Blueprint(other.config, data: other.config.describeData()),
      let problem = try? other.problem(blueprint, ranks: other.ranks)
    else { return false }
    return (try? other.planner(blueprint, problem).best()) != nil
  }

  /// The fewest ranks that would do, of up to four times as many.
  private func moreRanks() -> Int? {
    let most = min(4 * ranks, cluster?.deviceCount ?? .max)
    guard ranks < most else { return nil }
    return (ranks + 1...most).first { count in fits { $0.ranks = count } }
  }

  /// The samples of the largest smaller microbatch that would do.
  private func smallerMicrobatches() -> Int? {
    let batch = config.training.batch
    var count = 2 * config.training.microbatches
    while count <= batch {
      if fits({ $0.config = try $0.config.with(microbatches: count) }) {
        return (batch + count - 1) / count
      }
      count *= 2
    }
    return nil
  }
}
