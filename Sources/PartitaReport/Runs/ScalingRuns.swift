internal import PartitaPlan

/// Scaling studies of different days and machines side by side.
///
/// Each keeps its own speed-up, relative to its own run on one rank; on the same number of ranks the
/// seconds of a sample are compared with those of the first.
public struct ScalingRuns: Hashable, Sendable {
  /// The runs; the others are compared with the first.
  public let runs: [ScalingRecord]
  /// The command that makes the report again.
  public let commandLine: String

  /// Two runs or more, each with a label of its own.
  /// - Throws: `ScalingRunsError` for fewer, and for a label that stands twice.
  public init(_ runs: [ScalingRecord], commandLine: String) throws(ScalingRunsError) {
    guard runs.count > 1 else { throw .alone }
    for (place, run) in runs.enumerated()
    where runs[..<place].contains(where: { $0.label == run.label }) {
      throw .twice(label: run.label)
    }
    self.runs = runs
    self.commandLine = commandLine
  }

  /// What a run was against the first on the same number of ranks.
  public enum Verdict: String, Hashable, Sendable, Codable {
    /// Every launch took less than every launch of the first.
    case faster
    /// Every launch took more.
    case slower
    /// The launches overlap.
    case level
  }

  /// A run on some ranks beside the first on as many.
  public struct Pair: Hashable, Sendable {
    /// The number of ranks.
    public let ranks: Int
    /// Its seconds of a sample over those of the first, medians of launches.
    public let ratio: Double
    /// Whether the difference is more than that of launches.
    public let verdict: Verdict
  }

  /// The numbers of ranks that a run has in common with the first.
  public func pairs(_ run: ScalingRecord) -> [Pair] {
    run.measurements.compactMap { own in
      guard let base = runs[0].measurements.first(where: { $0.ranks == own.ranks }) else {
        return nil
      }
      return Pair(
        ranks: own.ranks, ratio: own.middle / base.middle,
        verdict: own.most < base.least ? .faster : own.least > base.most ? .slower : .level)
    }
  }

  /// What differs between the runs beside the seconds: names, and the values in the order of runs.
  public var differences: [(name: String, values: [String])] {
    var names: [String] = []
    for fact in runs.flatMap(\.circumstances) where !names.contains(fact.name) {
      names.append(fact.name)
    }
    return names.compactMap { name in
      let values = runs.map { run in
        run.circumstances.first { $0.name == name }?.value ?? "not given"
      }
      return Set(values).count > 1 ? (name, values) : nil
    }
  }

  /// The result in a sentence.
  public var headline: String {
    var names: [String] = []
    for run in runs where !names.contains(run.name) { names.append(run.name) }
    let most = runs.flatMap { $0.measurements.map(\.ranks) }.max() ?? 1
    return "\(names.joined(separator: ", ")): \(runs.count) runs on up to "
      + "\(NumberText.count(most)) \(most == 1 ? "rank" : "ranks")."
  }

  /// What became of each run against the first, a sentence each.
  public var remarks: [String] {
    runs.dropFirst().map { run in
      let pairs = pairs(run)
      let ratios = pairs.map(\.ratio)
      func count(_ verdict: Verdict) -> Int { pairs.count { $0.verdict == verdict } }
      return "\(run.label) takes \(NumberText.significant(ratios.min() ?? .nan)) to "
        + "\(NumberText.significant(ratios.max() ?? .nan)) times as long for a sample as "
        + "\(runs[0].label), on the same numbers of ranks: faster on \(count(.faster)), level on "
        + "\(count(.level)), slower on \(count(.slower))."
    }
  }
}

/// Why runs make no report.
public enum ScalingRunsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is nothing to compare with.
  case alone
  /// A label stands twice.
  case twice(label: String)

  /// The error in a sentence.
  public var description: String {
    switch self {
    case .alone: "it takes two reports or more: with one, there is nothing to compare"
    case .twice(let label): "\(label) is given twice"
    }
  }
}
