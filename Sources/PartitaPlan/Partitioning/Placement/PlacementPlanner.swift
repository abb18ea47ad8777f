/// Plans for device placement.
struct PlacementPlanner {
  let model: PlacementModel
  let budget: SearchBudget

  func plan() throws(WorkloadError) -> PartitionResult {
    let relaxation = PlacementRelaxation(model)
    guard
      let contiguous = ContiguousPlacement(model: model, budget: budget).best(
        from: relaxation.bound * (1 - 1e-12), share: model.isContiguous ? 0.85 : 0.3)
    else {
      throw refusal
    }
    var result = PartitionResult(
      partition: contiguous.partition, value: contiguous.value, lowerBound: relaxation.bound,
      partitionClass: model.isContiguous ? .contiguous : .any, certificate: relaxation.certificate)
    if model.isContiguous {
      if let (threshold, needs) = contiguous.proof {
        result.lowerBound = threshold
        result.certificate = .labels(threshold: threshold, needs: needs)
      } else if contiguous.bound > relaxation.bound {
        result.searchBound = contiguous.bound
      }
    }
    return result
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
