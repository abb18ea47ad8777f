internal import HeapModule

/// The nodes of a workload and who reads whom: a directed acyclic graph.
///
/// Nodes are numbered in file order, which is not always a topological one.
public struct WorkloadGraph: Hashable, Sendable {
  /// One reading of a node's output.
  public struct Edge: Hashable, Sendable {
    /// The node that makes the value, and the one that reads it.
    public let from, to: Int
    /// Bytes of the value; 0 where the file has none.
    public let bytes: Double

    /// A reading; without bytes where the cost model counts a node's output instead.
    public init(from: Int, to: Int, bytes: Double = 0) {
      self.from = from
      self.to = to
      self.bytes = bytes
    }
  }

  /// The nodes' names in the file, each once.
  public let ids: [String]
  /// All edges in file order, repeated ones too.
  public let edges: [Edge]
  /// The readers of each node, ascending, each once.
  public let successors: [[Int]]
  /// The nodes that each node reads, ascending, each once.
  public let predecessors: [[Int]]
  /// All nodes, each behind those that it reads; of the nodes that may come next the first of the
  /// file comes first.
  public let topologicalOrder: [Int]

  /// The graph of nodes in file order, with edges between their numbers.
  ///
  /// Complexity: O(edges + nodes · log nodes).
  /// - Throws: `WorkloadError` for two nodes of one name, and for a cycle, which it names.
  public init(ids: [String], edges: [Edge]) throws(WorkloadError) {
    var seen: Set<String> = []
    for id in ids where !seen.insert(id).inserted { throw .duplicateNode(id) }
    var successors = Array(repeating: Set<Int>(), count: ids.count)
    var predecessors = successors
    for edge in edges {
      guard edge.from != edge.to else { throw .cycle([ids[edge.from], ids[edge.from]]) }
      successors[edge.from].insert(edge.to)
      predecessors[edge.to].insert(edge.from)
    }
    self.ids = ids
    self.edges = edges
    self.successors = successors.map { $0.sorted() }
    self.predecessors = predecessors.map { $0.sorted() }
    let order = Self.order(self.successors, self.predecessors) { $0 }
    guard order.count == ids.count else {
      throw .cycle(Self.cycle(self.predecessors, outside: order).map { ids[$0] })
    }
    topologicalOrder = order
  }

  /// The number of nodes.
  public var count: Int { ids.count }

  /// A topological order in which, of the nodes that may come next, the one of the least `key`
  /// comes first; of equal keys the one of the lower number. Shorter than the graph where that has
  /// a cycle.
  package static func order(
    _ successors: [[Int]], _ predecessors: [[Int]], by key: (Int) -> Int
  ) -> [Int] {
    var missing = predecessors.map(\.count)
    var ready = Heap(
      missing.indices.filter { missing[$0] == 0 }.map { Candidate(key: key($0), node: $0) })
    var order: [Int] = []
    order.reserveCapacity(missing.count)
    while let node = ready.popMin()?.node {
      order.append(node)
      for reader in successors[node] {
        missing[reader] -= 1
        if missing[reader] == 0 { ready.insert(Candidate(key: key(reader), node: reader)) }
      }
    }
    return order
  }

  /// A cycle among the nodes that no order reaches, first node repeated at the end.
  private static func cycle(_ predecessors: [[Int]], outside order: [Int]) -> [Int] {
    let ordered = Set(order)
    guard var node = predecessors.indices.first(where: { !ordered.contains($0) }) else { return [] }
    // Each of them reads another of them: walking upstream comes back.
    var path: [Int] = []
    while !path.contains(node) {
      path.append(node)
      guard let next = predecessors[node].first(where: { !ordered.contains($0) }) else { break }
      node = next
    }
    let start = path.firstIndex(of: node) ?? 0
    return ([node] + path[start...].reversed())
  }
}

/// A node that may come next; of equal keys the one of the lower number comes first.
private struct Candidate: Comparable {
  let key, node: Int

  static func < (one: Candidate, other: Candidate) -> Bool {
    (one.key, one.node) < (other.key, other.node)
  }
}
