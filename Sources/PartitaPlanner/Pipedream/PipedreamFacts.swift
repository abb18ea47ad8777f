internal import PartitaWorkload

/// What PipeDream's cost model asks of each prefix.
struct PipedreamFacts {
  /// Seconds of work, bytes of weights, bytes of weights and outputs, before each row's border.
  private(set) var work, weights, bytes: [Double]
  /// Bytes that cross it.
  private(set) var cut: [Double]

  /// Adds up all rows. Complexity: O(rows · (nodes + edges)).
  init(_ pool: PrefixPool, _ model: PipedreamModel) {
    let costs = model.costs
    work = Array(repeating: 0, count: pool.count)
    weights = work
    bytes = work
    cut = work
    for row in 0..<pool.count {
      var (seconds, weight, output, leaving) = (0.0, 0.0, 0.0, 0.0)
      for node in 0..<model.graph.count where pool.contains(row, node) {
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
}
