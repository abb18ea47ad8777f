internal import PartitaWorkload

extension PipedreamPlanner {
  /// Coarser graphs, all without borders that no stage below a value can have.
  func coarsening(below threshold: Double) -> Coarsening {
    let graph = model.graph
    var together = idlePairs
    for (node, bytes) in model.costs.activationBytes.enumerated() {
      let readers = graph.successors[node]
      guard !readers.isEmpty, !model.allowsBorder(carrying: bytes, below: threshold) else {
        continue
      }
      for reader in readers { together.append((node, reader)) }
    }
    return Coarsening(
      nodeCount: graph.count, edges: graph.edges.map { ($0.from, $0.to) }, together: together)
  }

  /// Nodes that cost nothing and that nobody reads, each with the node that it alone reads: in no plan
  /// is it better to part them.
  private var idlePairs: [(Int, Int)] {
    guard model.memory == .infinity else { return [] }
    let graph = model.graph
    return (0..<graph.count).compactMap { node in
      guard graph.successors[node].isEmpty, graph.predecessors[node].count == 1,
        model.costs.seconds[node] == 0, model.costs.parameterBytes[node] == 0
      else { return nil }
      return (graph.predecessors[node][0], node)
    }
  }
}
