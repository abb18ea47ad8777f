internal import PartitaWorkload

/// Contiguous plans for device placement.
struct ContiguousPlacement {
  let model: PlacementModel
  /// Ends the search.
  let meter: SearchMeter
  /// Nothing costs less.
  let bound: Double

  /// What the search found.
  struct Answer {
    var partition: Partition
    var value: Double
    /// The labels of all prefixes below the highest threshold that can't be met, where they could be
    /// listed.
    var proof: (threshold: Double, needs: [[PartitionCertificate.Need]])?
  }

  /// The best contiguous plan among all prefixes; nil where they are too many.
  ///
  /// - Parameter known: a plan that is there before the search.
  /// - Returns: a plan of nil where nothing fits.
  func best(than known: Partition?) -> Answer?? {
    guard let prefixes = PrefixPool.all(of: coarsening.finest, limit: 2_000, meter: meter) else {
      return nil
    }
    let table = PlacementTable(model, prefixes)
    let ceiling = known.map { ChainSearch.ceiling(above: value($0)) } ?? .infinity
    let found = ChainSearch.best(table, from: bound, below: ceiling, meter: meter, value: value)
    guard let best = found.partition ?? known else { return .some(nil) }
    var answer = Answer(partition: best, value: value(best))
    if let proof = found.proof {
      answer.partition = ChainLabels.tidiest(table, within: found.value, meter: meter) ?? best
      answer.value = value(answer.partition)
      answer.proof = (found.bound, proof.needs(of: table.pool.canonicalOrder()))
    }
    return answer
  }

  /// The best plan along two orders of the units, or the known one; nil where none fits.
  func alongOrders(than known: Partition?) -> Partition? {
    let finest = coarsening.finest
    // Pairs of prefixes are looked at output by output.
    let most = max(24, min(800, 8_000_000 / max(1, model.graph.count)))
    return OrderSearch(graph: finest, most: most, meter: meter).best(than: known) { pool, known in
      ChainSearch.best(
        PlacementTable(model, pool), from: bound, below: known.map(value) ?? .infinity,
        closeness: 0.002, meter: meter, value: value
      ).partition
    }
  }

  /// A better plan by searching coarser graphs.
  func refined(_ start: Partition) -> Partition {
    let coarsening = coarsening
    guard coarsening.finest.count <= 5_000 else { return start }
    let refinement = ChainRefinement(
      coarsening: coarsening, work: (0..<model.graph.count).map(model.leastMilliseconds), size: 120,
      meter: meter)
    return refinement.improve(start, rounds: .max, seed: 1) { units, best in
      guard let prefixes = PrefixPool.all(of: units, limit: 600, meter: meter) else {
        return .tooLarge
      }
      let table = PlacementTable(model, prefixes)
      meter.spend(prefixes.count * model.graph.count)
      let better = ChainSearch.better(
        table, than: value(best), from: bound, meter: meter, value: value)
      return prefixes.count < 300 ? .small(better) : .fitting(better)
    }
  }

  /// Some plan; nil where nothing fits among a few prefixes.
  var anything: Partition? {
    let table = PlacementTable(model, .some(of: coarsening.finest, limit: 300, meter: meter))
    return ChainLabels(table, below: .infinity, meter: meter).partition(table)
  }

  func value(_ partition: Partition) -> Double {
    (try? model.value(of: partition)) ?? .infinity
  }

  /// Colour classes merged; in graphs with a backward pass only edges between forward nodes count.
  var coarsening: Coarsening {
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
