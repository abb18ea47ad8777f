import PartitaGraph
import PartitaPlan
import PartitaSchedule
import PartitaSimulator
import TestModels
import TestSchedules
import Testing

/// Laws of the simulator over random small programs with random costs.
@Suite struct SimulatorPropertyTests {
  private struct Case {
    let program: Program
    let costs: StepCosts
  }

  /// Every schedule on up to four ranks with up to six microbatches, some ragged, some empty.
  private static func cases(_ schedule: any Schedule, replicated: Bool = false) throws -> [Case] {
    var generator = SplitMix64(
      seed: UInt64(truncatingIfNeeded: schedule.name.utf8.reduce(7) { $0 &* 31 &+ Int($1) }))
    var cases: [Case] = []
    for virtual in schedule.virtualStages(upTo: 3) {
      for p in 1...4 {
        for m in 1...6 {
          let sizes = (0..<m).map { $0 == 0 ? 2 : Int.random(in: 0...2, using: &generator) }
          let replicas = (0..<p).map { _ in
            replicated ? Int.random(in: 1...2, using: &generator) : 1
          }
          let program = try Plans.program(
            schedule, replicas: replicas, virtual: virtual, groups: replicated ? 2 : 1,
            sizes: sizes,
            bytes: 3, gradientElements: 50)
          cases.append(
            Case(
              program: program,
              costs: SimulatorSupport.costs(
                stages: program.plan.stages.count, ranks: program.plan.worldSize,
                from: &generator)))
        }
      }
    }
    return cases
  }

  private static func isClose(_ a: Double, _ b: Double) -> Bool {
    abs(a - b) <= 1e-9 * max(1, abs(a), abs(b))
  }

  /// The times of every rank, by another simulator.
  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func equalsBruteForce(_ schedule: any Schedule) throws {
    for item in try Self.cases(schedule) {
      let expected = try #require(item.program.bruteForce(item.costs))
      let simulation = try Simulation(item.program, item.costs)
      let found = simulation.prediction.makespanSeconds
      // What a rank reads at the end has been read by then: a chain trades nothing later.
      #expect(Self.isClose(found, expected.max() ?? 0), "\(found) \(expected)")
      for (rank, time) in zip(simulation.trace.ranks, expected) {
        #expect(Self.isClose(rank.spans.last?.end ?? 0, time))
      }
    }
  }

  /// What a trace says of idle time is what the simulator knows of it.
  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func tracesTellTheCauses(_ schedule: any Schedule) throws {
    for item in try Self.cases(schedule)
    where item.program.plan.stages.count == item.program.plan.worldSize {
      var costs = item.costs
      // What an exchange costs beside waiting has no span of its own.
      costs.actionSeconds = 0
      let simulation = try Simulation(item.program, costs)
      let account = TraceAccount(simulation.trace)
      #expect(Self.isClose(account.makespanSeconds, simulation.prediction.makespanSeconds))
      for (traced, known) in zip(account.ranks, simulation.prediction.ranks) {
        #expect(Self.isClose(traced.busySeconds, known.busySeconds))
        #expect(Self.isClose(traced.idle.messages, known.idle.messages))
        #expect(Self.isClose(traced.idle.memory, known.idle.memory))
        #expect(Self.isClose(traced.idle.reduction, known.idle.reduction))
        #expect(Self.isClose(traced.idle.imbalance, known.idle.imbalance))
        #expect(Self.isClose(traced.idle.fillAndDrain, known.idle.fillAndDrain))
      }
    }
  }

  /// Causes and work fill the makespan; nothing is negative; the critical path is as long as it.
  @Test(arguments: ScheduleCatalogue.standard.schedules, [false, true])
  func causesAddUp(_ schedule: any Schedule, replicated: Bool) throws {
    for item in try Self.cases(schedule, replicated: replicated) {
      try check(Simulation(item.program, item.costs).prediction)
    }
  }

  /// Skip edges, and weights that several stages and replicas read.
  @Test(arguments: [TestModel.skip, .tiedLinear, .tiedGPT], [1, 2])
  func causesOfModelsAddUp(_ model: TestModel, replicas: Int) throws {
    var generator = SplitMix64(seed: 11)
    let graph = try model.training()
    let layers = graph.graph.layers.count
    for schedule in ScheduleCatalogue.standard.schedules {
      for virtual in schedule.virtualStages(upTo: 3) where 2 * virtual <= layers {
        let stages = 2 * virtual
        let ranks = schedule.stageOrder.ranks(stages: stages, replicas: [replicas, replicas])
        let plan = try Plan(
          stages: ranks.enumerated().map { stage, ranks in
            Plan.Stage(
              layers: stage * layers / stages..<(stage + 1) * layers / stages, ranks: ranks)
          }, gradientGroups: 2, layerCount: layers)
        let staged = try StagedModel(
          graph, stageOfLayer: plan.stageOfLayer, stageCount: stages)
        let program = Program(
          Pipeline(staged),
          ScheduleTable(schedule, plan: plan, microbatches: Array(0..<4)),
          microbatchSizes: [2, 2, 2, 1])
        let costs = SimulatorSupport.costs(
          stages: stages, ranks: plan.worldSize, from: &generator)
        try check(Simulation(program, costs).prediction)
      }
    }
  }

