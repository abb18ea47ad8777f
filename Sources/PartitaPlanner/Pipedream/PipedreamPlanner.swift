internal import PartitaWorkload

/// Plans for PipeDream's cost model.
///
/// Where the prefixes of the graph can be listed, the best plan is found and proved. Elsewhere coarser
/// graphs are searched, finer and finer around the borders, and the bound is the even share of work.
struct PipedreamPlanner {
  /// Larger graphs are planned along orders of their nodes alone.
  static let mostUnits = 5_000

  let model: PipedreamModel
  let budget: SearchBudget
  /// A plan that is there before the search.
  let known: Partition?

  /// No plan costs less than an even share of all work.
  var workBound: Double {
    model.costs.seconds.reduce(0, +) / Double(model.deviceLimit)
  }

  func plan() throws(WorkloadError) -> PartitionResult {
    let finest = coarsening(below: .infinity).finest
    let orders = planAlongOrders(finest)
    if model.memory < .infinity { return try planInMemory(orders) }
    guard var start = orders else { throw refusal() }
    // Few prefixes have fewer pairs than many devices take sweeps.
    let few = min(4_000, 2 * model.deviceLimit * model.deviceLimit)
    let units = units(below: start)
    let meter = meter(until: 0.9)
    if let result = proved(start, PrefixPool.all(of: units, limit: few, meter: meter)) {
      return result
    }
    if let lattice = PrefixLattice(units, limit: 10_000, meter: meter) {
      return proved(start, lattice)
    }
    guard units.count <= Self.mostUnits else { return unproved(start) }
    // A better start makes the lattice smaller, and the bisection shorter.
    start = improve(start, rounds: 24, meter: self.meter(until: 0.3, looks: 0.2))
    var lattice = PrefixLattice(self.units(below: start), limit: 400_000, meter: meter)
    if let large = lattice, !isQuick(large) {
      // The clock may well end the proof: before it comes a plan that doesn't depend on that.
      start = improve(start, meter: self.meter(until: 0.5, looks: 0.3))
      lattice = PrefixLattice(self.units(below: start), limit: 400_000, meter: meter)
    }
    if let lattice { return proved(start, lattice) }
    return unproved(improve(start, meter: self.meter(until: 0.8, looks: 0.6)))
  }

  /// Whether a bisection of about eight thresholds should come to its end in the time that there is.
  private func isQuick(_ lattice: PrefixLattice) -> Bool {
    let sweeps = model.deviceLimit * (model.deviceLimit + 1) / 2
    let looks = Double(8 * sweeps) * Double(lattice.pool.count + lattice.covers.count)
    return looks < 4 * Double(budget.looks(share: 1))
  }

  /// Plans where devices have a limit of memory.
  private func planInMemory(_ start: Partition?) throws(WorkloadError) -> PartitionResult {
    let units = units(below: start)
    let pool = PrefixPool.all(of: units, limit: 10_000, meter: meter(until: 0.9))
    if let result = proved(start, pool) { return result }
    guard let start else { throw refusal(isExhaustive: pool != nil && !meter(until: 0.9).isLate) }
    guard units.count <= Self.mostUnits else { return unproved(start) }
    return unproved(improve(start, meter: meter(until: 0.8, looks: 0.8)))
  }

  /// A phase that ends when a share of the time is over, or after a share of the looks.
  func meter(until share: Double, looks: Double? = nil) -> SearchMeter {
    SearchMeter(budget, until: share, looks: looks.map(budget.looks) ?? .max)
  }

  /// Searches coarser graphs.
  private func improve(
    _ start: Partition, rounds: Int = .max, meter: SearchMeter
  ) -> Partition {
    // More devices take more sweeps over a lattice, so they get a smaller one.
    let limit = max(10_000, min(100_000, 8_000_000 / (model.deviceLimit * model.deviceLimit)))
    let refinement = ChainRefinement(
      coarsening: coarsening(below: ceiling(above: start)),
      work: model.costs.seconds, size: 160, meter: meter)
    return refinement.improve(start, rounds: rounds, seed: 1) { units, best in
      if model.memory < .infinity {
        guard let prefixes = PrefixPool.all(of: units, limit: 1_500, meter: meter) else {
          return .tooLarge
        }
        let better = PipedreamTable(model, prefixes, meter: meter).flatMap {
          ChainSearch.better($0, than: value(best), from: workBound, meter: meter, value: value)
        }
        return prefixes.count < 750 ? .small(better) : .fitting(better)
      }
      guard let lattice = PrefixLattice(units, limit: limit, meter: meter) else { return .tooLarge }
      meter.spend(lattice.pool.count * (units.count + model.graph.count) / 4)
      let better = PipedreamFacts(lattice.pool, model, meter: meter).flatMap { facts in
        ChainSearch.better(
          than: value(best), from: workBound, meter: meter, value: value,
          attempt: { attempt(lattice, facts, below: $0, meter) })
      }
      return lattice.pool.count < limit / 2 ? .small(better) : .fitting(better)
    }
  }

  /// The best plan along a few orders of the nodes, or the known one; nil where none fits into memory.
  private func planAlongOrders(_ graph: UnitGraph) -> Partition? {
    let meter = meter(until: 0.5)
    return OrderSearch(graph: graph, most: 1_500, meter: meter).best(than: known) { pool, known in
      guard let table = PipedreamTable(model, pool, meter: meter) else { return nil }
      return ChainSearch.best(
        table, from: workBound, below: known.map { value($0) } ?? .infinity, closeness: 0.02,
        meter: meter, value: value
      ).partition
    }
  }

  /// The value that a better plan than a known one is below, give or take the tolerance.
  func ceiling(above known: Partition?) -> Double {
    known.map { ChainSearch.ceiling(above: value($0)) } ?? .infinity
  }

  func value(_ partition: Partition) -> Double { (try? model.value(of: partition)) ?? .infinity }

  func attempt(
    _ lattice: PrefixLattice, _ facts: PipedreamFacts, below threshold: Double,
    _ meter: SearchMeter
  ) -> (Partition?, LatticeLabels) {
    let labels = LatticeLabels(lattice, facts, model, below: threshold, meter: meter)
    return (labels.partition, labels)
  }

  /// The graph without borders that no better plan than a known one can have.
  private func units(below known: Partition?) -> UnitGraph {
    coarsening(below: ceiling(above: known)).finest
  }
}
