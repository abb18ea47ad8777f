internal import PartitaWorkload

/// Plans for device placement.
struct PlacementPlanner {
  let model: PlacementModel
  let budget: SearchBudget

  func plan() throws(WorkloadError) -> PartitionResult {
    if !model.isContiguous, let result = try enumerated() { return result }
    let relaxation = PlacementRelaxation(model)
    let contiguous = ContiguousPlacement(model: model, budget: budget).best(
      from: relaxation.bound * (1 - 1e-12), share: model.isContiguous ? 0.85 : 0.25)
    if model.isContiguous {
      guard let contiguous else { throw refusal }
      return result(contiguous, relaxation)
    }
    let seconds = 0.6 * min(budget.seconds, 600)
    let found = PlacementSearch(model).improve(
      from: contiguous.map { [$0.partition] } ?? [], seconds: seconds, seed: 1
    ) { budget.isOver(share: 0.95) }
    guard let best = found ?? contiguous?.partition else { throw refusal }
    return PartitionResult(
      partition: best, value: try model.value(of: best), lowerBound: relaxation.bound,
      partitionClass: .any, certificate: relaxation.certificate)
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
    let (found, isComplete) = PlacementEnumeration.best(model, below: .infinity)
    guard isComplete else { return nil }
    guard var best = found else { throw refusal }
    let value = try model.value(of: best)
    var fewer = model
    while fewer.deviceLimit > 0 {
      fewer.deviceLimit = best.devices - 1
      let ceiling = value * (1 + ChainSearch.tolerance)
      guard fewer.deviceLimit >= 0,
        let tidier = PlacementEnumeration.best(fewer, below: ceiling).partition
      else { break }
      best = tidier
    }
    let bound = value * (1 - ChainSearch.tolerance)
    return PartitionResult(
      partition: best, value: try model.value(of: best), lowerBound: bound, partitionClass: .any,
      certificate: .enumeration(threshold: bound))
  }

  /// Why nothing fits, and what would, in contiguous parts.
  private var refusal: WorkloadError {
    SmallestNeeds(
      partition: { devices, memory in
        var model = model
        model.deviceLimit = devices
        model.memory = memory
        return ContiguousPlacement(model: model, budget: budget).anything
      }, bytes: { model.bytes(of: $0).max() ?? 0 }
    ).refusal(devices: model.deviceLimit, memory: model.memory)
  }
}
