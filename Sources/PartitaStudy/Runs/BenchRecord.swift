internal import PartitaConfig
public import PartitaFiles
internal import PartitaPlan
internal import PartitaRuntime
internal import PartitaSchedule
public import PartitaTraining

/// What a run says of the steps that it measured: one line of JSON, which who launched it reads.
public struct BenchRecord: Hashable, Sendable, Codable {
  /// The configuration's name.
  public let name: String
  /// As `2 x 2`.
  public let plan: String
  /// The schedule's name.
  public let schedule: String
  /// The number of ranks.
  public let ranks: Int
  /// Samples of a step.
  public let batch: Int
  /// Slices of a batch.
  public let microbatches: Int
  /// The median, the least and the most over steps.
  public let secondsPerStep, leastSeconds, mostSeconds: Double
  /// By the median.
  public let samplesPerSecond: Double
  /// L of the last step.
  public let loss: Double
  /// Bytes of each rank's arena.
  public let arenaBytes: [Int]
  /// Bytes by which each rank's process has grown, at its peak.
  public let grownBytes: [Int]
  /// Seconds of the traced step, as it went and with free messages; nil where none was traced.
  public let tracedSeconds, tracedSecondsWithFreeMessages: Double?

  /// Where the ranks were; nil where all were on one host.
  public let hosts: [Host]?

  /// A host that took part.
  public struct Host: Hashable, Sendable, Codable {
    /// Its name.
    public let name: String
    /// The ranks that it had.
    public let ranks: Int
    /// The cores that they might use.
    public let cores: Int

    /// A host with some of the ranks.
    public init(name: String, ranks: Int, cores: Int) {
      self.name = name
      self.ranks = ranks
      self.cores = cores
    }
  }

  private enum CodingKeys: String, CodingKey {
    case name = "case"
    case plan, schedule, ranks, batch, microbatches, hosts
    case secondsPerStep = "seconds_per_step"
    case samplesPerSecond = "samples_per_second"
    case leastSeconds = "min"
    case mostSeconds = "max"
    case loss
    case arenaBytes = "arena_bytes"
    case grownBytes = "grown_bytes"
    case tracedSeconds = "traced"
    case tracedSecondsWithFreeMessages = "traced_with_free_messages"
  }

  /// Sums a measurement up.
  public init(_ experiment: Experiment, _ measured: StepMeasurement, hosts: [Host]) {
    self.hosts = hosts.count > 1 ? hosts : nil
    let loop = experiment.config.training
    let sorted = measured.sorted
    name = experiment.config.name
    plan = "\(experiment.plan)"
    schedule = experiment.orderName
    ranks = experiment.plan.worldSize
    batch = loop.batch
    microbatches = loop.microbatches
    secondsPerStep = measured.median
    leastSeconds = sorted[0]
    mostSeconds = sorted[sorted.count - 1]
    samplesPerSecond = Double(loop.batch) / measured.median
    loss = measured.loss
    arenaBytes = measured.arenaBytes
    grownBytes = measured.grownBytes
    tracedSeconds = measured.trace?.trace.makespan
    tracedSecondsWithFreeMessages = measured.trace?.secondsWithFreeMessages
  }

  /// Reads the last line of an output that is such a record; nil where none is.
  public init?(output: String) {
    for line in output.split(separator: "\n").reversed() {
      if let record = try? JSON.value(BenchRecord.self, from: line.utf8, allowsWords: true) {
        self = record
        return
      }
    }
    return nil
  }

  /// The record as it is printed.
  public var json: JSON {
    var members: [(CodingKeys, JSON)] = [
      (.name, .string(name)), (.plan, .string(plan)), (.schedule, .string(schedule)),
      (.ranks, .integer(ranks)), (.batch, .integer(batch)),
      (.microbatches, .integer(microbatches)), (.secondsPerStep, .number(secondsPerStep)),
      (.samplesPerSecond, .number(samplesPerSecond)), (.leastSeconds, .number(leastSeconds)),
      (.mostSeconds, .number(mostSeconds)), (.loss, .number(loss)),
      (.arenaBytes, .array(arenaBytes.map { .integer($0) })),
      (.grownBytes, .array(grownBytes.map { .integer($0) })),
    ]
    if let tracedSeconds { members.append((.tracedSeconds, .number(tracedSeconds))) }
    if let free = tracedSecondsWithFreeMessages {
      members.append((.tracedSecondsWithFreeMessages, .number(free)))
    }
    if let hosts {
      let values: [JSON] = hosts.map {
        ["name": .string($0.name), "ranks": .integer($0.ranks), "cores": .integer($0.cores)]
      }
      members.append((.hosts, .array(values)))
    }
    return JSON(members: members.map { ($0.0.stringValue, $0.1) })
  }
}
