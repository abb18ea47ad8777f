internal import PartitaKeys

extension ModelGraph {
  /// Refuses microbatches that leave a norm over them without a variance: of a single value.
  ///
  /// - Parameter samples: those of the smallest microbatch that is trained on.
  /// - Throws: `GraphError.model` that names the layer.
  public func checkNorms(ofSmallestMicrobatch samples: Int) throws(GraphError) {
    for node in graph.nodes where node.op is BatchNorm {
      let pixels = graph.type(of: node.inputs[0]).shape.extents.dropFirst().reduce(1, *)
      guard samples * pixels < 2 else { continue }
      throw .model(
        problem: "layer '\(node.layer.map { graph.layers[$0].name.shortened() } ?? "-")' "
          + "normalises a channel over a microbatch, but the smallest has \(samples) sample with one "
          + "value: give each microbatch two samples or more (training.batch, training.microbatches, "
          + "and the number of samples, which says how small the last one is)")
    }
  }
}
