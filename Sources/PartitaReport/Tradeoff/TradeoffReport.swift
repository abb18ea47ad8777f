/// The ways to train a network that is too large for one device, beside each other.
public struct TradeoffReport: Sendable {
  /// A way.
  public struct Row: Hashable, Sendable {
    /// What is done, as `pipeline`.
    public var way: String
    /// The devices.
    public var ranks: Int
    /// Stages and replicas, and the schedule, as `2 x 1 1f1b`; nil where there is no plan.
    public var plan: String?
    /// Samples of an update, and the pieces that they come in.
    public var batch, microbatches: Int
    /// The learning rate.
    public var rate: Double
    /// Why there is no plan.
    public var refusal: String?
    /// Whether every device has room.
    public var fits = false
    /// Predicted seconds of a step.
    public var predicted: Double?
    /// Bytes of the device that needs most.
    public var bytes: Int?
    /// Bytes that are sent in a step.
    public var sent: Int?
    /// Measured seconds of a step; nil where it wasn't run.
    public var measured: Double?
    /// What was predicted of the step by costs of the same minutes.
    public var predictedThen: Double?
    /// L by the samples that were seen, a mean over the steps between two points; empty where it wasn't run.
    public var losses: [Point] = []

    /// L after so many samples.
    public struct Point: Hashable, Sendable {
      /// Samples seen.
      public var samples: Int
      /// L, the mean since the point before.
      public var loss: Double

      /// A point.
      public init(samples: Int, loss: Double) {
        self.samples = samples
        self.loss = loss
      }
    }

    /// A way that hasn't been looked at.
    public init(_ way: String, ranks: Int, batch: Int, microbatches: Int, rate: Double) {
      self.way = way
      self.ranks = ranks
      self.batch = batch
      self.microbatches = microbatches
      self.rate = rate
    }

    /// Seconds of a step: measured, else predicted.
    public var seconds: Double? { measured ?? predicted }
    /// Seconds of a sample.
    public var secondsOfSample: Double? { seconds.map { $0 / Double(batch) } }
    /// How far the prediction lay from what was measured, as a share of that.
    public var error: Double? {
      measured.flatMap { measured in predictedThen.map { $0 / measured - 1 } }
    }

    /// L after so many samples: the mean of the last four points up to there, for steps are noisy; nil
    /// before the first.
    public func loss(afterSamples samples: Double) -> Double? {
      let last = losses.prefix { Double($0.samples) <= samples * (1 + 1e-9) }.suffix(4)
      return last.isEmpty ? nil : last.reduce(0) { $0 + $1.loss } / Double(last.count)
    }

    /// L after so many seconds of steps.
    public func loss(afterSeconds seconds: Double) -> Double? {
      secondsOfSample.flatMap { loss(afterSamples: seconds / $0) }
    }
  }

  /// What the run is called.
  public var name: String
  /// Bytes of a device.
  public var memory: Int
  /// Samples after which ways are compared.
  public var samples: Int
  /// Devices that there are.
  public var ranks: Int
  /// The ways; the one that changes nothing first.
  public var rows: [Row]
  /// By what share a plan that ran twice differed from itself; nil where nothing ran.
  public var floor: Double?
  /// What kept ways from being measured.
  public var problems: [String] = []
  /// What else is to be known of the numbers.
  public var facts: [ReportFact]

  /// Ways of a run; `rows` must have one, that of the whole.
  public init(
    name: String, memory: Int, samples: Int, ranks: Int, rows: [Row], floor: Double? = nil,
    facts: [ReportFact] = []
  ) {
    precondition(!rows.isEmpty)
    self.name = name
    self.memory = memory
    self.samples = samples
    self.ranks = ranks
    self.rows = rows
    self.floor = floor
    self.facts = facts
  }

  /// The way that changes nothing.
  public var whole: Row { rows[0] }
  /// Those for which every device has room.
  public var fitting: [Row] { rows.filter(\.fits) }
  /// Whether any has been run.
  public var isMeasured: Bool { rows.contains { $0.measured != nil } }
  /// Those that the words compare: that fit, and were run where any was.
  var compared: [Row] {
    fitting.filter { $0.secondsOfSample != nil && (!isMeasured || $0.measured != nil) }
  }
  /// The seconds that the fastest takes for `samples`.
  var shortest: Double? {
    compared.compactMap(\.secondsOfSample).min().map { $0 * Double(samples) }
  }
  /// By what share measurements may lie from predictions.
  ///
  /// What was seen of plans and costs that were measured in one launch (Documentation/Prediction.md): 15 %,
  /// and what the clock was off by.
  public var statedError: Double { 0.15 + (floor ?? 0) }
}
