internal import PartitaWorkload

/// Plans for PipeDream's cost model.
///
/// Where the prefixes of the graph can be listed, the best plan is found and proved. Elsewhere coarser
/// graphs are searched, finer and finer around the borders, and the bound is the even share of work.
struct PipedreamPlanner {
  let model: PipedreamModel
  let budget: SearchBudget

  /// No plan costs less than an even share of all work.
  var workBound: Double {
    model.costs.seconds.reduce(0, +) / Double(model.deviceLimit)
  }

  func plan() throws(WorkloadError) -> PartitionResult {
    let orders = planAlongOrders()
    if model.memory < .infinity {
      if let result = proved(orders, PrefixPool.all(of: units(below: orders), limit: 10_000)) {
        return result
      }
      guard let orders else { throw refusal }
      return unproved(improve(orders, rounds: 1_000, share: 0.8))
    }
    guard var start = orders else { throw refusal }
    // Few prefixes have fewer pairs than many devices take sweeps.
    let few = min(4_000, 2 * model.deviceLimit * model.deviceLimit)
    if let result = proved(start, PrefixPool.all(of: units(below: start), limit: few)) {
      return result
    }
    if let lattice = PrefixLattice(units(below: start), limit: 10_000) {
      return proved(start, lattice)
    }
    // A better start makes the lattice smaller, and the bisection shorter.
    start = improve(start, rounds: 24, share: 0.3)
    if let lattice = PrefixLattice(units(below: start), limit: 400_000) {
      return proved(start, lattice)
    }
    return unproved(improve(start, rounds: Int(min(budget.seconds, 600) * 100), share: 0.8))
  }

  /// Searches coarser graphs.
  private func improve(_ start: Partition, rounds: Int, share: Double) -> Partition {
    // More devices take more sweeps over a lattice, so they get a smaller one.
    let limit = max(10_000, min(100_000, 8_000_000 / (model.deviceLimit * model.deviceLimit)))
    let refinement = ChainRefinement(
      coarsening: coarsening(below: ceiling(above: start)),
      work: model.costs.seconds, size: 160, isOver: { budget.isOver(share: share) })
    return refinement.improve(start, rounds: rounds, seed: 1) { units, best in
      if model.memory < .infinity {
        guard let prefixes = PrefixPool.all(of: units, limit: 1_500) else { return .tooLarge }
        let table = PipedreamTable(model, prefixes)
        let better = search(table, from: workBound, below: value(best)).partition
        return prefixes.count < 750 ? .small(better) : .fitting(better)
      }
      guard let lattice = PrefixLattice(units, limit: limit) else { return .tooLarge }
      let facts = PipedreamFacts(lattice.pool, model)
      let better = search(lattice, facts, below: value(best), share: share).partition
      return lattice.pool.count < limit / 2 ? .small(better) : .fitting(better)
    }
  }

  /// The best plan along a few orders of the nodes; nil where none fits into memory.
  private func planAlongOrders() -> Partition? {
    let graph = coarsening(below: .infinity).finest
    let pool = PrefixPool.along(graph.orders, of: graph)
    let table = PipedreamTable(model, pool)
    return search(table, from: workBound, below: .infinity, closeness: 0.02).partition
  }

  /// The value that a better plan than a known one is below, give or take the tolerance.
  private func ceiling(above known: Partition?) -> Double {
    known.map { value($0) * (1 + 2 * ChainSearch.tolerance) } ?? .infinity
  }

  func value(_ partition: Partition) -> Double { (try? model.value(of: partition)) ?? .infinity }

  /// The best plan among all pairs of prefixes of a table.
  private func search(
    _ table: PipedreamTable, from bound: Double, below known: Double, closeness: Double = 0
  ) -> ChainSearch.Answer<ChainLabels> {
    ChainSearch.best(
      table, from: bound, below: known, closeness: closeness,
      isOver: { budget.isOver(share: 0.9) }, value: value)
  }

  /// The best plan with its proof by pairs of prefixes; nil where they are too many, or time is up.
  private func proved(_ start: Partition?, _ prefixes: PrefixPool?) -> PartitionResult? {
    guard let prefixes else { return nil }
    let ceiling = ceiling(above: start)
    let table = PipedreamTable(model, prefixes, below: ceiling)
    let answer = search(table, from: workBound, below: ceiling)
    guard let proof = answer.proof, let best = answer.partition ?? start else { return nil }
    let rows = borders(table, below: answer.bound)
    return result(
      ChainLabels.tidiest(table, within: answer.value) ?? best, bound: answer.bound,
      .labels(threshold: answer.bound, needs: proof.needs(of: rows)))
  }

