internal import PartitaGraph

extension Pipeline {
  /// What R repeats and what that saves, as far as a model says: for predictions.
  public struct Recomputation: Hashable, Sendable, Codable {
    /// For each layer the share of its F that R repeats, by operations and bytes, from 0 to 1.
    public let shares: [Double]
    /// For each stage the bytes a sample that R makes for B, I or W.
    public let madePerSample: [Int]
    /// For each stage the bytes a sample that F keeps for R alone.
    public let keptPerSample: [Int]

    /// Of a cut model; nil where no stage recomputes anything.
    ///
    /// Complexity: O(nodes + operands).
    init?(_ staged: StagedModel) {
      guard staged.stages.contains(where: { !$0.recompute.isEmpty }) else { return nil }
      let graph = staged.model.graph
      func bytes(_ values: [ValueID]) -> Int {
        values.reduce(0) { $0 + graph.type(of: $1).bytes(samples: 1) }
      }
      var (whole, again) = (
        Array(repeating: 0.0, count: graph.layers.count),
        Array(repeating: 0.0, count: graph.layers.count)
      )
      for stage in staged.stages {
        for node in stage.forward.map({ graph.nodes[$0] }) {
          if let layer = node.layer { whole[layer] += Self.work(node, in: graph) }
        }
        for node in stage.recompute.map({ graph.nodes[$0] }) {
          if let layer = node.layer { again[layer] += Self.work(node, in: graph) }
        }
      }
      shares = zip(again, whole).map { $1 > 0 ? min(1, $0 / $1) : 0 }
      madePerSample = staged.stages.map { bytes($0.recomputed) }
      keptPerSample = staged.stages.map { stage in
        let read = Set(stage.backward.flatMap { graph.nodes[$0].inputs })
        return bytes(stage.stash.filter { !read.contains($0) })
      }
    }

    /// Operations, or what a core could do of them while it moves the bytes, if that is more: about
    /// five for each byte.
    private static func work(_ node: Node, in graph: Graph) -> Double {
      let (inputs, outputs) = (node.inputs.map(graph.type), node.outputs.map(graph.type))
      let bytes = (inputs + outputs).reduce(0) { $0 + $1.bytes(samples: 1) }
      return max(
        Double(node.op.flops(inputs: inputs, outputs: outputs, samples: 1)), 5 * Double(bytes))
    }

    /// Whether it can be of so many layers and stages.
    func fits(layers: Int, stages: Int) -> Bool {
      shares.count == layers && shares.allSatisfy { (0...1).contains($0) }
        && [madePerSample, keptPerSample].allSatisfy { bytes in
          bytes.count == stages && bytes.allSatisfy { 0...Graph.byteLimit ~= $0 }
        }
    }
  }
}
