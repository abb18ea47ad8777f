import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaPlan
import PartitaStepPlanner
import PartitaTraining
import Testing

/// A search may leave out what needs more than a limit by its rough bytes alone: no arena has fewer.
@Suite struct RoughBytesTests {
  @Test(arguments: [TrainerModel.mlp, .skip, .gpt, .ragged, .folded, .lenet, .resnet])
  func noArenaIsSmaller(model: TrainerModel) throws {
    let config = try model.config()
    let blueprint = try Blueprint(config, data: config.describeData())
    var tried = 0
    for ranks in 1...3 {
      for recompute in ["none", "all"] {
        let planning = RunPlanning(
          try config.with(pins: ["parallel.recompute=\(recompute)"]), ranks: ranks, profile: nil,
          cluster: try .reference(devices: ranks))
        let problem = try planning.problem(blueprint, ranks: ranks)
        let planner = planning.planner(blueprint, problem)
        for plan in try planner.best(12) {
          let rough = try #require(try planner.roughBytes(plan.choice))
          #expect(rough <= plan.bytes.max() ?? 0, "\(plan.choice.plan) \(plan.choice.order.words)")
          tried += 1
        }
      }
    }
    #expect(tried >= 20)
  }
}
