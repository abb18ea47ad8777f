import PartitaPlan
import PartitaSchedule
import PartitaSimulator
import PartitaStepPlanner

/// Every plan of a problem, tried one after the other: slow, and sure.
struct BruteForce {
  let problem: StepProblem

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
            if let seconds = try seconds(schedule, replicas, lengths) { found.append(seconds) }
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

  private func seconds(
    _ schedule: any Schedule, _ replicas: [Int], _ lengths: [Int]
  ) throws -> Double? {
    let ranks = schedule.stageOrder.ranks(stages: lengths.count, replicas: replicas)
    var start = 0
    let stages = zip(lengths, ranks).map { length, ranks in
      defer { start += length }
      return Plan.Stage(layers: start..<start + length, ranks: ranks)
    }
    let plan = try Plan(
      stages: stages, gradientGroups: problem.gradientGroups,
      layerCount: problem.layers.names.count)
    let sizes = problem.microbatchSizes
    let table = ScheduleTable(schedule, plan: plan, microbatches: Array(sizes.indices))
    let program = Program(
      Pipeline(problem.layers, stageOfLayer: plan.stageOfLayer), table, microbatchSizes: sizes)
    guard (try? Verifier.prove(program)) != nil else { return nil }
    let costs = try StepCosts(problem.profile, for: program, on: problem.cluster)
    return (try? Simulation(program, costs))?.prediction.makespanSeconds
  }
}
