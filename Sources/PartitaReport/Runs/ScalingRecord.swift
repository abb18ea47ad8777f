public import PartitaFiles
internal import PartitaPlan

/// A scaling report as its JSON keeps it, as far as reports of several are made of it.
public struct ScalingRecord: Hashable, Sendable {
  /// What was measured on some ranks.
  public struct Measurement: Hashable, Sendable, Decodable {
    /// The number of ranks.
    public let ranks: Int
    /// Whether they had to share cores.
    public let isOversubscribed: Bool
    /// Stages x replicas, and the schedule.
    public let plan, schedule: String
    /// Samples of a step, and its slices.
    public let batch, microbatches: Int
    /// Seconds of a step, of each launch.
    public let repeats: [Double]

    private enum CodingKeys: String, CodingKey {
      case ranks, plan, schedule, batch, microbatches, repeats
      case isOversubscribed = "oversubscribed"
    }

    /// The median over launches, in seconds.
    var seconds: Double { repeats.median }

    /// Seconds of a sample: of the fastest launch, of the median, of the slowest.
    var least: Double { (repeats.min() ?? .nan) / Double(batch) }
    var middle: Double { seconds / Double(batch) }
    var most: Double { (repeats.max() ?? .nan) / Double(batch) }
  }

  struct Machine: Hashable, Sendable, Decodable {
    let processor: String
    let cores: Int
    let facts: [ReportFact]
  }

  /// What it is called where several are side by side.
  public let label: String
  /// The configuration's name.
  public let name: String
  /// What grows with the ranks.
  public let scaling: ScalingReport.Scaling
  /// The command that made it, and the version of Partita that did.
  let command, partitaVersion: String
  let machine: Machine
  let configuration: [ReportFact]
  /// By rising numbers of ranks, one rank first.
  public let measurements: [Measurement]

  private struct File: Decodable {
    let version: Int
    let name, command: String
    let partitaVersion: String
    let scaling: ScalingReport.Scaling
    let machine: Machine
    let configuration: [ReportFact]
    let measurements: [Measurement]

    private enum CodingKeys: String, CodingKey {
      case version, name, command, scaling, machine, configuration, measurements
      case partitaVersion = "partita_version"
    }
  }

  /// Reads the report.json of a scaling study.
  /// - Throws: `FileError` with the path, the key and what would fit.
  public init(contentsOf path: String, label: String) throws(FileError) {
    let file = try JSONFile.read(File.self, from: path)
    func refuse(_ problem: String) -> FileError { .malformed(path: path, problem: problem) }
    guard file.version == ScalingReport.jsonVersion else {
      throw refuse(
        "this is version \(file.version) of a scaling report, and version "
          + "\(ScalingReport.jsonVersion) is read here")
    }
    let sorted = file.measurements.sorted { $0.ranks < $1.ranks }
    guard sorted.first?.ranks == 1 else { throw refuse("\(ScalingReportError.noSerialRun)") }
    for (one, next) in zip(sorted, sorted.dropFirst()) where one.ranks == next.ranks {
      throw refuse("\(ScalingReportError.twice(ranks: one.ranks))")
    }
    for one in sorted {
      guard one.batch > 0, !one.repeats.isEmpty, one.repeats.allSatisfy({ $0 > 0 && $0.isFinite })
      else { throw refuse("\(ScalingReportError.noTime(ranks: one.ranks))") }
    }
    self.label = label
    name = file.name
    scaling = file.scaling
    command = file.command
    partitaVersion = file.partitaVersion
    machine = file.machine
    configuration = file.configuration
    measurements = sorted
  }

  /// How much faster samples pass than on one rank.
  func speedUp(_ measurement: Measurement) -> Double {
    measurements[0].middle / measurement.middle
  }

  /// The circumstances by name, as far as they can differ between runs.
  var circumstances: [ReportFact] {
    let scales = scaling == .strong ? "strong" : "weak"
    return [
      ReportFact("case", name), ReportFact("scaling", scales),
      ReportFact("Partita", partitaVersion), ReportFact("processor", machine.processor),
      ReportFact("cores for ranks", "\(machine.cores)"),
    ] + machine.facts + configuration
  }
}
