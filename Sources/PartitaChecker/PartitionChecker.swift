public import PartitaWorkload

/// Checks a plan and the proof of its bound with nothing of what found them.
///
/// Everything is derived from the workload anew, by the published formulas; neither the search nor
/// its cost models are asked. Whoever trusts this folder need not trust the planner.
public enum PartitionChecker {
  /// How far apart two sums of the same costs may be, relative to them.
  static let valueTolerance = 1e-9
  /// How far apart two bounds may be, relative to them: room for another order of additions.
  static let boundTolerance = 1e-12
  /// After so many steps an enumeration is too large to be checked.
  static let mostSteps = 300_000_000

  /// Checks that a result is a partition of a workload, that it costs what it says, and that its
  /// certificate proves its lower bound.
  ///
  /// Complexity: for labels O(prefixes² · needs) comparisons at most, and memory O(prefixes · nodes).
  /// - Throws: `WorkloadError.invalid` for the first thing that is wrong, with its place.
  public static func check(
    _ result: PartitionResult, of workload: Workload, under request: PartitionRequest
  ) throws(WorkloadError) {
    try checkRequest(request)
    guard workload.graph.count > 0 else {
      throw .invalid(place: "workload", problem: "it has no nodes")
    }
    let expected = request.partitionClass(of: workload)
    guard result.partitionClass == expected else {
      throw .invalid(
        place: "class",
        problem: "it is '\(result.partitionClass.rawValue)', the request's is "
          + "'\(expected.rawValue)'")
    }
    let model = model(of: workload, under: request)
    try checkValue(result, by: model)
    try checkBounds(result, proved: provedBound(result, by: model))
  }

  private static func model(
    of workload: Workload, under request: PartitionRequest
  ) -> any CheckedModel {
    switch workload.costs {
    case .pipedream(let costs): CheckedPipedream(workload.graph, costs, request)
    case .placement(let costs): CheckedPlacement(workload.graph, costs, request)
    case .piper(let costs): CheckedPiper(workload.graph, costs, request)
    }
  }

  private static func checkRequest(_ request: PartitionRequest) throws(WorkloadError) {
    let bandwidth = request.bandwidth ?? 1
    guard request.devices >= 1, bandwidth > 0, bandwidth.isFinite, request.memory ?? 0 >= 0,
      request.microbatches ?? 1 >= 1
    else {
      throw .invalid(
        place: "request",
        problem: "it needs devices, a bandwidth above 0, and no negative memory")
    }
  }

  private static func checkValue(
    _ result: PartitionResult, by model: any CheckedModel
  ) throws(WorkloadError) {
    let values = try model.values(of: result.partition)
    let value = values.max() ?? 0
    guard abs(result.value - value) <= valueTolerance * value else {
      let slowest = values.firstIndex(of: value) ?? 0
      throw .invalid(
        place: "value",
        problem: "it says \(result.value), but \(model.partName) \(slowest) takes \(value)")
    }
  }

  /// What the certificate proves, once it holds.
  private static func provedBound(
    _ result: PartitionResult, by model: any CheckedModel
  ) throws(WorkloadError) -> Double {
    switch result.certificate {
    case .relaxation(let formula, let multipliers):
      return try model.bound(formula: formula, multipliers: multipliers)
    case .labels(let threshold, let needs):
      try checkThreshold(threshold, of: result)
      try model.proveLabels(needs, below: threshold)
      return threshold
    case .enumeration(let threshold):
      try checkThreshold(threshold, of: result)
      try model.proveByTrying(below: threshold)
      return threshold
    }
  }

  /// Before the work of a proof: what it would prove must be what the result says.
  private static func checkThreshold(
    _ threshold: Double, of result: PartitionResult
  ) throws(WorkloadError) {
    guard threshold >= 0, threshold.isFinite else {
      throw .invalid(place: "certificate", problem: "the threshold \(threshold) is no duration")
    }
    try checkBounds(result, proved: threshold)
  }

  private static func checkBounds(
    _ result: PartitionResult, proved: Double
  ) throws(WorkloadError) {
    guard abs(result.lowerBound - proved) <= boundTolerance * abs(proved) else {
      throw .invalid(
        place: "lower bound",
        problem: "it says \(result.lowerBound), but the certificate is about \(proved)")
    }
    guard result.lowerBound <= result.value * (1 + boundTolerance) else {
      throw .invalid(
        place: "lower bound", problem: "\(result.lowerBound) is above the value \(result.value)")
    }
  }
}
