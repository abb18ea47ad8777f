public import PartitaGraph

extension Profile {
  /// Computes a profile from a model's operations and bytes by the roofline of a cluster's device:
  /// each list takes as long as its arithmetic or its memory traffic, whichever is more (Williams,
  /// Waterman and Patterson 2009).
  ///
  /// Nothing is said of messages (the cluster knows them), nor of what an action costs.
  /// Complexity: O(layers · nodes).
  /// - Parameters:
  ///   - model: a model to be trained.
  ///   - cluster: whose device it is computed for.
  ///   - samples: samples of a microbatch.
  ///   - microbatches: microbatches of the global batch.
  ///   - gradientGroups: the groups that they fall into.
  /// - Throws: `ProfileError.invalid` for a model whose layers are in no order that can be cut.
  public init(
    analytic model: ModelGraph, on cluster: Cluster, samples: Int, microbatches: Int,
    gradientGroups: Int
  ) throws(ProfileError) {
    let staged: StagedModel
    do { staged = try StagedModel(layersOf: model) } catch { throw .invalid("\(error)") }
    let roofline = Roofline(graph: model.graph, processor: cluster.processor)
    let sizes = Set([samples, max(1, samples / 2)]).sorted()
    let bytes = LayerProfile.Bytes.all(of: staged)
    var read: Set<ValueID> = []
    let layers = staged.stages.map { stage in
      let variables = stage.microbatchVariables.filter { read.insert($0).inserted }
      return LayerProfile(
        name: model.graph.layers[stage.index].name, bytes: bytes[stage.index],
        sizes: sizes.map { samples in
          LayerProfile.Size(
            samples: samples, fill: roofline.timing(writing: variables, samples: samples),
            forward: roofline.timing(of: stage.forward, samples: samples),
            inputGradient: roofline.timing(of: stage.inputGradient, samples: samples),
            weightGradient: roofline.timing(of: stage.weightGradient, samples: samples),
            backward: roofline.timing(of: stage.backward, samples: samples))
        },
        // Two operands are read, one sum is written.
        addition: roofline.timing(bytes: 3 * bytes[stage.index].gradients),
        update: roofline.timing(of: stage.roundings + stage.updateBeforeExchange, samples: 0),
        finish: roofline.timing(of: stage.updateAfterExchange, samples: 0))
    }
    try self.init(
      kind: .analytic, device: cluster.processor.name,
      setting: Setting(
        samples: samples, microbatches: microbatches, gradientGroups: gradientGroups, ranks: 1),
      layers: layers,
      step: Step(
        exchange: .zero, objective: roofline.timing(of: staged.stages[0].everywhere, samples: 0),
        action: .zero))
  }
}

/// The seconds of lists of nodes by operations and bytes.
private struct Roofline {
  let graph: Graph
  let processor: Cluster.Processor

  func timing(of nodes: [Int], samples: Int) -> Timing {
    var (flops, bytes) = (0, 0)
    for node in nodes.map({ graph.nodes[$0] }) {
      let (inputs, outputs) = (node.inputs.map(graph.type), node.outputs.map(graph.type))
      flops += node.op.flops(inputs: inputs, outputs: outputs, samples: samples)
      bytes += (inputs + outputs).reduce(0) { $0 + $1.bytes(samples: samples) }
    }
    return Timing(
      computed: max(
        Double(flops) / processor.flopsPerSecond.value,
        Double(bytes) / processor.bytesPerSecond.value))
  }

  func timing(writing values: [ValueID], samples: Int) -> Timing {
    timing(bytes: values.reduce(0) { $0 + graph.type(of: $1).bytes(samples: samples) })
  }

  func timing(bytes: Int) -> Timing {
    Timing(computed: Double(bytes) / processor.bytesPerSecond.value)
  }
}
