internal import PartitaWorkload

/// Graphs of fewer units than a graph has nodes, for searches that can't list all prefixes.
struct Coarsening {
  let nodeCount: Int
  /// Who reads whom.
  let edges: [(from: Int, to: Int)]
  /// Nodes that no border may separate.
  let together: [(Int, Int)]

  /// The graph without further merging.
  var finest: UnitGraph { UnitGraph(nodeCount: nodeCount, edges: edges, together: together) }

  /// A graph of at most about so many units.
  ///
  /// Merges a unit with its only reader, or with the only unit that it reads, which never makes a
  /// cycle; those first that have the least weight together. Where no unit has an only neighbour,
  /// units that follow each other in a topological order merge, with all that lies between them.
  /// - Parameters:
  ///   - size: the number of units.
  ///   - weights: of each node; units should have about the same.
  ///   - stages: nodes of different stages stay apart; nil where there are no stages.
  func units(_ size: Int, weights: [Double], stages: [Int]?) -> UnitGraph {
    var pairs = together
    var units = finest
    while units.count > size {
      var merged = mergers(of: units, units.count - size, weights, stages, anyNeighbor: false)
      if merged.isEmpty {
        merged = mergers(of: units, units.count - size, weights, stages, anyNeighbor: true)
      }
      if merged.isEmpty { break }
      pairs += merged
      units = UnitGraph(nodeCount: nodeCount, edges: edges, together: pairs)
    }
    return units
  }

  private func mergers(
    of units: UnitGraph, _ excess: Int, _ weights: [Double], _ stages: [Int]?,
    anyNeighbor: Bool
  ) -> [(Int, Int)] {
    let sums = units.units.map { $0.reduce(0) { $0 + weights[$1] } }
    var candidates: [(weight: Double, from: Int, to: Int)] = []
    func add(_ from: Int, _ to: Int) {
      if let stages, stages[units.units[from][0]] != stages[units.units[to][0]] { return }
      candidates.append((sums[from] + sums[to], from, to))
    }
    for unit in 0..<units.count {
      if anyNeighbor {
        if unit + 1 < units.count { add(unit, unit + 1) }
        continue
      }
      for reader in units.successors[unit]
      where units.successors[unit].count == 1 || units.predecessors[reader].count == 1 {
        add(unit, reader)
      }
    }
    candidates.sort { ($0.weight, $0.from, $0.to) < ($1.weight, $1.from, $1.to) }
    var isTaken = Array(repeating: false, count: units.count)
    var left = min(excess, max(1, units.count / 8))
    var pairs: [(Int, Int)] = []
    for candidate in candidates where left > 0 {
      guard !isTaken[candidate.from], !isTaken[candidate.to] else { continue }
      isTaken[candidate.from] = true
      isTaken[candidate.to] = true
      pairs.append((units.units[candidate.from][0], units.units[candidate.to][0]))
      left -= 1
    }
    return pairs
  }
}

extension UnitGraph {
  /// Two topological orders: as the file has the nodes, and in depth.
  var orders: [[Int]] { [Array(0..<count), depthFirstOrder] }

  /// A topological order that follows a branch to its end before it begins another.
  private var depthFirstOrder: [Int] {
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