  private func check(_ prediction: Prediction) throws {
    let makespan = prediction.makespanSeconds
    for rank in prediction.ranks {
      #expect(Self.isClose(rank.busySeconds + rank.idle.total, makespan))
      #expect(rank.busySeconds <= makespan * (1 + 1e-12))
      let idle = rank.idle
      for cause in [
        idle.fillAndDrain, idle.imbalance, idle.messages, idle.reduction, idle.memory,
      ] { #expect(cause >= -1e-9) }
    }
    let path = prediction.criticalPath.reduce(0) { $0 + $1.seconds }
    #expect(Self.isClose(path, makespan), "\(prediction.criticalPath.map(\.label))")
    #expect((0...1).contains(prediction.bubbleFraction))
  }

  /// Each cost can only make the step longer.
  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func monotone(_ schedule: any Schedule) throws {
    for item in try Self.cases(schedule, replicated: true) {
      let before = try Simulation(item.program, item.costs).prediction.makespanSeconds
      for change in Self.increases {
        var costs = item.costs
        change(&costs)
        let after = try Simulation(item.program, costs).prediction.makespanSeconds
        #expect(after >= before * (1 - 1e-12))
      }
    }
  }

  private static let increases: [@Sendable (inout StepCosts) -> Void] = [
    { $0.stages[0].forward.fixed += 1 },
    { $0.stages[$0.stages.count - 1].forward.perSample += 1 },
    { $0.stages[$0.stages.count / 2].backward.fixed += 1 },
    { $0.stages[0].inputGradient.perSample += 1 },
    { $0.stages[0].weightGradient.fixed += 1 },
    { $0.stages[0].updateSeconds += 1 },
    { $0.stages[0].finishSeconds += 1 },
    { $0.actionSeconds += 0.5 },
    { $0.exchangeRoundSeconds += 0.5 },
    { $0.reductionSecondsPerByte += 0.5 },
    { $0.sameHost.latencySeconds += 0.5 },
    { $0.acrossHosts.secondsPerByte += 0.5 },
    { $0.sameRank.latencySeconds += 0.5 },
    { $0.sameHost.eagerLimitBytes = 0 },
    { $0.sameHost.senderSecondsPerByte += 0.5 },
    { $0.acrossHosts.receiverSecondsPerByte += 0.5 },
  ]

  /// Ranks are names: another numbering gives the same times.
  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func independentOfRankNumbers(_ schedule: any Schedule) throws {
    var generator = SplitMix64(seed: 5)
    for virtual in schedule.virtualStages(upTo: 3) {
      for m in 1...6 {
        let order = Array(0..<4).shuffled(using: &generator)
        func program(_ renumbered: [Int]?) throws -> Program {
          try Plans.program(
            schedule, replicas: [1, 1, 1, 1], virtual: virtual,
            sizes: Array(repeating: 1, count: m), bytes: 2, renumbered: renumbered)
        }
        var costs = SimulatorSupport.costs(stages: 4 * virtual, ranks: 4, from: &generator)
        let plain = try Simulation(program(nil), costs).prediction
        var hosts = costs.hosts
        for rank in 0..<4 { hosts[order[rank]] = costs.hosts[rank] }
        costs.hosts = hosts
        let other = try Simulation(program(order), costs).prediction
        #expect(plain.makespanSeconds == other.makespanSeconds)
        for rank in 0..<4 { #expect(plain.ranks[rank] == other.ranks[order[rank]]) }
      }
    }
  }

  /// A trace's spans follow each other without gap or overlap, and work is what was predicted.
  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func spansFillEveryRank(_ schedule: any Schedule) throws {
    for item in try Self.cases(schedule) {
      let simulation = try Simulation(item.program, item.costs)
      let trace = simulation.trace
      #expect(trace.makespan == simulation.prediction.makespanSeconds)
      for (rank, predicted) in zip(trace.ranks, simulation.prediction.ranks) {
        var time = 0.0
        for span in rank.spans {
          #expect(span.start == time && span.end >= span.start)
          time = span.end
        }
        let busy = rank.spans.filter { $0.category != .wait && $0.category != .exchange }
          .reduce(0) { $0 + $1.end - $1.start }
        #expect(Self.isClose(busy + item.costs.actionSeconds, predicted.busySeconds))
      }
      for message in trace.messages {
        #expect(message.from != message.to && message.sent <= message.received)
      }
    }
  }
}
