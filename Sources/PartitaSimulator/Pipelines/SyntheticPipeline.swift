internal import PartitaGraph
public import PartitaPlan
public import PartitaSchedule

/// A pipeline without a model: a chain of equal stages under a schedule.
public struct SyntheticPipeline: Sendable {
  /// Seconds of a rank's whole work on a microbatch; virtual stages share it.
  public struct Seconds: Hashable, Sendable {
    /// Of F, of I and of W.
    public var forward, inputGradient, weightGradient: Double
    /// Of a message between two ranks.
    public var message: Double

    /// By default a second for each action, and none for a message.
    public init(
      forward: Double = 1, inputGradient: Double = 1, weightGradient: Double = 1,
      message: Double = 0
    ) {
      self.forward = forward
      self.inputGradient = inputGradient
      self.weightGradient = weightGradient
      self.message = message
    }
  }

  /// Who decides the order of compute actions.
  public enum Order: Sendable {
    /// A schedule.
    case named(any Schedule)
    /// A search for the shortest whose stash stays within `memoryLimit` bytes a rank, nil for any;
    /// a microbatch keeps `stashBytes` on a rank, nil for a byte for each of its stages.
    case searched(memoryLimit: Int?, stashBytes: Int?)
  }

  /// Who holds which stages.
  public let plan: Plan
  /// The microbatches of a step.
  public let microbatches: Int
  /// What each rank computes, in order.
  public let table: ScheduleTable
  /// What each stage costs.
  public let costs: StepCosts
  /// How the order was found; nil where it has a name.
  public let found: ScheduleSearch.Found?

  /// Lays a pipeline out, and looks for its order where none is named.
  ///
  /// - Parameters:
  ///   - replicas: the ranks of each place of the pipeline.
  ///   - virtual: the stages that each rank holds; nil for as few as the schedule works with.
  ///   - microbatches: those of a step.
  ///   - order: a schedule, or a search.
  ///   - seconds: what actions and messages take.
  ///   - recomputes: whether every stage computes again what its backward pass reads.
  /// - Throws: `PlanError` for counts that make no plan, `ScheduleError.memory` where the limit of a
  ///   search is too small for one microbatch.
  public init(
    replicas: [Int], virtual: Int?, microbatches: Int, order: Order, seconds: Seconds,
    recomputes: Bool = false
  ) throws {
    let named: (any Schedule)? = if case .named(let schedule) = order { schedule } else { nil }
    let virtual = virtual ?? named?.virtualStages.lowerBound ?? 1
    try Plan.checkSize(stages: .product(replicas.count, virtual), microbatches: microbatches)
    // A group for each microbatch: replicas then take turns.
    var groups = 1
    while groups < max(microbatches, replicas.max() ?? 1) { groups *= 2 }
    let plan = try Plan(
      columns: replicas, virtual: virtual, stageOrder: named?.stageOrder ?? .looped,
      gradientGroups: groups, recomputes: recomputes)
    let share = 1 / Double(virtual)
    let stage = (
      forward: seconds.forward * share, input: seconds.inputGradient * share,
      weight: seconds.weightGradient * share
    )
    costs = .uniform(
      stages: plan.stages.count, forward: stage.forward, inputGradient: stage.input,
      weightGradient: stage.weight, communication: seconds.message)
    switch order {
    case .named(let schedule):
      table = ScheduleTable(schedule, plan: plan, microbatches: Array(0..<microbatches))
      found = nil
    case .searched(let limit, let stashBytes):
      let costs = StageCosts(
        forward: stage.forward, inputGradient: stage.input, weightGradient: stage.weight,
        stashBytes: ((stashBytes ?? virtual) + virtual - 1) / virtual)
      let best = try ScheduleSearch(
        plan: plan, microbatches: Array(0..<microbatches),
        costs: ScheduleCosts(
          stages: Array(repeating: costs, count: plan.stages.count),
          communication: seconds.message), limit: limit ?? .max
      ).best()
      (table, found) = (best.table, best)
    }
    self.plan = plan
    self.microbatches = microbatches
  }

  /// What its ranks do, not proved yet.
  public var program: Program {
    Program(
      .chain(stages: plan.stages.count), table,
      microbatchSizes: Array(repeating: 1, count: microbatches))
  }
}
