internal import PartitaWorkload

/// A workload's nodes merged into units: sets of nodes that no stage border may separate.
///
/// Units are numbered in a topological order; where several may come next, the one whose first node
/// comes first in the file does.
struct UnitGraph {
  /// The nodes of each unit, ascending.
  let units: [[Int]]
  /// The units that each unit reads, and that read it.
  let predecessors, successors: [[Int]]
  /// The nodes of the workload.
  let nodeCount: Int

  /// Merges nodes: those that are to stay together, and all that lies between them.
  ///
  /// The units are the strongly connected components of the edges and, both ways, the pairs
  /// (Tarjan, "Depth-first search and linear graph algorithms", 1972).
  /// Complexity: O(nodes + edges + pairs), and sorting.
  init(nodeCount: Int, edges: [(from: Int, to: Int)], together: [(Int, Int)] = []) {
    var targets = Array(repeating: [Int](), count: nodeCount)
    for (from, to) in edges { targets[from].append(to) }
    for (one, other) in together {
      targets[one].append(other)
      targets[other].append(one)
    }
    let component = Components(targets).component
    var members = Array(repeating: [Int](), count: (component.max() ?? -1) + 1)
    for node in 0..<nodeCount { members[component[node]].append(node) }
    var readers = Array(repeating: Set<Int>(), count: members.count)
    var sources = readers
    for (from, to) in edges where component[from] != component[to] {
      readers[component[from]].insert(component[to])
      sources[component[to]].insert(component[from])
    }
    let order = WorkloadGraph.order(
      readers.map { $0.sorted() }, sources.map { $0.sorted() }, by: { members[$0][0] })
    var number = Array(repeating: 0, count: order.count)
    for (place, unit) in order.enumerated() { number[unit] = place }
    units = order.map { members[$0] }
    predecessors = order.map { sources[$0].map { number[$0] }.sorted() }
    successors = order.map { readers[$0].map { number[$0] }.sorted() }
    self.nodeCount = nodeCount
  }

  /// The number of units.
  var count: Int { units.count }
}

/// Strongly connected components.
private struct Components {
  /// The component of each node.
  private(set) var component: [Int]
  private var index: [Int]
  private var low: [Int]
  private var stack: [Int] = []
  private var next = 0
  private var found = 0

  init(_ targets: [[Int]]) {
    component = Array(repeating: -1, count: targets.count)
    index = component
    low = component
    for root in targets.indices where index[root] < 0 { visit(root, targets) }
  }

  /// Tarjan's visit with a stack of its own: chains are as long as networks are deep.
  private mutating func visit(_ root: Int, _ targets: [[Int]]) {
    var path: [(node: Int, edge: Int)] = []
    func enter(_ node: Int) {
      index[node] = next
      low[node] = next
      next += 1
      stack.append(node)
      path.append((node, 0))
    }
    enter(root)
    while let (node, edge) = path.last {
      guard edge < targets[node].count else {
        path.removeLast()
        if let parent = path.last?.node { low[parent] = min(low[parent], low[node]) }
        if low[node] == index[node] { close(node) }
        continue
      }
      path[path.count - 1].edge += 1
      let target = targets[node][edge]
      if index[target] < 0 {
        enter(target)
      } else if component[target] < 0 {
        low[node] = min(low[node], index[target])
      }
    }
  }

  private mutating func close(_ node: Int) {
    while let member = stack.popLast() {
      component[member] = found
      if member == node { break }
    }
    found += 1
  }
}
