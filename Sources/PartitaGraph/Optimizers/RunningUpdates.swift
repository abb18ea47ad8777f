extension Graph {
  /// Appends the update of every running value, in the layer that has it.
  ///
  /// What a microbatch adds is made in the backward pass, as a sum over samples: so it is folded in
  /// the order and by the tree of weight gradients (law 2), once for each microbatch, also where the
  /// forward pass is computed again.
  /// - Parameter sampleWeight: what each sample counts in the batch.
  mutating func appendRunningUpdates(
    sampleWeight: ValueID
  ) throws(GraphError) -> [Assignment] {
    var assignments: [Assignment] = []
    for running in runningValues {
      let folded = try inLayer(running.layer, backward: true) { (graph) throws(GraphError) in
        try graph.append(
          RunningShare(unbiasedOver: running.pixels), running.statistic, sampleWeight)
      }
      let next = try inLayer(running.layer, backward: false) { (graph) throws(GraphError) in
        let kept = try graph.append(Scale(1 - running.momentum), running.variable)
        return try graph.append(Add(), kept, try graph.append(Scale(running.momentum), folded))
      }
      assignments.append(Assignment(variable: running.variable, value: next))
    }
    return assignments
  }
}
