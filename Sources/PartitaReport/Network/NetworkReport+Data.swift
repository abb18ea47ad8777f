internal import PartitaFiles
internal import PartitaWorkload

extension NetworkReport {
  /// The version of the form that `json` has; it grows when a key goes or changes its meaning.
  public static let jsonVersion = 1

  /// Everything as JSON; keys are in alphabetical order.
  public var json: String { JSON.text(ofReport: NetworkRecord(self)) }
}

/// A comparison in the words of its JSON.
private struct NetworkRecord: Encodable {
  let format = "partita-network-comparison"
  let version = NetworkReport.jsonVersion
  let partitaVersion = PartitaVersion.current
  let name, headline, command, schedule: String
  let facts: [ReportFact]
  let layers: [String]
  let crossingBytes: [Int]
  let cases: [CaseRecord]

  init(_ report: NetworkReport) {
    name = report.name
    headline = report.headline
    command = report.commandLine
    schedule = report.schedule
    facts = report.facts
    layers = report.layers.map(\.name)
    crossingBytes = report.crossing
    cases = report.cases.map(CaseRecord.init)
  }
}

private struct CaseRecord: Encodable {
  let ranks: Int
  let lowerBound, floor: Double?
  let methods: [RowRecord]

  init(_ one: NetworkReport.Case) {
    ranks = one.ranks
    lowerBound = one.lowerBound
    floor = one.floor
    methods = one.rows.map(RowRecord.init)
  }
}

private struct RowRecord: Encodable {
  let method: String
  let refusal: String?
  let firstLayers, replicas: [Int]?
  let seconds, bestSeconds: Double?
  let bestSchedule: String?
  let measuredSeconds, predictedThen: Double?

  init(_ row: NetworkReport.Row) {
    method = row.method.rawValue
    refusal = row.refusal
    firstLayers = row.cut?.stages.map(\.lowerBound)
    replicas = row.cut?.replicas
    seconds = row.seconds
    bestSeconds = row.bestSeconds
    bestSchedule = row.schedule.isEmpty ? nil : row.schedule
    measuredSeconds = row.measured
    predictedThen = row.predictedThen
  }
}
