import PartitaPlan
import PartitaReport
import PartitaSchedule
import PartitaSimulator

/// Schedules and reports that tests draw.
enum Examples {
  /// A chain of stages under a schedule.
  static func program(
    _ schedule: any Schedule, ranks: Int, microbatches: Int, virtual: Int = 1
  ) throws -> Program {
    let stages = ranks * virtual
    let places = schedule.stageOrder.ranks(
      stages: stages, replicas: Array(repeating: 1, count: ranks))
    let plan = try Plan(
      stages: places.enumerated().map { Plan.Stage(layers: $0..<$0 + 1, ranks: $1) },
      gradientGroups: 1, layerCount: stages)
    let table = ScheduleTable(
      schedule, plan: plan, microbatches: Array(0..<microbatches))
    return Program(
      .chain(stages: stages, bytes: 1000), table,
      microbatchSizes: Array(repeating: 1, count: microbatches))
  }

  /// A prediction with bubble, imbalance and message time.
  static func simulation(ranks: Int) throws -> Simulation {
    var costs = StepCosts.uniform(
      stages: ranks, forward: 1e-3, inputGradient: 1e-3, weightGradient: 1e-3, communication: 1e-4)
    for stage in costs.stages.indices {
      costs.stages[stage].forward.fixed *= 1 + 0.2 * Double(stage)
      costs.stages[stage].updateSeconds = 2e-4
    }
    costs.exchangeRoundSeconds = 1e-4
    return try Simulation(
      program(OneForwardOneBackward(), ranks: ranks, microbatches: 4), costs)
  }

  /// One, two and four ranks on two cores.
  static func report(
    name: String = "mlp", scaling: ScalingReport.Scaling = .strong, isPredicted: Bool = true
  ) throws -> ScalingReport {
    let times = [(1, [0.016, 0.0162, 0.0158]), (2, [0.009, 0.0091, 0.0093]), (4, [0.01, 0.011])]
    var report = try ScalingReport(
      name: name, configuration: [ReportFact("optimizer", "sgd")],
      machine: ScalingReport.Machine(
        processor: "a processor", cores: 2, memoryBytes: 4 << 30,
        facts: [ReportFact("operating system", "a system")]),
      commandLine: "partita scale mlp.yaml --ranks 1,2,4", scaling: scaling,
      measurements: times.reversed().map { ranks, repeats in
        let simulation = isPredicted ? try simulation(ranks: ranks) : nil
        return ScalingMeasurement(
          ranks: ranks, plan: "\(ranks) x 1", schedule: "1f1b",
          batch: scaling == .weak ? 64 * ranks : 64, microbatches: 4, repeats: repeats,
          prediction: simulation?.prediction,
          memory: (0..<ranks).map {
            ScalingMeasurement.Memory(
              rank: $0, measuredBytes: 1_000_000 / ranks, predictedBytes: 990_000 / ranks)
          }, predictedTrace: simulation?.trace, measuredTrace: simulation?.trace)
      },
      simulated: isPredicted
        ? [
          ScalingReport.Simulated(
            ranks: 64, cluster: "a cluster", plan: "8 x 8", seconds: 3e-4, efficiency: 0.8)
        ] : [],
      plans: isPredicted
        ? [
          ScalingReport.PlanCase(
            plan: "2 x 1, gpipe", predictedSeconds: 0.0095, measuredSeconds: 0.01),
          ScalingReport.PlanCase(
            plan: "1 x 2", predictedSeconds: 0.0082, measuredSeconds: 0.008),
        ] : [])
    report.planFloor = isPredicted ? 0.004 : nil
    return report
  }
}