  /// The best plan with its proof by all prefixes of a lattice.
  private func proved(_ start: Partition, _ lattice: PrefixLattice) -> PartitionResult {
    let facts = PipedreamFacts(lattice.pool, model)
    // Writing down many labels takes time, too.
    let share = lattice.pool.count > 50_000 ? 0.78 : 0.9
    let answer = search(lattice, facts, below: ceiling(above: start), share: share)
    let best = fewestDevices(answer.partition ?? start, lattice, facts)
    guard let proof = answer.proof else { return unproved(best) }
    let rows = lattice.pool.canonicalOrder().filter {
      $0 == 0 || $0 == lattice.pool.count - 1
        || model.allowsBorder(carrying: facts.cut[$0], below: answer.bound)
    }
    let needs = rows.map { row -> [PartitionCertificate.Need] in
      let devices = proof.devices[row]
      guard devices != LatticeLabels.none else { return [] }
      return [.init(devices: Int(devices), others: Int(devices))]
    }
    return result(
      tidied(best, lattice.pool), bound: answer.bound,
      .labels(threshold: answer.bound, needs: needs))
  }

  /// The best plan among the prefixes of a lattice.
  func search(
    _ lattice: PrefixLattice, _ facts: PipedreamFacts, below known: Double,
    share: Double = 0.9
  ) -> ChainSearch.Answer<LatticeLabels> {
    func isOver() -> Bool { budget.isOver(share: share) }
    func attempt(_ threshold: Double) -> (Partition?, LatticeLabels) {
      let labels = LatticeLabels(lattice, facts, model, below: threshold, isOver: isOver)
      return (labels.partition, labels)
    }
    return ChainSearch.best(
      from: workBound, below: known, isOver: isOver, value: value, attempt: attempt)
  }

  /// A plan that costs no more on the fewest devices.
  private func fewestDevices(
    _ partition: Partition, _ lattice: PrefixLattice, _ facts: PipedreamFacts
  ) -> Partition {
    let labels = LatticeLabels(lattice, facts, model, below: ceiling(above: partition)) {
      budget.isOver(share: 0.85)
    }
    guard let other = labels.partition, value(other) <= ceiling(above: partition) else {
      return partition
    }
    return other
  }

  private func borders(_ table: PipedreamTable, below threshold: Double) -> [Int] {
    table.pool.canonicalOrder().filter {
      $0 == 0 || $0 == table.pool.count - 1 || table.isBorder($0, below: threshold)
    }
  }

  /// Of the plans that cost no more, the one with the fewest devices, then stages: among all prefixes
  /// where they are few, else among the plan's own borders.
  func tidied(_ partition: Partition, _ prefixes: PrefixPool? = nil) -> Partition {
    let value = value(partition)
    let ceiling = ceiling(above: partition)
    if let prefixes {
      let table = PipedreamTable(model, prefixes, below: ceiling)
      if table.pool.count <= 6_000 {
        return ChainLabels.tidiest(table, within: value) ?? partition
      }
    }
    let own = PipedreamTable(
      model, PrefixPool.borders(of: partition, nodeCount: model.graph.count), below: ceiling)
    return ChainLabels.tidiest(own, within: value) ?? partition
  }

  func result(
    _ partition: Partition, bound: Double, _ certificate: PartitionCertificate
  ) -> PartitionResult {
    PartitionResult(
      partition: partition, value: value(partition), lowerBound: bound,
      partitionClass: .contiguous, certificate: certificate)
  }

  /// A plan with the bound that needs no search.
  private func unproved(_ partition: Partition) -> PartitionResult {
    result(tidied(partition), bound: workBound, .relaxation(formula: "work", multipliers: [:]))
  }

  /// The graph without borders that no better plan than a known one can have.
  private func units(below known: Partition?) -> UnitGraph {
    coarsening(below: ceiling(above: known)).finest
  }

  /// Coarser graphs, all without borders that no stage below a value can have.
  func coarsening(below threshold: Double) -> Coarsening {
    let graph = model.graph
    var together = idlePairs
    for (node, bytes) in model.costs.activationBytes.enumerated() {
      let readers = graph.successors[node]
      guard !readers.isEmpty, !model.allowsBorder(carrying: bytes, below: threshold) else {
        continue
      }
      for reader in readers { together.append((node, reader)) }
    }
    return Coarsening(
      nodeCount: graph.count, edges: graph.edges.map { ($0.from, $0.to) }, together: together)
  }

  /// Nodes that cost nothing and that nobody reads, each with the node that it alone reads: in no plan
  /// is it better to part them.
  private var idlePairs: [(Int, Int)] {
    guard model.memory == .infinity else { return [] }
    let graph = model.graph
    return (0..<graph.count).compactMap { node in
      guard graph.successors[node].isEmpty, graph.predecessors[node].count == 1,
        model.costs.seconds[node] == 0, model.costs.parameterBytes[node] == 0
      else { return nil }
      return (graph.predecessors[node][0], node)
    }
  }
}
