import PartitaChecker
import PartitaPlanner
import PartitaWorkload
import PlanningOracles
import Testing

/// Published workloads are planned at least as well as published planners, exact searches and annealing
/// do, and each plan is checked. `scripts/benchmark-planner` has all the marks, and the seconds.
@Suite(.enabled(if: SharedWorkloads.exist)) struct PlannerMarksTests {
  struct Mark: CustomTestStringConvertible, Sendable {
    let workload: String
    let request: PartitionRequest
    let value: Double
    let isProved: Bool
    var testDescription: String { "\(workload) on \(request.devices): \(value)" }
  }

  static let marks: [Mark] =
    [
      ("vgg16", 8, 0.103833, false), ("vgg16", 64, 0.0256901, false),
      ("resnet50", 16, 0.0478013, false), ("resnet50", 8, 0.256901, true),
      ("densenet121", 16, 0.0245786, false), ("gnmt", 16, 0.0192850, false),
      ("gnmt", 64, 0.0125829, false),
    ].map { (name, devices, value, isStraight) in
      Mark(
        workload: "pipedream-\(name)",
        request: PartitionRequest(devices: devices, isStraight: isStraight), value: value,
        isProved: true)
    }
    + [
      ("layer-bert24_training", 6, 41.7458, true), ("layer-resnet50_inference", 6, 33.7747, true),
      ("layer-bert24_training", 6, 39.7895, false),
      ("operator-bert_l-6_inference", 3, 29.3827, false),
    ].map { (name, devices, value, isContiguous) in
      Mark(
        workload: "devplace-\(name)",
        request: PartitionRequest(devices: devices, isContiguous: isContiguous), value: value,
        isProved: isContiguous)
    }
    + [
      Mark(
        workload: "piper-bert32a100",
        request: PartitionRequest(devices: 16, bandwidth: 26_843_545_600, memory: 8_589_934_592),
        value: 0.0830652428, isProved: true)
    ]

  /// Work is counted by the budget's seconds, and no clock ends it: the same plan on every machine.
  @Test(arguments: marks)
  func marksAreMet(_ mark: Mark) throws {
    let workload = try WorkloadFile.read("\(SharedWorkloads.folder)/\(mark.workload).json").workload
    let result = try OptimalPlanner(budget: SearchBudget(seconds: 1) { 0 })
      .plan(workload, mark.request).result
    // Marks are printed to six digits.
    #expect(result.value <= mark.value * (1 + 5e-6))
    #expect(result.isOptimal || !mark.isProved)
    try PartitionChecker.check(result, of: workload, under: mark.request)
  }
}
