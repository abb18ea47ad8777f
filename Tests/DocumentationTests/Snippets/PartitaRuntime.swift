import PartitaDevice
import PartitaGraph
import PartitaPlan
import PartitaRuntime
import PartitaSchedule
import PartitaTransport
import Testing

extension Snippets {
  @Test func runtime() throws {
    // snippet
    // Every number of the data is 1; each of the four samples counts a quarter.
    final class Ones: BatchFeeder {
      func fill(
        _ role: VariableRole, samples: Range<Int>, into target: UnsafeMutableRawBufferPointer
      ) {
        target.bindMemory(to: Float.self).update(repeating: role == .sampleWeight ? 0.25 : 1)
      }
    }

    // Two layers, a stage each, on two ranks.
    var graph = Graph()
    let input = try graph.variable("input", .perSample([2]), .input)
    try graph.beginLayer("first")
    let weight = try graph.parameter("first.weight", [3, 2], .normal(deviation: 0.1))
    let hidden = try graph.append(Linear(), input, weight)
    try graph.beginLayer("second")
    let bias = try graph.parameter("second.bias", [3], .constant(0))
    let output = try graph.append(Bias(axis: .last), hidden, bias)
    let model = try ModelGraph(
      graph, outputs: output, objective: Objective(loss: .squaredError),
      optimizer: Optimizer(.sgd(momentum: 0, nesterov: false)))
    let plan = try Plan(columns: [1, 1], gradientGroups: 1)
    let staged = try StagedModel(model, stageOfLayer: plan.stageOfLayer, stageCount: 2)
    let table = ScheduleTable(OneForwardOneBackward(), plan: plan, microbatches: [0, 1])
    let program = StagedProgram(staged, table, microbatchSizes: [2, 2])

    // Ranks as threads; parameters that nobody uploads are zero.
    let losses = try LoopbackTransport.run(ranks: 2) { transport in
      let runtime = try RankRuntime(
        [program], device: CPUDevice(), transport: transport, feeder: Ones())
      runtime.set(.learningRate, to: 0.1)
      return try (1...3).map { try runtime.perform(0, step: $0).loss }
    }
    // end
    #expect(losses[0] == losses[1], "both ranks know the same loss")
    #expect(losses[0][0] == 1)
    #expect(losses[0][2] < losses[0][1] && losses[0][1] < losses[0][0])
  }
}
