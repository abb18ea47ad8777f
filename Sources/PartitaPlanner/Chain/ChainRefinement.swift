internal import PartitaGraph
internal import PartitaWorkload

/// Improves chains of stages where the prefixes can't be listed: searches all prefixes of coarser
/// graphs.
///
/// A coarser graph merges nodes along edges, by random weights and so that those near the borders of
/// the best plan are merged last, but never across such a border: so the best plan is always among
/// those of the coarser graph, with all that moves several borders by many nodes at once (a large
/// neighbourhood search; Shaw, "Using constraint programming and local search methods to solve vehicle
/// routing problems", 1998).
struct ChainRefinement {
  let coarsening: Coarsening
  /// About what each node costs.
  let work: [Double]
  /// The units to begin with; graphs that prove too large for `solve` are followed by smaller ones.
  let size: Int
  /// Ends the search.
  let meter: SearchMeter

  /// What the search of a coarser graph gave.
  enum Outcome {
    /// There are too many prefixes.
    case tooLarge
    /// The search took less than it might.
    case small(Partition?)
    /// About as much.
    case fitting(Partition?)
  }

  /// The best plan after a number of coarser graphs.
  ///
  /// - Parameter solve: the best plan of a graph that is better than a known one; nil if there is none.
  func improve(
    _ start: Partition, rounds: Int, seed: UInt64, solve: (UnitGraph, Partition) -> Outcome
  ) -> Partition {
    var best = start
    var random = SplitMix64(seed: seed)
    let finest = coarsening.finest.count
    var size = min(finest, size)
    var round = 0
    while round < rounds, !meter.isOver {
      defer { round += 1 }
      // The first graphs are merged without regard to the start, which may be far from good.
      let stages = round < 4 ? nil : stageOfNode(best)
      let weights = weights(stages, &random)
      let units = coarsening.units(size, weights: weights, stages: stages)
      meter.spend(4 * (coarsening.nodeCount + coarsening.edges.count))
      switch solve(units, best) {
      case .tooLarge: size = max(8, min(size, units.count) * 9 / 10)
      case .small(let better):
        best = better ?? best
        // Of the graph itself nothing is left to find.
        if units.count == finest { return best }
        size = min(finest, size * 21 / 20 + 1)
      case .fitting(let better):
        best = better ?? best
        if units.count == finest { return best }
      }
    }
    return best
  }

  private func stageOfNode(_ partition: Partition) -> [Int] {
    var stages = Array(repeating: 0, count: coarsening.nodeCount)
    for (index, part) in partition.parts.enumerated() {
      for node in part.nodes { stages[node] = index }
    }
    return stages
  }

  /// A random weight for each node: near the borders of a plan more, so that they stay single.
  private func weights(_ stages: [Int]?, _ random: inout SplitMix64) -> [Double] {
    let mean = work.reduce(0, +) / Double(max(1, work.count))
    var weights = work.map { ($0 + mean) * (0.25 + random.unit()) }
    guard let stages else { return weights }
    let reach = 1 + Int(random.unit() * 12)
    var isNear = Array(repeating: false, count: work.count)
    for (from, to) in coarsening.edges where stages[from] != stages[to] {
      isNear[from] = true
      isNear[to] = true
    }
    for _ in 0..<reach {
      let before = isNear
      for (from, to) in coarsening.edges where before[from] != before[to] {
        isNear[from] = true
        isNear[to] = true
      }
    }
    for node in isNear.indices where isNear[node] { weights[node] *= 20 }
    return weights
  }
}
