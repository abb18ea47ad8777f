internal import PartitaConfig
internal import PartitaData
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

extension Experiment {
  /// What is about to run, in a few lines for people.
  public var summary: [String] {
    let graph = training.graph
    let parameters = graph.parameters.reduce(0) { $0 + graph.type(of: $1).shape.count }
    let order =
      plan.gradientOrder == .ascending ? "" : " in \(plan.gradientOrder.rawValue) order"
    var lines = [
      "\(config.data.name): \(batches.samples) samples to train, \(testBatches.samples) to test; "
        + "\(graph.layers.count) layers, \(parameters) parameters",
      "batch \(batches.batch) in \(config.training.microbatches) microbatches, "
        + "\(plan.gradientGroups) gradient groups\(order); \(plan) stages x replicas on "
        + "\(plan.worldSize) \(plan.worldSize == 1 ? "rank" : "ranks"), "
        + "\(orderName):",
    ]
    for (index, stage) in plan.stages.enumerated() {
      let names = stage.layers.map { graph.layers[$0].name }
      let (first, last) = (stage.ranks[0], stage.ranks[stage.replicas - 1])
      let ranks = stage.replicas == 1 ? "\(first)" : "\(first)-\(last)"
      let list =
        names.count <= 4
        ? names.joined(separator: ", ") : "\(names[0]) ... \(names[names.count - 1])"
      let again = stage.recomputed.map { graph.layers[$0].name }
      let words =
        again.isEmpty
        ? ""
        : again.count == names.count
          ? "; recomputed"
          : "; recomputed: "
            + (again.count <= 4 ? again : [again[0], "...", again[again.count - 1]])
            .joined(separator: ", ")
      lines.append("  stage \(index) on rank \(ranks): \(list)\(words)")
    }
    return lines
  }
}
