/// How a stage's forward values are shared out between those that F keeps for the backward pass and
/// those that R makes again.
///
/// Only values of recomputed layers are made again, and of them only what backward reads. What R
/// itself reads is kept: where a layer that isn't recomputed feeds one that is, the value between
/// them. Sums over samples are never made again, for each microbatch has added its share in F.
struct ForwardAgain {
  /// What F keeps, in graph order.
  let kept: [ValueID]
  /// What R makes for the backward pass, in graph order.
  let values: [ValueID]
  /// The nodes that R runs, in graph order.
  let nodes: [Int]

  /// Shares out what a stage's backward pass reads.
  ///
  /// Complexity: O(nodes + operands).
  /// - Parameters:
  ///   - read: per-sample values that exist before the backward pass, which reads them.
  ///   - forward: the stage's forward nodes, in graph order.
  ///   - leaving: values that other stages read; they are sent from where F has put them.
  ///   - layers: the layers that are recomputed.
  ///   - graph: the whole graph.
  init(
    of read: [ValueID], forward: [Node], leaving: Set<ValueID>, layers: Set<Int>, in graph: Graph
  ) {
    var again: Set<ValueID> = []
    let own = Set(forward.flatMap(\.outputs))
    for node in forward {
      guard let layer = node.layer, layers.contains(layer),
        !node.outputs.contains(where: graph.isSumOverSamples)
      else { continue }
      again.formUnion(node.outputs.filter { !leaving.contains($0) })
    }
    let values = read.filter(again.contains)
    var (needed, kept) = (Set(values), Set(read).subtracting(values))
    var nodes: [Int] = []
    for node in forward.reversed() where node.outputs.contains(where: needed.contains) {
      nodes.append(node.index)
      for input in node.inputs where own.contains(input) {
        // What is shared is made of parameters alone: there is no slot for it, and it is cheap.
        if again.contains(input) || !graph.type(of: input).isPerSample {
          needed.insert(input)
        } else {
          kept.insert(input)
        }
      }
    }
    self.kept = kept.sorted()
    self.values = values
    self.nodes = nodes.reversed()
  }
}
