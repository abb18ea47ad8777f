internal import PartitaPlan
public import PartitaPlanner
public import PartitaWorkload

/// Methods of planning compared on workloads and numbers of devices: tables, figures and pages.
public struct ComparisonReport: Hashable, Sendable {
  /// One workload, and the plans for it.
  public struct Subject: Hashable, Sendable {
    /// Its name, and its cost model's.
    public let name, family: String
    /// What a value counts.
    public let unit: Unit
    /// How many nodes and edges it has.
    public let nodes, edges: Int
    /// The SHA-256 of the file, as 64 hex digits.
    public let inputSHA256: String
    /// The plans, one comparison for each number of devices, ascending.
    public let comparisons: [PartitionComparison]

    /// Puts the parts together.
    public init(
      _ workload: Workload, inputSHA256: String, comparisons: [PartitionComparison]
    ) {
      name = workload.name
      family = workload.family
      unit =
        switch workload.costs {
        case .pipedream: .secondsAMinibatch
        case .placement: .millisecondsOfLoad
        case .piper: .secondsASample
        }
      nodes = workload.graph.count
      edges = workload.graph.edges.count
      self.inputSHA256 = inputSHA256
      self.comparisons = comparisons.sorted { $0.devices < $1.devices }
    }

    /// The methods that were tried, in their order.
    public var methods: [PartitionMethod] {
      PartitionMethod.allCases.filter { method in
        comparisons.contains { $0.methods.contains(method) }
      }
    }
  }

  /// What a value counts.
  public enum Unit: String, Hashable, Sendable, Codable {
    /// PipeDream's.
    case secondsAMinibatch = "s a minibatch"
    /// The device placement's.
    case millisecondsOfLoad = "ms of the busiest device"
    /// Piper's.
    case secondsASample = "s a sample"

    /// How many seconds one is.
    public var seconds: Double { self == .millisecondsOfLoad ? 1e-3 : 1 }

    /// What is compared, as a headline.
    var title: String {
      switch self {
      case .secondsAMinibatch: "time of a minibatch"
      case .millisecondsOfLoad: "load of the busiest device"
      case .secondsASample: "time of a sample"
      }
    }
  }

  /// The command that made it.
  public let commandLine: String
  /// What was asked beside workloads and devices, as bandwidth: names and values.
  public let request: [ReportFact]
  /// The workloads.
  public let subjects: [Subject]

  /// Puts the parts together.
  public init(commandLine: String, request: [ReportFact], subjects: [Subject]) {
    self.commandLine = commandLine
    self.request = request
    self.subjects = subjects
  }

  /// The methods that were tried on any workload, in their order.
  public var methods: [PartitionMethod] {
    PartitionMethod.allCases.filter { method in subjects.contains { $0.methods.contains(method) } }
  }

  /// All comparisons with their workloads.
  var cases: [(subject: Subject, comparison: PartitionComparison)] {
    subjects.flatMap { subject in subject.comparisons.map { (subject, $0) } }
  }

  /// How many times the best value the median plan of a method costs; nil without a plan.
  static func ratio(_ method: PartitionMethod, _ comparison: PartitionComparison) -> Double? {
    guard case .scores(let median, _, _) = comparison.summary(of: method),
      let best = comparison.best, best > 0
    else { return nil }
    return median.value / best
  }
}
