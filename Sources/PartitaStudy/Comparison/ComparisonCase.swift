internal import PartitaPlan
public import PartitaPlanner
public import PartitaWorkload

/// One workload on one number of devices, planned by several methods against the clock.
public struct ComparisonCase {
  private let workload: Workload
  private let inputSHA256: String
  private let request: PartitionRequest
  private let seeds: Int
  private let seconds: Double
  private let splitter: any GraphSplitter
  private let measured: MeasuredFile?

  /// - Parameters:
  ///   - workload: what is cut.
  ///   - inputSHA256: the digest of its file, for plans.
  ///   - request: for how many devices, with what bandwidth and memory.
  ///   - seeds: plans of each method that draws at random.
  ///   - seconds: what the planner may take for a plan.
  ///   - splitter: cuts graphs for the methods that need one.
  ///   - measured: keeps each plan's trial, and has those of before; nil keeps none.
  public init(
    workload: Workload, inputSHA256: String, request: PartitionRequest, seeds: Int, seconds: Double,
    splitter: any GraphSplitter, measured: MeasuredFile? = nil
  ) {
    self.workload = workload
    self.inputSHA256 = inputSHA256
    self.request = request
    self.seeds = seeds
    self.seconds = seconds
    self.splitter = splitter
    self.measured = measured
  }

  /// Plans by every method; tells of each that it begins, and whether its first trial is known from
  /// before.
  /// - Throws: `PartitionComparisonError` where a plan costs less than the bound, `FileError` where a
  ///   trial can't be kept.
  public func compare(
    _ methods: [PartitionMethod], onStart: (PartitionMethod, _ isFromBefore: Bool) -> Void
  ) throws -> PartitionComparison {
    var lowerBound: Double?
    var trials: [PartitionTrial] = []
    for method in methods {
      let seeds = method.isSeeded ? (1...seeds).map { UInt64($0) } : [nil]
      onStart(method, measured?.remembers(words(method, seeds[0])) ?? false)
      for seed in seeds {
        let record =
          try measured?.answer(
            words(method, seed), stored: TrialRecord.self, isCostly: false, recalled: { $0 },
            text: { "\($0.json)" }, measure: { try attempt(method, seed) })
          ?? attempt(method, seed)
        lowerBound = record.lowerBound ?? lowerBound
        trials.append(record.trial(method, seed))
      }
    }
    return try PartitionComparison(
      devices: request.devices, lowerBound: lowerBound, trials: trials)
  }

  /// What is asked of a method; files of equal workloads have equal answers.
  private func words(_ method: PartitionMethod, _ seed: UInt64?) -> String {
    let draw = seed.map { ", seed \($0)" } ?? ""
    return "\(method.rawValue)\(draw), \(workload.name) on \(request.devices)"
  }

  private func attempt(_ method: PartitionMethod, _ seed: UInt64?) throws -> TrialRecord {
    let start = ContinuousClock.now
    let budget = SearchBudget(seconds: seconds) { Self.seconds(since: start) }
    do {
      let proposal = try method.planner(budget: budget, seed: seed ?? 0, splitter: splitter)
        .plan(workload, request)
      let seconds = Self.seconds(since: start)
      return TrialRecord(
        seconds: seconds, .scored(PartitionTrial.Score(proposal)),
        lowerBound: method == .optimal ? proposal.result.lowerBound : nil,
        plan: PartitionDocument(
          proposal.result, of: workload, inputSHA256: inputSHA256, request: request,
          method: method, planningSeconds: seconds))
    } catch {
      return TrialRecord(seconds: Self.seconds(since: start), .refused(reason: "\(error)"))
    }
  }

  private static func seconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .seconds(1)
  }
}
