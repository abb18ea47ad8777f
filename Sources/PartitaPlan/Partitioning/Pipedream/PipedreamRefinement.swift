/// Improves plans where the prefixes can't be listed: searches all prefixes of coarser graphs.
///
/// A coarser graph merges nodes along edges, by random weights and so that those near the borders of
/// the best plan are merged last, but never across such a border: so the best plan is always among
/// those of the coarser graph, with all that moves several borders by many nodes at once (a large
/// neighbourhood search; Shaw 1998).
struct PipedreamRefinement {
  let planner: PipedreamPlanner
  /// The random choices.
  let seed: UInt64

  private var model: PipedreamModel { planner.model }

  /// The best plan after a number of coarser graphs.
  func improve(_ start: Partition, rounds: Int, share: Double) -> Partition {
    var best = start
    var value = planner.value(start)
    var random = SeededRandom(seed: seed)
    // More devices take more sweeps over a lattice; they have to be smaller.
    let limit = max(10_000, min(100_000, 8_000_000 / (model.deviceLimit * model.deviceLimit)))
    var size = min(model.graph.count, 160)
    // The first graphs are merged without regard to the start, which may be far from good.
    for round in 0..<rounds where !planner.budget.isOver(share: share) {
      let isFree = round < 4
      let stages = isFree ? Array(repeating: 0, count: model.graph.count) : stageOfNode(best)
      let weights = weights(isFree ? nil : best, &random)
      let units = planner.units(
        below: value,
        merging: model.graph.coarsePairs(to: size, weights: weights, stages: stages))
      guard let lattice = PrefixLattice(units, limit: limit) else {
        size = max(8, size * 9 / 10)
        continue
      }
      if lattice.pool.count < limit / 2 { size = min(model.graph.count, size * 21 / 20 + 1) }
      let answer = planner.search(
        lattice, PipedreamFacts(lattice.pool, model), below: value, share: share)
      guard let partition = answer.partition else { continue }
      best = partition
      value = answer.value
    }
    return best
  }

  private func stageOfNode(_ partition: Partition) -> [Int] {
    var stages = Array(repeating: 0, count: model.graph.count)
    for (index, part) in partition.parts.enumerated() {
      for node in part.nodes { stages[node] = index }
    }
    return stages
  }

  /// A random weight for each node: near the borders of a plan more, so that they stay single.
  private func weights(_ partition: Partition?, _ random: inout SeededRandom) -> [Double] {
    let graph = model.graph
    let mean = model.costs.seconds.reduce(0, +) / Double(max(1, graph.count))
    var weights = model.costs.seconds.map { ($0 + mean) * (0.25 + random.unit()) }
    guard let partition else { return weights }
    let reach = 1 + Int(random.unit() * 12)
    let stages = stageOfNode(partition)
    var front = Set(
      graph.edges.flatMap { stages[$0.from] != stages[$0.to] ? [$0.from, $0.to] : [] })
    var near = front
    for _ in 0..<reach {
      let neighbors = front.flatMap { graph.successors[$0] + graph.predecessors[$0] }
      front = Set(neighbors).subtracting(near)
      near.formUnion(front)
    }
    for node in near { weights[node] *= 20 }
    return weights
  }
}
