public import PartitaWorkload

/// Methods of cutting one's own network compared on numbers of ranks: predicted, and where they ran
/// measured.
public struct NetworkReport: Hashable, Sendable {
  /// A layer of the network.
  public struct Layer: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Seconds of F and B of a microbatch.
    public let seconds: Double

    /// A layer.
    public init(name: String, seconds: Double) {
      self.name = name
      self.seconds = seconds
    }
  }

  /// A value that one layer makes and another reads.
  public struct Connection: Hashable, Sendable {
    /// The two layers, by their places.
    public let from, to: Int

    /// A value's way.
    public init(from: Int, to: Int) {
      self.from = from
      self.to = to
    }
  }

  /// Where a method cuts.
  public struct Cut: Hashable, Sendable {
    /// The layers of each stage.
    public let stages: [Range<Int>]
    /// The ranks of each stage.
    public let replicas: [Int]

    /// Stages and their ranks.
    public init(stages: [Range<Int>], replicas: [Int]) {
      self.stages = stages
      self.replicas = replicas
    }
  }

  /// What a method comes to.
  public struct Row: Hashable, Sendable {
    /// The method.
    public let method: PartitionMethod
    /// Why it has no plan; nil where it has one.
    public var refusal: String?
    /// Where it cuts.
    public var cut: Cut?
    /// Seconds of a step under the one schedule that all are compared under; nil where that doesn't fit.
    public var seconds: Double?
    /// The schedule that suits it best, and seconds under it.
    public var schedule = ""
    public var bestSeconds: Double?
    /// The least and the most over seeds; nil for a method that draws nothing.
    public var spread: ClosedRange<Double>?
    /// Seconds that were measured under its best schedule, and predicted by costs of the same minutes.
    public var measured, predictedThen: Double?

    /// A method without a plan yet.
    public init(_ method: PartitionMethod) { self.method = method }
  }

  /// One number of ranks.
  public struct Case: Hashable, Sendable {
    /// The ranks.
    public let ranks: Int
    /// Seconds that no plan is below.
    public let lowerBound: Double?
    /// The methods.
    public var rows: [Row]
    /// By what share a plan that ran twice differed from itself; nil where nothing ran.
    public var floor: Double?

    /// Methods on so many ranks.
    public init(ranks: Int, lowerBound: Double?, rows: [Row]) {
      self.ranks = ranks
      self.lowerBound = lowerBound
      self.rows = rows
    }
  }

  /// The configuration's name.
  public let name: String
  /// The command that made it.
  public let commandLine: String
  /// The schedule that all are compared under.
  public let schedule: String
  /// What was asked beside, as the machines.
  public let facts: [ReportFact]
  /// The layers, in the file's order.
  public let layers: [Layer]
  /// Who reads whom.
  public let connections: [Connection]
  /// Bytes of a microbatch over each border between two layers.
  public let crossing: [Int]
  /// The numbers of ranks, ascending.
  public let cases: [Case]

  /// A comparison.
  public init(
    name: String, commandLine: String, schedule: String, facts: [ReportFact], layers: [Layer],
    connections: [Connection], crossing: [Int], cases: [Case]
  ) {
    self.name = name
    self.commandLine = commandLine
    self.schedule = schedule
    self.facts = facts
    self.layers = layers
    self.connections = connections
    self.crossing = crossing
    self.cases = cases.sorted { $0.ranks < $1.ranks }
  }

  /// The methods, in their order.
  var methods: [PartitionMethod] {
    PartitionMethod.allCases.filter { method in
      cases.contains { $0.rows.contains { $0.method == method } }
    }
  }

  /// Whether anything was measured.
  var isMeasured: Bool { cases.contains { $0.rows.contains { $0.measured != nil } } }
}
