internal import PartitaWorkload

/// What PipeDream's cost model asks of each prefix.
struct PipedreamFacts {
  /// Seconds of work, bytes of weights, bytes of weights and outputs, before each row's border.
  private(set) var work, weights, bytes: [Double]
  /// Bytes that cross it.
  private(set) var cut: [Double]

  /// Adds up all rows; nil where the meter ends it.
  ///
  /// Complexity: O(rows · (nodes + edges)), of a chain of rows O(rows + nodes + edges).
  init?(_ pool: PrefixPool, _ model: PipedreamModel, meter: SearchMeter) {
    work = Array(repeating: 0, count: pool.count)
    weights = work
    bytes = work
    cut = work
    if pool.isChain {
      addAlong(pool, model)
      return
    }
    let costs = model.costs
    for row in 0..<pool.count {
      if row & 0xff == 0, meter.isLate { return nil }
      var (seconds, weight, output, leaving) = (0.0, 0.0, 0.0, 0.0)
      pool.forEachNode(of: row) { node in
        seconds += costs.seconds[node]
        weight += costs.parameterBytes[node]
        output += costs.activationBytes[node]
        for reader in model.graph.successors[node] where !pool.contains(row, reader) {
          leaving += costs.activationBytes[node]
          break
        }
      }
      work[row] = seconds
      weights[row] = weight
      bytes[row] = weight + output
      cut[row] = leaving
    }
  }

  /// Each row by what it has more than the one before.
  private mutating func addAlong(_ pool: PrefixPool, _ model: PipedreamModel) {
    let (costs, graph) = (model.costs, model.graph)
    // For each node of the prefix how many readers are outside.
    var outside = Array(repeating: 0, count: graph.count)
    var (seconds, weight, output, leaving) = (0.0, 0.0, 0.0, 0.0)
    for row in 0..<pool.count {
      let more = row == 0 ? pool.nodes(of: 0) : pool.nodes(of: row, without: row - 1)
      for node in more {
        seconds += costs.seconds[node]
        weight += costs.parameterBytes[node]
        output += costs.activationBytes[node]
        outside[node] = graph.successors[node].count { !pool.contains(row, $0) }
        if outside[node] > 0 { leaving += costs.activationBytes[node] }
      }
      for node in more {
        for source in graph.predecessors[node]
        where row == 0 || pool.contains(row - 1, source) {
          outside[source] -= 1
          if outside[source] == 0 { leaving -= costs.activationBytes[source] }
        }
      }
      work[row] = seconds
      weights[row] = weight
      bytes[row] = weight + output
      cut[row] = row == pool.count - 1 ? 0 : max(0, leaving)
    }
  }
}
