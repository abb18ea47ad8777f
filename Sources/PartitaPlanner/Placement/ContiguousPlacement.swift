internal import PartitaWorkload

/// Contiguous plans for device placement.
struct ContiguousPlacement {
  let model: PlacementModel
  let budget: SearchBudget

  /// What the search found.
  struct Answer {
    var partition: Partition
    var value: Double
    /// The labels of all prefixes below the highest threshold that can't be met, where they could be
    /// listed.
    var proof: (threshold: Double, needs: [[PartitionCertificate.Need]])?
  }

  /// The best contiguous plan; nil where nothing fits.
  ///
  /// - Parameters:
  ///   - bound: nothing costs less.
  ///   - share: the share of the budget that may be over when the search ends.
  func best(from bound: Double, share: Double) -> Answer? {
    let finest = coarsening.finest
    if let prefixes = PrefixPool.all(of: finest, limit: 2_000) {
      let table = PlacementTable(model, prefixes)
      let found = search(table, from: bound, below: .infinity, share: share)
      guard let best = found.partition else { return nil }
      var answer = Answer(partition: best, value: found.value)
      if let proof = found.proof {
        answer.partition = ChainLabels.tidiest(table, within: found.value) ?? best
        answer.proof = (found.bound, proof.needs(of: table.pool.canonicalOrder()))
      }
      return answer
    }
    let starts = finest.orders.compactMap {
      search(
        PlacementTable(model, .along([$0], of: finest)), from: bound, below: .infinity, share: share
      ).partition
    }
    guard let start = starts.min(by: { value($0) < value($1) }) else { return nil }
    let refinement = ChainRefinement(
      coarsening: coarsening, work: (0..<model.graph.count).map(model.leastMilliseconds), size: 120,
      isOver: { budget.isOver(share: share) })
    let rounds = Int(min(budget.seconds, 600) * 10)
    let best = refinement.improve(start, rounds: rounds, seed: 1) { units, best in
      guard let prefixes = PrefixPool.all(of: units, limit: 600) else { return .tooLarge }
      let table = PlacementTable(model, prefixes)
      let better = search(table, from: bound, below: value(best), share: share).partition
      return prefixes.count < 300 ? .small(better) : .fitting(better)
    }
    return Answer(partition: best, value: value(best))
  }

  /// Some plan; nil where nothing fits among a few prefixes.
  var anything: Partition? {
    let finest = coarsening.finest
    let prefixes = PrefixPool.some(of: finest, limit: 300)
    let table = PlacementTable(model, prefixes)
    return ChainLabels(table, below: .infinity).partition(table)
  }

  private func search(
    _ table: PlacementTable, from bound: Double, below known: Double, share: Double
  ) -> ChainSearch.Answer<ChainLabels> {
    ChainSearch.best(
      table, from: bound, below: known, isOver: { budget.isOver(share: share) }, value: value)
  }

  private func value(_ partition: Partition) -> Double {
    (try? model.value(of: partition)) ?? .infinity
  }

  /// Colour classes merged; in graphs with a backward pass only edges between forward nodes count.
  private var coarsening: Coarsening {
    let costs = model.costs
    var first: [Int: Int] = [:]
    var together: [(Int, Int)] = []
    for (node, color) in costs.colorClass.enumerated() {
      guard let color else { continue }
      if let other = first[color] { together.append((other, node)) } else { first[color] = node }
    }
    let edges = model.graph.edges.filter {
      !costs.isBackward[$0.from] && !costs.isBackward[$0.to]
    }.map { ($0.from, $0.to) }
    return Coarsening(nodeCount: model.graph.count, edges: edges, together: together)
  }
}
