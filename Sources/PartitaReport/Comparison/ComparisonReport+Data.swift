internal import PartitaFiles
internal import PartitaPlan
internal import PartitaPlanner
internal import PartitaWorkload

extension ComparisonReport {
  /// The version of the form that `json` has; it grows when a key goes or changes its meaning.
  public static let jsonVersion = 1

  /// A row for each plan, as comma-separated values (RFC 4180, lines end with a line feed); numbers
  /// have the fewest digits that read back as the same Double.
  public var csv: String {
    let heading = [
      "workload", "family", "unit", "devices", "method", "seed", "value", "claimed_value",
      "lower_bound", "ratio", "devices_used", "parts", "planning_seconds", "proved", "plan_line",
      "note",
    ]
    var plans = 0
    let rows = trials.map { trial -> [String] in
      if trial.trial.plan != nil { plans += 1 }
      return [
        trial.subject.name, trial.subject.family, trial.subject.unit.rawValue,
        "\(trial.comparison.devices)", trial.trial.method.rawValue,
        trial.trial.seed.map { "\($0)" } ?? "", Self.cell(trial.trial.score?.value),
        Self.cell(trial.trial.score?.claimedValue), Self.cell(trial.comparison.lowerBound),
        Self.cell(trial.ratio), trial.trial.score.map { "\($0.devices)" } ?? "",
        trial.trial.score.map { "\($0.parts)" } ?? "", Self.cell(trial.trial.seconds),
        trial.comparison.isProved(trial.trial).map { $0 ? "yes" : "no" } ?? "",
        trial.trial.plan == nil ? "" : "\(plans)", trial.note,
      ]
    }
    return ([heading] + rows).map { CSVLine.text($0) + "\n" }.joined()
  }

  /// The plans with their certificates, a line of JSON for each row that has one: what `plan --json`
  /// prints. The column `plan_line` of a row is the number of its line.
  public var plans: String {
    trials.compactMap { $0.trial.plan.map { "\($0.json)\n" } }.joined()
  }

  /// Everything as JSON but the plans; keys are in alphabetical order.
  public var json: String { JSON.text(ofReport: ComparisonRecord(self)) }

  private struct FlatTrial {
    let subject: Subject
    let comparison: PartitionComparison
    let trial: PartitionTrial

    var ratio: Double? {
      guard let value = trial.score?.value, let best = comparison.best, best > 0 else { return nil }
      return value / best
    }

    var note: String {
      switch trial.outcome {
      case .scored(let score): score.remark ?? ""
      case .refused(let reason): reason
      }
    }
  }

  private var trials: [FlatTrial] {
    cases.flatMap { subject, comparison in
      comparison.trials.map {
        FlatTrial(subject: subject, comparison: comparison, trial: $0)
      }
    }
  }

  private static func cell(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
}

/// A comparison in the words of its JSON.
private struct ComparisonRecord: Encodable {
  let format = "partita-comparison"
  let version = ComparisonReport.jsonVersion
  let partitaVersion = PartitaVersion.current
  let headline: String
  let command: String
  let request: [ReportFact]
  let workloads: [SubjectRecord]

  init(_ report: ComparisonReport) {
    headline = report.headline
    command = report.commandLine
    request = report.request
    workloads = report.subjects.map(SubjectRecord.init)
  }
}

private struct SubjectRecord: Encodable {
  let name, family, unit: String
  let nodes, edges: Int
  let inputSha256: String
  let cases: [CaseRecord]

  init(_ subject: ComparisonReport.Subject) {
    name = subject.name
    family = subject.family
    unit = subject.unit.rawValue
    nodes = subject.nodes
    edges = subject.edges
    inputSha256 = subject.inputSHA256
    cases = subject.comparisons.map(CaseRecord.init)
  }
}

private struct CaseRecord: Encodable {
  let devices: Int
  let best, lowerBound, gap: Double?
  let plans: [TrialRecord]

  init(_ comparison: PartitionComparison) {
    devices = comparison.devices
    best = comparison.best
    lowerBound = comparison.lowerBound
    gap = ComparisonReport.gap(comparison)
    plans = comparison.trials.map { TrialRecord($0, in: comparison) }
  }
}

private struct TrialRecord: Encodable {
  let method: String
  let seed: UInt64?
  let value, claimedValue: Double?
  let devicesUsed, parts: Int?
  let planningSeconds: Double
  let proved: Bool?
  let remark, reason: String?

  init(_ trial: PartitionTrial, in comparison: PartitionComparison) {
    proved = comparison.isProved(trial)
    method = trial.method.rawValue
    seed = trial.seed
    value = trial.score?.value
    claimedValue = trial.score?.claimedValue
    devicesUsed = trial.score?.devices
    parts = trial.score?.parts
    planningSeconds = trial.seconds
    remark = trial.score?.remark
    if case .refused(let words) = trial.outcome { reason = words } else { reason = nil }
  }
}
