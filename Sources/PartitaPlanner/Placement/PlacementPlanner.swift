internal import PartitaWorkload

/// Plans for device placement.
struct PlacementPlanner {
  let model: PlacementModel
  let budget: SearchBudget
  /// Plans that are there before the search, the best one first.
  let known: [Partition]

  func plan() throws(WorkloadError) -> PartitionResult {
    if !model.isContiguous, let result = try enumerated() { return result }
    let relaxation = PlacementRelaxation(model)
    if model.isContiguous { return try planContiguous(relaxation) }
    let contiguous = contiguousStart(relaxation)
    let found = PlacementSearch(model).improve(
      from: known + [contiguous].compactMap { $0 }, seed: 1,
      meter: meter(until: 0.95, looks: 0.75))
    let best = ([found, contiguous] + known).compactMap { $0 }.min { value($0) < value($1) }
    guard let best else { throw refusal() }
    return PartitionResult(
      partition: best, value: value(best), lowerBound: relaxation.bound,
      partitionClass: .any, certificate: relaxation.certificate)
  }

  private func planContiguous(
    _ relaxation: PlacementRelaxation
  ) throws(WorkloadError) -> PartitionResult {
    let exact = contiguous(relaxation, meter(until: 0.85))
    if let answer = exact.best(than: known.first) {
      guard let answer else { throw refusal(isExhaustive: !meter(until: 0.85).isLate) }
      return result(answer, relaxation)
    }
    let along = contiguous(relaxation, meter(until: 0.4, looks: 0.15)).alongOrders(
      than: known.first)
    guard let along else { throw refusal() }
    let refined = contiguous(relaxation, meter(until: 0.7, looks: 0.3)).refined(along)
    let best =
      ContiguousAnnealing(model).improve(refined, seed: 1, meter: meter(until: 0.95, looks: 0.4))
      ?? refined
    return result(.init(partition: best, value: value(best)), relaxation)
  }

  /// A contiguous plan to begin with, where any will do; nil where none was found.
  private func contiguousStart(_ relaxation: PlacementRelaxation) -> Partition? {
    var model = model
    model.isContiguous = true
    let first = known.first { (try? model.value(of: $0)) != nil }
    let meter = meter(until: 0.25, looks: 0.15)
    let search = ContiguousPlacement(
      model: model, meter: meter, bound: relaxation.bound * (1 - 1e-12))
    if let answer = search.best(than: first) { return answer?.partition }
    return search.alongOrders(than: first).map(search.refined)
  }

  private func contiguous(
    _ relaxation: PlacementRelaxation, _ meter: SearchMeter
  ) -> ContiguousPlacement {
    ContiguousPlacement(model: model, meter: meter, bound: relaxation.bound * (1 - 1e-12))
  }

  /// A phase that ends when a share of the time is over, or after a share of the looks.
  private func meter(until share: Double, looks: Double? = nil) -> SearchMeter {
    SearchMeter(budget, until: share, looks: looks.map(budget.looks) ?? .max)
  }

  private func value(_ partition: Partition) -> Double {
    (try? model.value(of: partition)) ?? .infinity
  }

  private func result(
    _ found: ContiguousPlacement.Answer, _ relaxation: PlacementRelaxation
  ) -> PartitionResult {
    var result = PartitionResult(
      partition: found.partition, value: found.value, lowerBound: relaxation.bound,
      partitionClass: .contiguous, certificate: relaxation.certificate)
    if let (threshold, needs) = found.proof, threshold > relaxation.bound {
      result.lowerBound = threshold
      result.certificate = .labels(threshold: threshold, needs: needs)
    }
    return result
  }

  /// The best of all shares of few units, with the fewest accelerators and then parts; nil where there
  /// are many.
  private func enumerated() throws(WorkloadError) -> PartitionResult? {
    let meter = meter(until: 0.5)
    let (found, isComplete) = PlacementEnumeration.best(model, below: .infinity, meter: meter)
    guard isComplete else { return nil }
    guard var best = found else { throw refusal(isExhaustive: true) }
    let value = try model.value(of: best)
    var fewer = model
    while fewer.deviceLimit > 0 {
      fewer.deviceLimit = best.devices - 1
      let ceiling = value * (1 + ChainSearch.tolerance)
      guard fewer.deviceLimit >= 0,
        let tidier = PlacementEnumeration.best(fewer, below: ceiling, meter: meter).partition
      else { break }
      best = tidier
    }
    let bound = value * (1 - ChainSearch.tolerance)
    return PartitionResult(
      partition: best, value: try model.value(of: best), lowerBound: bound, partitionClass: .any,
      certificate: .enumeration(threshold: bound))
  }

  /// Why nothing fits, and what would, in contiguous parts.
  private func refusal(isExhaustive: Bool = false) -> WorkloadError {
    let meter = meter(until: 1)
    return SmallestNeeds(
      isExhaustive: isExhaustive, meter: meter,
      partition: { devices, memory in
        var model = model
        model.deviceLimit = devices
        model.memory = memory
        return ContiguousPlacement(model: model, meter: meter, bound: 0).anything
      }, bytes: { model.bytes(of: $0).max() ?? 0 }
    ).refusal(devices: model.deviceLimit, memory: model.memory)
  }
}
