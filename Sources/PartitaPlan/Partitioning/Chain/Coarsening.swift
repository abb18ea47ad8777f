extension WorkloadGraph {
  /// Pairs of nodes that, merged, leave at most about so many units.
  ///
  /// Merges a unit with its only reader, or with the only unit that it reads, which never makes a
  /// cycle; those first that have the least weight together.
  /// - Parameters:
  ///   - size: the number of units.
  ///   - weights: of each node; units should have about the same.
  ///   - stages: nodes of different stages stay apart.
  func coarsePairs(to size: Int, weights: [Double], stages: [Int]) -> [(Int, Int)] {
    let edges = edges.map { ($0.from, $0.to) }
    var pairs: [(Int, Int)] = []
    var units = UnitGraph(nodeCount: count, edges: edges)
    while units.count > size {
      let sums = units.units.map { $0.reduce(0) { $0 + weights[$1] } }
      var candidates: [(weight: Double, from: Int, to: Int)] = []
      for unit in 0..<units.count {
        for reader in units.successors[unit]
        where (units.successors[unit].count == 1 || units.predecessors[reader].count == 1)
          && stages[units.units[unit][0]] == stages[units.units[reader][0]]
        {
          candidates.append((sums[unit] + sums[reader], unit, reader))
        }
      }
      candidates.sort { ($0.weight, $0.from, $0.to) < ($1.weight, $1.from, $1.to) }
      var isTaken = Array(repeating: false, count: units.count)
      var left = min(units.count - size, max(1, units.count / 8))
      let before = pairs.count
      for candidate in candidates where left > 0 {
        guard !isTaken[candidate.from], !isTaken[candidate.to] else { continue }
        isTaken[candidate.from] = true
        isTaken[candidate.to] = true
        pairs.append((units.units[candidate.from][0], units.units[candidate.to][0]))
        left -= 1
      }
      if pairs.count == before { break }
      units = UnitGraph(nodeCount: count, edges: edges, together: pairs)
    }
    return pairs
  }
}

extension UnitGraph {
  /// A topological order that follows a branch to its end before it begins another.
  var depthFirstOrder: [Int] {
    var missing = predecessors.map(\.count)
    var stack = Array((0..<count).filter { missing[$0] == 0 }.reversed())
    var order: [Int] = []
    while let unit = stack.popLast() {
      order.append(unit)
      for reader in successors[unit].reversed() {
        missing[reader] -= 1
        if missing[reader] == 0 { stack.append(reader) }
      }
    }
    return order
  }
}

extension PrefixPool {
  /// The prefixes before a chain's stages, and the whole.
  static func borders(of partition: Partition, nodeCount: Int) -> PrefixPool {
    var pool = PrefixPool(nodeCount: nodeCount)
    var row = Array(repeating: UInt64(0), count: pool.words)
    pool.append(row)
    for part in partition.parts {
      for node in part.nodes { row[node >> 6] |= 1 << UInt64(node & 63) }
      pool.append(row)
    }
    return pool
  }
}
