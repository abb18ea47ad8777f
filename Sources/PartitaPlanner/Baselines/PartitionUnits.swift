internal import PartitaWorkload

/// Sets of nodes that stay together, and an order in which blocks of them are contiguous parts.
///
/// A unit is a node; in device placement a colour class, merged with those that it reads and that
/// read it. There only edges between forward nodes count where the graph has backward ones.
struct PartitionUnits {
  /// The nodes of each unit, ascending.
  let members: [[Int]]
  /// The unit of each node.
  let unitOfNode: [Int]
  /// Who must not come before whom.
  let successors, predecessors: [[Int]]
  /// All units, each behind those that it reads.
  let order: [Int]

  /// The number of units.
  var count: Int { members.count }

  init(_ workload: Workload) {
    let graph = workload.graph
    guard case .placement(let costs) = workload.costs else {
      self.init(unitOfNode: Array(graph.ids.indices), graph) { _ in true }
      return
    }
    var unitOfColor: [Int: Int] = [:]
    var unitOfNode: [Int] = []
    var count = 0
    for color in costs.colorClass {
      if let color, let unit = unitOfColor[color] {
        unitOfNode.append(unit)
        continue
      }
      if let color { unitOfColor[color] = count }
      unitOfNode.append(count)
      count += 1
    }
    // Without backward nodes both ends of an edge are forward ones.
    self.init(unitOfNode: unitOfNode, graph) {
      !costs.isBackward[$0.from] && !costs.isBackward[$0.to]
    }
  }

  /// Merges units on cycles, and orders all.
  private init(
    unitOfNode given: [Int], _ graph: WorkloadGraph, counts: (WorkloadGraph.Edge) -> Bool
  ) {
    let component = StrongComponents.find(
      Self.quotient(given, graph, counts: counts).successors)
    // Numbered by their first nodes: file order decides between equals.
    var unitOfComponent: [Int: Int] = [:]
    var members: [[Int]] = []
    unitOfNode = given.enumerated().map { node, unit in
      let unit = unitOfComponent[component[unit], default: members.count]
      if unit == members.count {
        unitOfComponent[component[given[node]]] = unit
        members.append([])
      }
      members[unit].append(node)
      return unit
    }
    self.members = members
    (successors, predecessors) = Self.quotient(unitOfNode, graph, counts: counts)
    let order = WorkloadGraph.order(successors, predecessors) { $0 }
    self.order = Self.besideNeighbours(order, unitOfNode, successors, predecessors, graph)
  }

  /// The graph of groups of nodes: who reads whom, each once, ascending.
  static func quotient(
    _ groupOfNode: [Int], _ graph: WorkloadGraph, counts: (WorkloadGraph.Edge) -> Bool
  ) -> (successors: [[Int]], predecessors: [[Int]]) {
    let count = (groupOfNode.max() ?? -1) + 1
    var successors = Array(repeating: Set<Int>(), count: count)
    var predecessors = successors
    for edge in graph.edges where counts(edge) {
      let (from, to) = (groupOfNode[edge.from], groupOfNode[edge.to])
      guard from != to else { continue }
      successors[from].insert(to)
      predecessors[to].insert(from)
    }
    return (successors.map { $0.sorted() }, predecessors.map { $0.sorted() })
  }

  /// Moves units that may stand anywhere behind the first unit that they share an edge with.
  private static func besideNeighbours(
    _ order: [Int], _ unitOfNode: [Int], _ successors: [[Int]], _ predecessors: [[Int]],
    _ graph: WorkloadGraph
  ) -> [Int] {
    let isFree = successors.indices.map { successors[$0].isEmpty && predecessors[$0].isEmpty }
    var place = Array(repeating: Int.max, count: order.count)
    for (index, unit) in order.enumerated() where !isFree[unit] { place[unit] = index }
    var wish = place
    for edge in graph.edges {
      let (from, to) = (unitOfNode[edge.from], unitOfNode[edge.to])
      if isFree[from] { wish[from] = min(wish[from], place[to]) }
      if isFree[to] { wish[to] = min(wish[to], place[from]) }
    }
    return order.sorted { first, second in
      (wish[first], isFree[first] ? 1 : 0, first) < (wish[second], isFree[second] ? 1 : 0, second)
    }
  }
}
