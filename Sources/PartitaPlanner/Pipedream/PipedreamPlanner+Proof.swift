internal import PartitaWorkload

extension PipedreamPlanner {
  /// The best plan with its proof by pairs of prefixes; nil where they are too many, or time is up.
  func proved(_ start: Partition?, _ prefixes: PrefixPool?) -> PartitionResult? {
    let meter = meter(until: 0.9)
    let ceiling = ceiling(above: start)
    guard let prefixes,
      let table = PipedreamTable(model, prefixes, below: ceiling, meter: meter)
    else { return nil }
    let answer = ChainSearch.best(
      table, from: workBound, below: ceiling, meter: meter, value: value)
    guard let proof = answer.proof, let best = answer.partition ?? start else { return nil }
    let rows = table.pool.canonicalOrder().filter {
      $0 == 0 || $0 == table.pool.count - 1 || table.isBorder($0, below: answer.bound)
    }
    let tidiest = ChainLabels.tidiest(
      table, within: answer.value, meter: self.meter(until: 0.97))
    return result(
      tidiest ?? best, bound: answer.bound,
      .labels(threshold: answer.bound, needs: proof.needs(of: rows)))
  }

  /// The best plan with its proof by all prefixes of a lattice.
  func proved(_ start: Partition, _ lattice: PrefixLattice) -> PartitionResult {
    // Writing down many labels takes time, too.
    let meter = meter(until: lattice.pool.count > 50_000 ? 0.78 : 0.9)
    guard let facts = PipedreamFacts(lattice.pool, model, meter: meter) else {
      return unproved(start)
    }
    let answer = ChainSearch.best(
      from: workBound, below: ceiling(above: start), meter: meter, value: value,
      attempt: { attempt(lattice, facts, below: $0, meter) })
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
    let ceiling = ceiling(above: best)
    let close = (0..<lattice.pool.count).filter {
      $0 == 0 || $0 == lattice.pool.count - 1
        || model.allowsBorder(carrying: facts.cut[$0], below: ceiling)
    }
    return result(
      tidied(best, close.count <= 6_000 ? lattice.pool.picking(close) : nil), bound: answer.bound,
      .labels(threshold: answer.bound, needs: needs))
  }

  /// A plan that costs no more on the fewest devices.
  private func fewestDevices(
    _ partition: Partition, _ lattice: PrefixLattice, _ facts: PipedreamFacts
  ) -> Partition {
    let (other, _) = attempt(
      lattice, facts, below: ceiling(above: partition), meter(until: 0.92))
    guard let other, value(other) <= ceiling(above: partition) else { return partition }
    return other
  }

  /// Of the plans that cost no more, the one with the fewest devices, then stages: among all prefixes
  /// where they are few, else among the plan's own borders.
  private func tidied(_ partition: Partition, _ prefixes: PrefixPool? = nil) -> Partition {
    let value = value(partition)
    let ceiling = ceiling(above: partition)
    let meter = meter(until: 0.97)
    let pools = [prefixes, .borders(of: partition, nodeCount: model.graph.count)]
    for case let pool? in pools {
      if let table = PipedreamTable(model, pool, below: ceiling, meter: meter),
        let tidiest = ChainLabels.tidiest(table, within: value, meter: meter)
      {
        return tidiest
      }
    }
    return partition
  }

  private func result(
    _ partition: Partition, bound: Double, _ certificate: PartitionCertificate
  ) -> PartitionResult {
    PartitionResult(
      partition: partition, value: value(partition), lowerBound: bound,
      partitionClass: .contiguous, certificate: certificate)
  }

  /// A plan with the bound that needs no search.
  func unproved(_ partition: Partition) -> PartitionResult {
    result(tidied(partition), bound: workBound, .relaxation(formula: "work", multipliers: [:]))
  }
}
