internal import PartitaWorkload

extension PlacementNetwork {
  /// The units in the order of their first nodes in some orders of the graph: the topological one,
  /// which goes along in the breadth, and two that go in depth, from the sources and from the sinks.
  ///
  /// What belongs together lies close together in at least one of them.
  func orders(of graph: WorkloadGraph) -> [[Int]] {
    var unitOfNode = Array(repeating: 0, count: graph.count)
    for (unit, members) in nodes.enumerated() {
      for node in members { unitOfNode[node] = unit }
    }
    let late = Array(WorkloadGraph.order(graph.predecessors, graph.successors) { -$0 }.reversed())
    let inDepth = [
      Self.postorder(next: graph.successors, from: graph.predecessors).reversed(),
      Self.postorder(next: graph.predecessors, from: graph.successors),
    ]
    return ([graph.topologicalOrder, late] + inDepth).map { order in
      var seen = Array(repeating: false, count: count)
      return order.map { unitOfNode[$0] }.filter { unit in
        defer { seen[unit] = true }
        return !seen[unit]
      }
    }
  }

  /// All nodes, each behind those that can be reached from it.
  private static func postorder(next: [[Int]], from previous: [[Int]]) -> [Int] {
    var seen = Array(repeating: false, count: next.count)
    var order: [Int] = []
    for root in next.indices where previous[root].isEmpty {
      var path = [(node: root, tried: 0)]
      seen[root] = true
      while let (node, tried) = path.last {
        if tried == next[node].count {
          order.append(node)
          path.removeLast()
        } else {
          path[path.count - 1].tried += 1
          let reader = next[node][tried]
          if !seen[reader] {
            seen[reader] = true
            path.append((reader, 0))
          }
        }
      }
    }
    return order
  }
}
