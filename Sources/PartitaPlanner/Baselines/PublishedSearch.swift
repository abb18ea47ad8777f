internal import PartitaWorkload

/// What the search for antichains looks up for each node.
struct PublishedSearch {
  /// Words of a prefix.
  let words: Int
  /// The node that it starts at.
  let start: Int
  /// Whether the start leads to it.
  let isReached: [Bool]
  /// It, and all that it depends on.
  let closure: [PublishedPrefix]
  /// What it depends on and something reads that it doesn't depend on.
  let shared: [PublishedPrefix]

  init(_ graph: WorkloadGraph) {
    words = max(1, (graph.count + 63) / 64)
    let empty = PublishedPrefix(words: words)
    start = graph.ids.indices.first { graph.predecessors[$0].isEmpty } ?? 0
    var isReached = Array(repeating: false, count: graph.count)
    var closure = Array(repeating: empty, count: graph.count)
    var shared = closure
    isReached[start] = true
    for node in graph.topologicalOrder {
      closure[node].insert(node)
      for source in graph.predecessors[node] {
        closure[node].formUnion(closure[source])
        if isReached[source] { isReached[node] = true }
      }
      for source in graph.ids.indices
      where source != node && closure[node].contains(source)
        && !graph.successors[source].allSatisfy({ closure[node].contains($0) })
      {
        shared[node].insert(source)
      }
    }
    self.isReached = isReached
    self.closure = closure
    self.shared = shared
  }
}

/// A prefix as bits, one a node.
struct PublishedPrefix: Hashable, Comparable {
  private(set) var bits: [UInt64]

  init(words: Int) { bits = Array(repeating: 0, count: words) }

  func contains(_ node: Int) -> Bool { bits[node / 64] & (1 << UInt64(node % 64)) != 0 }

  mutating func insert(_ node: Int) { bits[node / 64] |= 1 << UInt64(node % 64) }

  mutating func formUnion(_ other: PublishedPrefix) {
    for word in bits.indices { bits[word] |= other.bits[word] }
  }

  func union(_ other: PublishedPrefix) -> PublishedPrefix {
    var union = self
    union.formUnion(other)
    return union
  }

  static func < (first: PublishedPrefix, second: PublishedPrefix) -> Bool {
    first.bits.lexicographicallyPrecedes(second.bits)
  }
}
