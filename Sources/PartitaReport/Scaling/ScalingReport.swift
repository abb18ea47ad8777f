/// How fast training gets with the number of ranks: what was measured, what was predicted, and where
/// the difference to the ideal goes.
///
/// A value; `html`, `markdown` and `json` are its three forms.
public struct ScalingReport: Hashable, Sendable {
  /// What grows with the ranks.
  public enum Scaling: String, Hashable, Sendable, Codable {
    /// Nothing: the same step on more ranks.
    case strong
    /// The batch: the same work for each rank.
    case weak
  }

  /// Where the measurement took place.
  public struct Machine: Hashable, Sendable {
    /// The processor's name.
    public var processor: String
    /// Cores that ranks may use.
    public var cores: Int
    /// Bytes of memory, where they are known.
    public var memoryBytes: Int?
    /// Other facts by name, as versions of software.
    public var facts: [ReportFact]

    /// A machine with so many cores for ranks; more ranks are told apart in the report.
    public init(processor: String, cores: Int, memoryBytes: Int? = nil, facts: [ReportFact] = []) {
      self.processor = processor
      self.cores = cores
      self.memoryBytes = memoryBytes
      self.facts = facts
    }
  }

  /// A step predicted for a machine that wasn't there.
  public struct Simulated: Hashable, Sendable {
    /// The number of ranks.
    public var ranks: Int
    /// The cluster's name.
    public var cluster: String
    /// As `8 x 4`.
    public var plan: String
    /// Seconds of a step.
    public var seconds: Double
    /// Parallel efficiency against one rank of that cluster.
    public var efficiency: Double

    /// A step on so many ranks of a cluster, as the simulator has it.
    public init(ranks: Int, cluster: String, plan: String, seconds: Double, efficiency: Double) {
      self.ranks = ranks
      self.cluster = cluster
      self.plan = plan
      self.seconds = seconds
      self.efficiency = efficiency
    }
  }

  /// One plan's prediction and what came of it.
  public struct PlanCase: Hashable, Sendable {
    /// The plan in words.
    public var plan: String
    /// Seconds of a step.
    public var predictedSeconds: Double
    /// Seconds of a step.
    public var measuredSeconds: Double

    /// Seconds must be above 0.
    public init(plan: String, predictedSeconds: Double, measuredSeconds: Double) {
      self.plan = plan
      self.predictedSeconds = predictedSeconds
      self.measuredSeconds = measuredSeconds
    }

    /// How much too long the prediction is, as a share of what was measured.
    public var error: Double { predictedSeconds / measuredSeconds - 1 }
  }

  /// The network that was cut, to draw who got which layers.
  public struct Network: Hashable, Sendable {
    /// The layers, in the file's order.
    public var layers: [NetworkReport.Layer]
    /// Who reads whom.
    public var connections: [NetworkReport.Connection]
    /// Bytes of a microbatch over each border between two layers.
    public var crossing: [Int]
    /// Where it was cut, by the number of ranks.
    public var cuts: [Int: NetworkReport.Cut]

    /// A network and its cuts.
    public init(
      layers: [NetworkReport.Layer], connections: [NetworkReport.Connection], crossing: [Int],
      cuts: [Int: NetworkReport.Cut]
    ) {
      self.layers = layers
      self.connections = connections
      self.crossing = crossing
      self.cuts = cuts
    }
  }

  /// The configuration's name.
  public var name: String
  /// What was trained, in facts.
  public var configuration: [ReportFact]
  /// Where.
  public var machine: Machine
  /// The command that makes this report.
  public var commandLine: String
  /// What grows with the ranks.
  public let scaling: Scaling
  /// What was measured, ranks ascending, one rank first.
  public let measurements: [ScalingMeasurement]
  /// The network, where its cuts are to be drawn.
  public var network: Network?
  /// Predictions beyond this machine, ranks ascending.
  public var simulated: [Simulated]
  /// Predictions against measurements, plan by plan.
  public var plans: [PlanCase]
  /// By what share a plan that was measured twice differed from itself, the most over all launches of
  /// `plans`; nil where none was.
  public var planFloor: Double?

  /// Measurements come in any order; one of them must be of one rank, which speed-up refers to.
  /// - Throws: `ScalingReportError` for measurements that say nothing about scaling.
  public init(
    name: String, configuration: [ReportFact], machine: Machine, commandLine: String,
    scaling: Scaling,
    measurements: [ScalingMeasurement], simulated: [Simulated] = [], plans: [PlanCase] = []
  ) throws(ScalingReportError) {
    let sorted = measurements.sorted { $0.ranks < $1.ranks }
    guard let first = sorted.first, first.ranks == 1 else { throw .noSerialRun }
    for (one, next) in zip(sorted, sorted.dropFirst()) where one.ranks == next.ranks {
      throw .twice(ranks: one.ranks)
    }
    for measurement in sorted {
      guard !measurement.repeats.isEmpty,
        measurement.repeats.allSatisfy({ $0 > 0 && $0.isFinite })
      else { throw .noTime(ranks: measurement.ranks) }
    }
    self.name = name
    self.configuration = configuration
    self.machine = machine
    self.commandLine = commandLine
    self.scaling = scaling
    self.measurements = sorted
    self.simulated = simulated.sorted { $0.ranks < $1.ranks }
    self.plans = plans
  }
}

/// Why measurements make no report.
public enum ScalingReportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no run on one rank.
  case noSerialRun
  /// A number of ranks stands twice.
  case twice(ranks: Int)
  /// A measurement has no time, or one that isn't above 0.
  case noTime(ranks: Int)

  /// The error in a sentence.
  public var description: String {
    switch self {
    case .noSerialRun: "a scaling report needs a run on one rank: speed-up is relative to it"
    case .twice(let ranks): "\(ranks) ranks were measured twice"
    case .noTime(let ranks): "the run on \(ranks) ranks has no seconds above 0"
    }
  }
}
