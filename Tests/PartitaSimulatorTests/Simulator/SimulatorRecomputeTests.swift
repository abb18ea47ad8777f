import PartitaGraph
import PartitaPlan
import PartitaSchedule
import PartitaSimulator
import TestModels
import TestSchedules
import Testing

/// R takes its time and its memory in predictions, too.
@Suite struct SimulatorRecomputeTests {
  /// Every rank but the last has its first R done when the first gradient comes.
  @Test func gpipe() throws {
    let (f, r, i, w) = (2.0, 1.5, 3.0, 5.0)
    for (p, m) in (1...5).flatMap({ p in (1...7).map { (p, m: $0) } }) {
      let program = try Plans.program(
        GPipe(), replicas: Array(repeating: 1, count: p), sizes: Array(repeating: 1, count: m),
        recomputed: Set(0..<p))
      var costs = StepCosts.uniform(stages: p, forward: f, inputGradient: i, weightGradient: w)
      for stage in 0..<p { costs.stages[stage].recompute = .init(fixed: r) }
      let prediction = try Simulation(program, costs).prediction
      #expect(
        prediction.makespanSeconds
          == Double(m + p - 1) * f + Double(m) * (r + i + w) + Double(p - 1) * (i + w))
      #expect(prediction.ranks.allSatisfy { $0.computeSeconds == Double(m) * (f + r + i + w) })
    }
  }

  /// F keeps what R needs for as long as before; what R makes there is once.
  @Test func memory() throws {
    let program = try Plans.program(
      GPipe(), replicas: [1], sizes: [4, 4, 1, 0], recomputed: [0])
    var costs = StepCosts.uniform(stages: 1, forward: 1, inputGradient: 1, weightGradient: 1)
    costs.stages[0].stashBytesPerSample = 10
    costs.stages[0].recomputedBytesPerSample = 100
    let rank = try Simulation(program, costs).prediction.ranks[0]
    #expect(rank.peakStash == 3 && rank.peakStashBytes == 9 * 10 + 4 * 100)
  }

  /// The same times as the tests' own simulator, whatever there is.
  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func bruteForce(_ schedule: any Schedule) throws {
    var generator = SplitMix64(seed: 5)
    for virtual in schedule.virtualStages(upTo: 2) {
      for recomputed in [Set(0..<3 * virtual), [1]] {
        let program = try Plans.program(
          schedule, replicas: [1, 1, 1], virtual: virtual, sizes: [3, 3, 3, 2], bytes: 5,
          recomputed: recomputed)
        try Verifier.prove(program)
        let costs = SimulatorSupport.costs(stages: 3 * virtual, ranks: 3, from: &generator)
        let simulation = try Simulation(program, costs)
        let ends = try #require(program.bruteForce(costs))
        for (rank, end) in zip(simulation.trace.ranks, ends) {
          #expect(abs((rank.spans.last?.end ?? 0) - end) < 1e-9)
        }
      }
    }
  }

  /// By a profile R costs what it repeats of F: nothing of what nobody reads again, and all bytes are
  /// either kept or made.
  @Test func byAProfile() throws {
    let model = try TestModel.tiedGPT.training()
    let layers = model.graph.layers.count
    func costs(_ recomputed: Set<Int>) throws -> (StepCosts.Stage, Program) {
      let plan = try Plans.even([1], layers: layers, groups: 1, recomputed: recomputed)
      let staged = try StagedModel(
        model, stageOfLayer: plan.stageOfLayer, stageCount: 1, recomputed: recomputed)
      let program = Program(
        Pipeline(staged),
        ScheduleTable(GPipe(), plan: plan, microbatches: [0, 1]), microbatchSizes: [2, 2])
      let profile = try Profile(
        analytic: model, on: try #require(Self.cluster), samples: 2, microbatches: 2,
        gradientGroups: 1)
      return (try StepCosts(profile, for: program).stages[0], program)
    }
    let (keeping, plain) = try costs([])
    #expect(plain.pipeline.recomputation == nil && keeping.recompute == .init())
    let (again, program) = try costs(Set(0..<layers))
    #expect(again.forward == keeping.forward && again.backward == keeping.backward)
    let share = again.recompute.seconds(samples: 2) / again.forward.seconds(samples: 2)
    #expect(share > 0.3 && share < 1, "\(share)")
    #expect(again.stashBytesPerSample < keeping.stashBytesPerSample / 3)
    #expect(again.recomputedBytesPerSample > keeping.stashBytesPerSample / 2)
    // The head's product is read by nobody but the loss.
    #expect(program.pipeline.recomputation?.shares.last ?? 1 < 1)
    let (half, _) = try costs([1, 3])
    #expect(half.recompute.seconds(samples: 2) < again.recompute.seconds(samples: 2))
    #expect(half.stashBytesPerSample > again.stashBytesPerSample)
  }

  private static let cluster = try? Cluster(
    name: "test", hosts: 1, devicesPerHost: 1,
    processor: Cluster.Processor(
      name: "slow", flopsPerSecond: .init(1e9), bytesPerSecond: .init(2e9),
      memoryBytes: .init(1e9)))
}
