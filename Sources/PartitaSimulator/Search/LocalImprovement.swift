internal import PartitaGraph
internal import PartitaSchedule

/// Improves a schedule by moving one action of one rank at a time, and keeping what is not worse.
///
/// Deterministic: the moves come from a generator with a fixed seed.
struct LocalImprovement {
  private let problem: SchedulingProblem
  private var run: PricedRun
  private var generator = SplitMix64(seed: 0x5EED)

  init(_ problem: SchedulingProblem) {
    self.problem = problem
    run = PricedRun(problem)
  }

  /// The best orders after a number of tries; as good as the bound is good enough.
  ///
  /// Complexity: O(tries · actions).
  mutating func improve(
    _ given: [[ComputeAction]], tries: Int, bound: Double
  ) -> [[ComputeAction]] {
    var orders = given
    guard var length = run.length(orders) else { return given }
    let busy = orders.indices.filter { orders[$0].count > 1 }
    guard !busy.isEmpty else { return given }
    for _ in 0..<tries where length.makespan > bound {
      let rank = busy[generator.next(below: busy.count)]
      let count = orders[rank].count
      let from = generator.next(below: count)
      // Mostly near, for what is far away seldom fits.
      let reach = 1 + generator.next(below: generator.next(below: 4) == 0 ? count : 6)
      let to = generator.next(below: 2) == 0 ? max(from - reach, 0) : min(from + reach, count - 1)
      guard from != to, isAllowed(orders[rank], from, to) else { continue }
      let action = orders[rank].remove(at: from)
      orders[rank].insert(action, at: to)
      if problem.fits(orders[rank]), let found = run.length(orders), !(length < found) {
        length = found
      } else {
        orders[rank].remove(at: to)
        orders[rank].insert(action, at: from)
      }
    }
    return orders
  }

  /// Whether an action may pass all that lies between: not its own microbatch's other phases, and
  /// not the same phase of others (law 2).
  private func isAllowed(_ order: [ComputeAction], _ from: Int, _ to: Int) -> Bool {
    let action = order[from]
    return order[min(from, to)...max(from, to)].allSatisfy { other in
      other == action || other.stage != action.stage
        || (other.microbatch != action.microbatch && other.phase != action.phase)
    }
  }
}
