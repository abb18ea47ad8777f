import PartitaGraph
import PartitaPlan
import PartitaSchedule
import PartitaStepPlanner
import Testing

extension Snippets {
  @Test func stepPlanner() throws {
    // snippet
    var graph = Graph()
    let input = try graph.variable("input", .perSample([64]), .input)
    let layers: [LayerDescription] = .mlp(widths: [64, 128, 128, 10], activation: .relu)
    let outputs = try graph.buildNetwork(layers, on: input, mode: .training, seed: 0)
    let model = try ModelGraph(
      graph, outputs: outputs, objective: Objective(loss: .crossEntropy),
      optimizer: Optimizer(.sgd(momentum: 0, nesterov: false)))

    // Costs by operations and bytes, on a host of two cores.
    let cluster = try Cluster.reference(devices: 2)
    let profile = try Profile(
      analytic: model, on: cluster, samples: 16, microbatches: 4, gradientGroups: 4)
    let problem = try StepProblem(
      layers: LayerCut(StagedModel(layersOf: model)), profile: profile, cluster: cluster, ranks: 2,
      microbatchSizes: [16, 16, 16, 16], gradientGroups: 4)
    let plan = try StepPlanner(problem) { _ in [] }.best()
    print(plan.choice.plan, plan.choice.order.words)  // 1 x 2: two replicas of all layers
    print(plan.seconds, plan.lowerBound)  // what a step takes, and what none is below
    // end
    #expect(plan.choice.plan.worldSize == 2)
    #expect(plan.lowerBound <= plan.seconds)
  }
}
