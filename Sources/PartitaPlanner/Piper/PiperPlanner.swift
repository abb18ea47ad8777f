internal import PartitaWorkload

/// Plans for Piper's cost model.
struct PiperPlanner {
  let model: PiperModel
  let budget: SearchBudget

  /// No plan costs less than an even share of all device time, each node in its cheapest variant.
  var workBound: Double { model.leastDeviceSeconds.reduce(0, +) / Double(model.deviceLimit) }

  func plan() throws(WorkloadError) -> PartitionResult {
    let finest = coarsening.finest
    if let prefixes = PrefixPool.all(of: finest, limit: 2_000) {
      let table = PiperTable(model, prefixes)
      let answer = search(table, below: .infinity)
      guard let best = answer.partition else { throw refusal }
      if let proof = answer.proof {
        return result(
          ChainLabels.tidiest(table, within: answer.value) ?? best, answer.bound,
          .labels(
            threshold: answer.bound, needs: proof.needs(of: table.pool.canonicalOrder())))
      }
      return unproved(best)
    }
    let pool = PrefixPool.along(finest.orders, of: finest)
    guard let start = search(PiperTable(model, pool), below: .infinity).partition else {
      throw refusal
    }
    let refinement = ChainRefinement(
      coarsening: coarsening, work: model.leastDeviceSeconds, size: 60,
      isOver: { budget.isOver(share: 0.8) })
    let best = refinement.improve(start, rounds: Int(min(budget.seconds, 600) * 10), seed: 1) {
      units, best in
      guard let prefixes = PrefixPool.all(of: units, limit: 300) else { return .tooLarge }
      let better = search(PiperTable(model, prefixes), below: value(best)).partition
      return prefixes.count < 150 ? .small(better) : .fitting(better)
    }
    return unproved(best)
  }

  private var coarsening: Coarsening {
    Coarsening(
      nodeCount: model.graph.count, edges: model.graph.edges.map { ($0.from, $0.to) }, together: [])
  }

  private func search(_ table: PiperTable, below known: Double) -> ChainSearch.Answer<ChainLabels> {
    ChainSearch.best(
      table, from: workBound, below: known, isOver: { budget.isOver(share: 0.9) }, value: value)
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
  private var refusal: WorkloadError {
    let graph = coarsening.finest
    let prefixes = PrefixPool.some(of: graph, limit: 100)
    return SmallestNeeds(
      partition: { devices, memory in
        var model = model
        model.deviceLimit = devices
        model.memory = memory
        if model.replicaLimit > 1 { model.replicaLimit = min(devices, model.microbatches) }
        let table = PiperTable(model, prefixes)
        return ChainLabels(table, below: .infinity).partition(table)
      }, bytes: { model.bytes(of: $0).max() ?? 0 }
    ).refusal(devices: model.deviceLimit, memory: model.memory)
  }
}
