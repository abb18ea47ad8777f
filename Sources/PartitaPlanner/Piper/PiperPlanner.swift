internal import PartitaWorkload

/// Plans for Piper's cost model.
struct PiperPlanner {
  /// The most prefixes of which all pairs are looked at.
  private static let mostPrefixes = 2_000

  let model: PiperModel
  let budget: SearchBudget
  /// A plan that is there before the search.
  let known: Partition?

  /// No plan costs less than an even share of all device time, each node in its cheapest variant.
  var workBound: Double { model.leastDeviceSeconds.reduce(0, +) / Double(model.deviceLimit) }

  func plan() throws(WorkloadError) -> PartitionResult {
    let finest = coarsening.finest
    let costs = PiperStageCosts(model)
    let meter = meter(until: 0.9)
    if let prefixes = PrefixPool.all(of: finest, limit: Self.mostPrefixes, meter: meter) {
      let table = PiperTable(model, costs, prefixes)
      // Many pairs take long to prove, and the less the better a plan there is.
      var start = known
      if prefixes.count > 200, let along = planAlongOrders(finest, costs) {
        start = improve(along, costs, meter: self.meter(until: 0.5, looks: 0.2))
      }
      let ceiling = start.map { ChainSearch.ceiling(above: value($0)) } ?? .infinity
      let answer = ChainSearch.best(
        table, from: workBound, below: ceiling, meter: meter, value: value)
      guard let best = answer.partition ?? start else {
        throw refusal(isExhaustive: !meter.isLate)
      }
      guard let proof = answer.proof else { return unproved(best) }
      let tidiest = ChainLabels.tidiest(
        table, within: answer.value, meter: self.meter(until: 0.97))
      return result(
        tidiest ?? best, answer.bound,
        .labels(threshold: answer.bound, needs: proof.needs(of: table.pool.canonicalOrder())))
    }
    guard let start = planAlongOrders(finest, costs) else { throw refusal() }
    guard finest.count <= Self.mostPrefixes else { return unproved(start) }
    return unproved(improve(start, costs, meter: self.meter(until: 0.9, looks: 0.7)))
  }

  /// A phase that ends when a share of the time is over, or after a share of the looks.
  private func meter(until share: Double, looks: Double? = nil) -> SearchMeter {
    SearchMeter(budget, until: share, looks: looks.map(budget.looks) ?? .max)
  }

  /// The best plan along two orders of the nodes, or the known one; nil where none fits.
  private func planAlongOrders(_ graph: UnitGraph, _ costs: PiperStageCosts) -> Partition? {
    let meter = meter(until: 0.3, looks: 0.2)
    // A stage is as many nodes to look at as it has.
    let most = max(16, min(400, 4_000_000 / max(1, graph.nodeCount * costs.degrees.count)))
    return OrderSearch(graph: graph, most: most, meter: meter).best(than: known) { pool, known in
      ChainSearch.best(
        PiperTable(model, costs, pool), from: workBound,
        below: known.map { value($0) } ?? .infinity, closeness: 0.002, meter: meter, value: value
      ).partition
    }
  }

  /// Searches coarser graphs.
  private func improve(
    _ start: Partition, _ costs: PiperStageCosts, meter: SearchMeter
  ) -> Partition {
    let refinement = ChainRefinement(
      coarsening: coarsening, work: model.leastDeviceSeconds, size: 60, meter: meter)
    return refinement.improve(start, rounds: .max, seed: 1) { units, best in
      guard let prefixes = PrefixPool.all(of: units, limit: 300, meter: meter) else {
        return .tooLarge
      }
      let better = ChainSearch.better(
        PiperTable(model, costs, prefixes), than: value(best), from: workBound, meter: meter,
        value: value)
      return prefixes.count < 150 ? .small(better) : .fitting(better)
    }
  }

  private var coarsening: Coarsening {
    Coarsening(
      nodeCount: model.graph.count, edges: model.graph.edges.map { ($0.from, $0.to) }, together: [])
  }

  private func value(_ partition: Partition) -> Double {
    (try? model.value(of: partition)) ?? .infinity
  }

  private func unproved(_ partition: Partition) -> PartitionResult {
    result(partition, workBound, .relaxation(formula: "work", multipliers: [:]))
  }

  private func result(
    _ partition: Partition, _ bound: Double, _ certificate: PartitionCertificate
  ) -> PartitionResult {
    PartitionResult(
      partition: partition, value: value(partition), lowerBound: bound,
      partitionClass: .contiguous, certificate: certificate)
  }

  /// Why nothing fits, and what would.
  private func refusal(isExhaustive: Bool = false) -> WorkloadError {
    let graph = coarsening.finest
    let meter = meter(until: 1)
    let all = PrefixPool.all(of: graph, limit: 100, meter: meter)
    let prefixes = all ?? .along(graph.orders, of: graph, most: 50)
    let costs = PiperStageCosts(model)
    return SmallestNeeds(
      isExhaustive: isExhaustive || all != nil && !meter.isLate, meter: meter,
      partition: { devices, memory in
        var model = model
        model.deviceLimit = devices
        model.memory = memory
        if model.replicaLimit > 1 { model.replicaLimit = min(devices, model.microbatches) }
        let table = PiperTable(model, costs, prefixes)
        return ChainLabels(table, below: .infinity, meter: meter).partition(table)
      }, bytes: { model.bytes(of: $0).max() ?? 0 }
    ).refusal(devices: model.deviceLimit, memory: model.memory)
  }
}
