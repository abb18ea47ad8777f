internal import Foundation
public import PartitaSchedule

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
  }

  /// What came of a case.
  public struct Result: Sendable {
    /// The case.
    public let scalingCase: ScalingCase
    /// What its launches printed, in order.
    public let records: [BenchRecord]
  }

  /// The configuration's file.
  public let path: String
  /// What is measured.
  public let cases: [ScalingCase]
  /// Launches of each case that count.
  public let repeats: Int
  /// Steps of a launch that are measured; nil for as many as take half a second, 30 to 5,000.
  public let steps: Int?
  /// Seconds that a launch may take.
  public let timeoutSeconds: Double

  /// Describes a study.
  public init(
    path: String, cases: [ScalingCase], repeats: Int, steps: Int? = nil, timeoutSeconds: Double
  ) {
    self.path = path
    self.cases = cases
    self.repeats = repeats
    self.steps = steps
    self.timeoutSeconds = timeoutSeconds
  }

  /// Measures.
  ///
  /// - Parameters:
  ///   - executable: the path of `partita`.
  ///   - beforeRound: is called before each round that counts, counted from 1.
  ///   - onProgress: is told of each launch that has ended.
  /// - Returns: what came of each case, in their order.
  /// - Throws: `ScalingError` for the first launch that fails; nothing more is launched then.
  public func measure(
    executable: String, beforeRound: (Int) throws -> Void = { _ in },
    onProgress: (Progress) -> Void = { _ in }
  ) throws -> [Result] {
    var records: [[BenchRecord]] = cases.map { _ in [] }
    let count = cases.count * (repeats + 1)
    var lengths = cases.map { _ in steps ?? Self.fewest }
    for round in 0...repeats {
      if round > 0 { try beforeRound(round) }
      for (index, scalingCase) in cases.enumerated() {
        let record = try launch(scalingCase, executable: executable, steps: lengths[index])
        if round == 0, steps == nil {
          let useful = 0.5 / max(record.secondsPerStep, 1e-9)
          lengths[index] = Int(max(Double(Self.fewest), min(5000, useful)))
        }
        if round > 0 { records[index].append(record) }
        onProgress(
          Progress(
            done: round * cases.count + index + 1, count: count, ranks: scalingCase.ranks,
            seconds: record.secondsPerStep, isWarmUp: round == 0))
      }
    }
    return zip(cases, records).map(Result.init)
  }

  private static let fewest = 30

  /// A case's step of median length as it went, from a launch of its own.
  public func trace(of scalingCase: ScalingCase, executable: String) throws -> Trace? {
    let file = FileManager.default.temporaryDirectory.appending(
      path: "partita-\(UUID().uuidString).trace.json"
    ).path
    defer { try? FileManager.default.removeItem(atPath: file) }
    _ = try launch(
      scalingCase, executable: executable, steps: steps ?? 100, options: ["--trace", file])
    return try TraceFile.read(file).first?.trace
  }

  private func launch(
    _ scalingCase: ScalingCase, executable: String, steps: Int, options: [String] = []
  ) throws(ScalingError) -> BenchRecord {
    let arguments =
      ["bench", path, "--json", "--steps", "\(steps)"] + options
      + scalingCase.overrides.flatMap { ["--set", $0] }
    let result: LaunchResult
    do {
      result = try Launcher.run(
        executable: executable, arguments: arguments, ranks: scalingCase.ranks,
        timeoutSeconds: timeoutSeconds)
    } catch {
      throw .launch(error)
    }
    guard result.succeeded else {
      throw .failed(ranks: scalingCase.ranks, problem: Self.problem(of: result))
    }
    guard let record = BenchRecord(output: result.standardOutput) else {
      throw .noRecord(ranks: scalingCase.ranks)
    }
    return record
  }

  /// What the ranks complained of, or else how the launch ended.
  static func problem(of result: LaunchResult) -> String {
    let mark = "partita: "
    let lines = result.standardError.split(separator: "\n")
    let complaint = lines.last { $0.hasPrefix(mark) && !$0.hasSuffix("expect no speed-up") }
    if result.timedOut { return result.failure ?? "" }
    return complaint.map { String($0.dropFirst(mark.count)) } ?? result.failure ?? ""
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

  private func words(_ ranks: Int) -> String { ranks == 1 ? "1 rank" : "\(ranks) ranks" }
}
