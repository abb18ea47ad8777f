import PartitaPlan
import PartitaSchedule
import PartitaSimulator
import PartitaStepPlanner

/// Every plan of a problem, tried one after the other: slow, and sure.
struct BruteForce {
  let problem: StepProblem
  /// The sets of layers that a plan may compute again where it doesn't fit; by default none.
  var recomputing: (Plan) -> [[Int]] = { _ in [] }
  /// Bytes that a rank may keep; nil for any.
  var limit: Int?

  /// Seconds of the fastest plan under a schedule; nil where none can be performed.
  func best(_ schedule: any Schedule) throws -> Double? { try all(schedule).min() }

  /// Seconds of every plan under a schedule.
  func all(_ schedule: any Schedule) throws -> [Double] {
    let layers = problem.layers.names.count
    var found: [Double] = []
    for virtual in 1...layers where schedule.virtualStages.contains(virtual) && virtual <= 4 {
      for columns in 1...problem.ranks where virtual == 1 || columns > 1 {
        for replicas in ways(problem.ranks, columns)
        where replicas.max() ?? 0 <= problem.gradientGroups {
          for lengths in ways(layers, columns * virtual) {
            found += try seconds(schedule, replicas, lengths)
          }
        }
      }
    }
    return found
  }

  /// All lists of `count` positive numbers with this sum.
  private func ways(_ sum: Int, _ count: Int) -> [[Int]] {
    if count == 0 { return sum == 0 ? [[]] : [] }
    guard sum >= count else { return [] }
    return (1...sum).flatMap { first in ways(sum - first, count - 1).map { [first] + $0 } }
  }

  /// All orders of the ranks; one where all devices are alike.
  private var orders: [[Int]] {
    func permutations(_ items: [Int]) -> [[Int]] {
      guard !items.isEmpty else { return [[]] }
      return items.flatMap { first in
        permutations(items.filter { $0 != first }).map { [first] + $0 }
      }
    }
    let isUneven = (problem.cluster?.hosts ?? 1) > 1
    return isUneven ? permutations(Array(0..<problem.ranks)) : [Array(0..<problem.ranks)]
  }

  /// Seconds of the plans of one shape: of all orders of ranks and ways to recompute that fit.
  private func seconds(
    _ schedule: any Schedule, _ replicas: [Int], _ lengths: [Int]
  ) throws -> [Double] {
    let ranks = schedule.stageOrder.ranks(stages: lengths.count, replicas: replicas)
    func plan(_ order: [Int], _ recomputed: [Int]) throws -> Plan {
      var start = 0
      let stages = zip(lengths, ranks).map { length, ranks in
        defer { start += length }
        let layers = start..<start + length
        return Plan.Stage(
          layers: layers, ranks: ranks.map { order[$0] },
          recomputed: recomputed.filter(layers.contains))
      }
      return try Plan(
        stages: stages, gradientGroups: problem.gradientGroups,
        layerCount: problem.layers.names.count)
    }
    /// Seconds of a plan that fits; nil for one that doesn't, or can't be performed.
    func fitting(_ order: [Int], _ recomputed: [Int]) throws -> Double? {
      let choice = StepChoice(plan: try plan(order, recomputed), order: .named(schedule.name))
      guard let prediction = try Self.prediction(choice, problem) else { return nil }
      if let limit, Self.bytes(prediction).contains(where: { $0 > limit }) { return nil }
      return prediction.makespanSeconds
    }
    // Who fits keeps all.
    return try orders.flatMap { order in
      if let seconds = try fitting(order, []) { return [seconds] }
      return try recomputing(plan(order, [])).compactMap { try fitting(order, $0) }
    }
  }

  /// A choice performed on paper; nil where it can't be.
  static func prediction(_ choice: StepChoice, _ problem: StepProblem) throws -> Prediction? {
    guard case .named(let name) = choice.order, let schedule = problem.schedules[name] else {
      return nil
    }
    let sizes = problem.microbatchSizes
    let table = ScheduleTable(schedule, plan: choice.plan, microbatches: Array(sizes.indices))
    let program = Program(
      try problem.layers.pipeline(of: choice.plan), table, microbatchSizes: sizes)
    guard (try? Verifier.prove(program)) != nil else { return nil }
    let costs = try StepCosts(problem.profile, for: program, on: problem.cluster)
    return (try? Simulation(program, costs))?.prediction
  }

  /// What ranks keep at most, as the simulator has it: a memory that recomputing saves.
  static func bytes(_ prediction: Prediction) -> [Int] {
    prediction.ranks.map(\.peakStashBytes)
  }
}
