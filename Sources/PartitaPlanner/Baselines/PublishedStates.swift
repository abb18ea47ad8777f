package import PartitaWorkload

/// The prefixes that PipeDream's planner cuts at, with what it adds up for each.
///
/// It starts at the first node without predecessors and goes from antichain to antichain along edges;
/// a prefix is an antichain with all that it depends on. Prefixes are in an order in which smaller
/// ones come first.
package struct PublishedStates {
  /// The prefixes as sets of bits, `words` words each.
  private(set) var bits: [UInt64] = []
  /// Words of a prefix.
  let words: Int
  /// Seconds, bytes of activations and bytes of weights of each prefix.
  package private(set) var work: [Double] = [], activations: [Double] = [], weights: [Double] = []
  /// What the planner takes to cross the border behind each prefix, bytes: the outputs of the
  /// antichain and of every node that something reads which one node of the antichain, looked at
  /// alone, doesn't depend on, even where that is in the prefix.
  package private(set) var outputs: [Double] = []

  /// The number of prefixes.
  package var count: Int { work.count }

  /// Whether every node of prefix `first` is in prefix `second`.
  func isSubset(_ first: Int, _ second: Int) -> Bool {
    var outside: UInt64 = 0
    for word in 0..<words {
      outside |= bits[first * words + word] & ~bits[second * words + word]
    }
    return outside == 0
  }

  /// The nodes of prefix `index` that are not in prefix `other`; nil is the empty one.
  package func nodes(of index: Int, without other: Int?) -> [Int] {
    (0..<words * 64).filter { node in
      let (word, bit) = (node / 64, UInt64(1) << UInt64(node % 64))
      return bits[index * words + word] & bit != 0
        && other.map { bits[$0 * words + word] & bit == 0 } ?? true
    }
  }

  /// The prefixes of one topological order.
  static func chain(
    _ graph: WorkloadGraph, _ costs: PipedreamCosts
  ) throws(WorkloadError) -> PublishedStates {
    let search = PublishedSearch(graph)
    var states = PublishedStates(words: search.words)
    var prefix = PublishedPrefix(words: search.words)
    for node in graph.topologicalOrder where search.isReached[node] {
      prefix.formUnion(search.closure[node])
      states.append(prefix, graph, costs, search)
    }
    if let missing = graph.ids.indices.first(where: { !prefix.contains($0) }) {
      throw .impossible(
        "PipeDream's planner starts at '\(graph.ids[search.start])' alone and never reaches "
          + "'\(graph.ids[missing])'")
    }
    return states
  }

  /// All prefixes; nil where there are more than `limit`, or where `isOver` ends the search.
  package static func all(
    _ graph: WorkloadGraph, _ costs: PipedreamCosts, limit: Int, isOver: () -> Bool = { false }
  ) -> PublishedStates? {
    let search = PublishedSearch(graph)
    var states = PublishedStates(words: search.words)
    var level = [search.closure[search.start]]
    while !level.isEmpty {
      guard states.count + level.count <= limit else { return nil }
      var next: Set<PublishedPrefix> = []
      for prefix in level {
        if isOver() { return nil }
        states.append(prefix, graph, costs, search)
        for node in graph.topologicalOrder
        where search.isReached[node] && !prefix.contains(node)
          && graph.predecessors[node].allSatisfy({
            !search.isReached[$0] || prefix.contains($0)
          })
        {
          next.insert(prefix.union(search.closure[node]))
        }
        guard states.count + next.count <= limit else { return nil }
      }
      level = next.sorted()
    }
    return states
  }

  private init(words: Int) { self.words = words }

  private mutating func append(
    _ prefix: PublishedPrefix, _ graph: WorkloadGraph, _ costs: PipedreamCosts,
    _ search: PublishedSearch
  ) {
    bits += prefix.bits
    let nodes = graph.ids.indices.filter(prefix.contains)
    work.append(nodes.reduce(0) { $0 + costs.seconds[$1] })
    activations.append(nodes.reduce(0) { $0 + costs.activationBytes[$1] })
    weights.append(nodes.reduce(0) { $0 + costs.parameterBytes[$1] })
    var crossing = PublishedPrefix(words: words)
    for node in nodes where !graph.successors[node].contains(where: prefix.contains) {
      crossing.insert(node)
      crossing.formUnion(search.shared[node])
    }
    outputs.append(
      nodes.reduce(0) { $0 + (crossing.contains($1) ? costs.activationBytes[$1] : 0) })
  }
}
