internal import PartitaConfig
public import PartitaSchedule
internal import PartitaTraining

/// Measures a step on several numbers of ranks, each in launches of their own.
///
/// First every case is launched once for nothing, so that what can't run ends the study early and
/// files and pages are warm. Then come rounds in which each case is launched once, so that a machine
/// that gets slower or faster does so for all.
public struct ScalingStudy: Sendable {
  /// What can be said while a study is under way.
  public struct Progress: Hashable, Sendable {
    /// Launches that have ended.
    public let done: Int
    /// All launches.
    public let count: Int
    /// The ranks of the launch that has just ended.
    public let ranks: Int
    /// The median seconds of its steps.
    public let seconds: Double
    /// Whether it doesn't count.
    public let isWarmUp: Bool
    /// Whether it was known from before, and nothing was launched.
    public let isFromBefore: Bool
  }

  /// What came of a case.
  public struct Result: Sendable {
    /// The case.
    public let scalingCase: ScalingCase
    /// What its launches printed, in order.
    public let records: [BenchRecord]
  }

  /// What is measured.
  public let cases: [ScalingCase]
  /// Launches of each case that count.
  public let repeats: Int
  /// Steps of a launch that are measured; nil for as many as take half a second, 30 to 5,000.
  public let steps: Int?

  /// A study of `cases`, each launched once more than `repeats`.
  public init(cases: [ScalingCase], repeats: Int, steps: Int? = nil) {
    self.cases = cases
    self.repeats = repeats
    self.steps = steps
  }

  /// Launches all cases, first once for nothing and then in rounds.
  ///
  /// - Parameters:
  ///   - launcher: runs each case.
  ///   - beforeRound: is called before each round that counts, counted from 1.
  ///   - onProgress: is told of each launch that has ended.
  /// - Returns: what came of each case, in their order.
  /// - Throws: `ScalingError` for the first launch that fails; nothing more is launched then.
  public func measure(
    _ launcher: any RunLauncher, beforeRound: (Int) throws -> Void = { _ in },
    onProgress: (Progress) -> Void = { _ in }
  ) throws -> [Result] {
    var records: [[BenchRecord]] = cases.map { _ in [] }
    let count = cases.count * (repeats + 1)
    var lengths = cases.map { _ in steps ?? Self.fewest }
    for round in 0...repeats {
      if round > 0 { try beforeRound(round) }
      for (index, scalingCase) in cases.enumerated() {
        let (config, ranks) = (scalingCase.experiment.config, scalingCase.ranks)
        let isKnown = launcher.remembers(.steps(config, ranks: ranks, steps: lengths[index]))
        let record = try ScalingError.naming(ranks: ranks) {
          try launcher.measureSteps(config, ranks: ranks, steps: lengths[index])
        }
        if round == 0, steps == nil {
          let useful = 0.5 / max(record.secondsPerStep, 1e-9)
          lengths[index] = Int(max(Double(Self.fewest), min(5000, useful)))
        }
        if round > 0 { records[index].append(record) }
        onProgress(
          Progress(
            done: round * cases.count + index + 1, count: count, ranks: ranks,
            seconds: record.secondsPerStep, isWarmUp: round == 0, isFromBefore: isKnown))
      }
    }
    return zip(cases, records).map(Result.init)
  }

  private static let fewest = 30

  /// A case's step of median length as it went, from a launch of its own.
  /// - Throws: `ScalingError` where the launch fails.
  public func trace(of scalingCase: ScalingCase, _ launcher: any RunLauncher) throws -> Trace? {
    try ScalingError.naming(ranks: scalingCase.ranks) {
      try launcher.traceStep(
        scalingCase.experiment.config, ranks: scalingCase.ranks, steps: steps ?? 100)
    }
  }
}

/// What ends a scaling study.
public enum ScalingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Ranks could not be launched.
  case launch(LaunchError)
  /// A run ended in failure.
  case failed(ranks: Int, problem: String)
  /// A run ended well and printed no record.
  case noRecord(ranks: Int)

  /// The error in a sentence.
  public var description: String {
    switch self {
    case .launch(let error): error.description
    case .failed(let ranks, let problem): "the run on \(words(ranks)) failed: \(problem)"
    case .noRecord(let ranks): "the run on \(words(ranks)) printed no line of JSON"
    }
  }

  /// Says of a run that fails on how many ranks that was.
  static func naming<Result>(ranks: Int, _ run: () throws -> Result) throws -> Result {
    do {
      return try run()
    } catch let error as RunError {
      switch error {
      case .launch(let error): throw ScalingError.launch(error)
      case .failed(let problem): throw ScalingError.failed(ranks: ranks, problem: problem)
      case .noRecord: throw ScalingError.noRecord(ranks: ranks)
      }
    }
  }

  private func words(_ ranks: Int) -> String { ranks == 1 ? "1 rank" : "\(ranks) ranks" }
}
