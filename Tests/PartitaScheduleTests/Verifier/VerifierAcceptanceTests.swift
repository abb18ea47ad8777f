import PartitaGraph
import PartitaPlan
import PartitaSchedule
import TestModels
import TestSchedules
import Testing

/// What the lowering makes of any schedule is accepted, and ends as serial training does.
@Suite struct VerifierAcceptanceTests {
  /// Up to four microbatches fall into as many groups, whether there are four or eight.
  static let sizes = [[3], [2, 1], [2, 2, 1, 0], [1, 1, 1, 1, 1, 1, 1], [2, 0, 2, 2, 1, 0]]
  static let replicas =
    [[1], [3], [1, 1], [2, 2], [1, 2], [2, 1], [4, 3], [1, 1, 1], [2, 1, 3], [3, 1, 1]]
    + [[1, 1, 1, 1], [2, 1, 1, 2], [1, 3, 2, 1], [4, 4, 4, 4]]

  private func prove(_ program: Program, _ what: String) {
    do throws(ProgramFault) {
      try Verifier.prove(program)
    } catch {
      Issue.record(
        "\(what) \(program.plan) \(program.microbatchSizes)\n\(error.explanation(program))")
    }
  }

  /// Laws 2 and 7, for every schedule that there is, with its stage order and virtual stages.
  @Test(
    arguments: ScheduleCatalogue.standard.schedules, [TestModel.mlp, .skip, .tiedLinear, .tiedGPT])
  func everyScheduleOfEveryPlan(_ schedule: any Schedule, _ model: TestModel) throws {
    let graph = try model.training()
    var count = 0
    for replicas in Self.replicas {
      let range = schedule.virtualStages
      for virtual in Set([range.lowerBound, min(range.upperBound, range.lowerBound + 1)])
      where virtual * replicas.count <= model.layers.count {
        for (groups, order, shares) in [
          (4, .ascending, false), (8, .ascending, false), (4, .descending, false),
          (4, .ascending, true),
        ] as [(Int, GradientOrder, Bool)] {
          let plan = try VerifierCase.plan(
            replicas, layers: model.layers.count, stageOrder: schedule.stageOrder, virtual: virtual,
            groups: groups, order: order, shardsUpdate: shares)
          let pipeline = try VerifierCase.pipeline(graph, plan)
          for sizes in Self.sizes where sizes.count > 4 || groups == 4 {
            prove(VerifierCase.program(pipeline, plan, schedule, sizes), "\(schedule)")
            count += 1
          }
        }
      }
    }
    #expect(count > 25)
  }

  /// Evaluation has one schedule, wherever the stages lie.
  @Test(
    arguments: [(StageOrder.looped, 1), (.looped, 2), (.vee, 2)],
    [TestModel.mlp, .skip, .tiedLinear, .tiedGPT])
  func evaluationOfEveryPlan(_ lie: (order: StageOrder, virtual: Int), _ model: TestModel) throws {
    let graph = try model.evaluation()
    var count = 0
    for replicas in Self.replicas where lie.virtual * replicas.count <= model.layers.count {
      for groups in [4, 8] {
        let plan = try VerifierCase.plan(
          replicas, layers: model.layers.count, stageOrder: lie.order, virtual: lie.virtual,
          groups: groups)
        let pipeline = try VerifierCase.pipeline(graph, plan)
        for sizes in Self.sizes where sizes.count > 4 || groups == 4 {
          prove(VerifierCase.program(pipeline, plan, ForwardOnly(), sizes), "forward only")
          count += 1
        }
      }
    }
    #expect(count > 25)
  }

  /// Chains are deeper than test models, and need no layers.
  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func everyScheduleOfChains(_ schedule: any Schedule) throws {
    for columns in 1...6 {
      for virtual in schedule.virtualStages.prefix(3) {
        for microbatches in [1, columns, 2 * columns, 4 * columns] {
          let plan = try VerifierCase.plan(
            Array(repeating: 1, count: columns), layers: columns * virtual,
            stageOrder: schedule.stageOrder, virtual: virtual, groups: 1)
          prove(
            VerifierCase.program(
              .chain(stages: columns * virtual), plan, schedule,
              Array(repeating: 1, count: microbatches)), "\(schedule), \(virtual) virtual stages,")
        }
      }
    }
  }

  /// Split backwards, several stages a rank, several buckets: also judged by the other performer.
  @Test func smallProgramsEndAsSerialTrainingDoes() throws {
    for program in try VerifierCase.small() {
      prove(program, "small program")
      let serial = SerialStep(program)
      for seed in 0..<4 as Range<UInt64> {
        for delivery in [Performer.Delivery.rendezvous, .eager] {
          #expect(Performer.problem(program, serial, delivery, seed: seed) == nil)
        }
      }
    }
  }
}
