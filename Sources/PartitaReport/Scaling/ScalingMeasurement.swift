internal import PartitaPlan
public import PartitaSchedule
public import PartitaSimulator

/// What was measured, and predicted, of a step on some ranks.
public struct ScalingMeasurement: Hashable, Sendable {
  /// The memory of one rank.
  public struct Memory: Hashable, Sendable {
    /// The rank.
    public var rank: Int
    /// Bytes of its arena, as allocated.
    public var measuredBytes: Int?
    /// Bytes that were predicted.
    public var predictedBytes: Int?

    /// Bytes are nil where nobody counted, or foresaw, them.
    public init(rank: Int, measuredBytes: Int?, predictedBytes: Int?) {
      self.rank = rank
      self.measuredBytes = measuredBytes
      self.predictedBytes = predictedBytes
    }
  }

  /// The number of ranks.
  public var ranks: Int
  /// As `2 x 2`: stages x replicas.
  public var plan: String
  /// The schedule's name.
  public var schedule: String
  /// Samples of a step.
  public var batch: Int
  /// Slices of a batch.
  public var microbatches: Int
  /// The median seconds of a step of each launch, in the order of the launches.
  public var repeats: [Double]
  /// What the simulator said of it.
  public var prediction: Prediction?
  /// The memory of the ranks.
  public var memory: [Memory]
  /// A step as predicted.
  public var predictedTrace: Trace?
  /// A step as it went.
  public var measuredTrace: Trace?

  /// `repeats` are seconds of a step above 0, one for each launch that counts.
  public init(
    ranks: Int, plan: String, schedule: String, batch: Int, microbatches: Int, repeats: [Double],
    prediction: Prediction? = nil, memory: [Memory] = [], predictedTrace: Trace? = nil,
    measuredTrace: Trace? = nil
  ) {
    self.ranks = ranks
    self.plan = plan
    self.schedule = schedule
    self.batch = batch
    self.microbatches = microbatches
    self.repeats = repeats
    self.prediction = prediction
    self.memory = memory
    self.predictedTrace = predictedTrace
    self.measuredTrace = measuredTrace
  }

  /// By what share the slowest launch took longer than the fastest.
  var unsteadiness: Double { (repeats.max() ?? 1) / (repeats.min() ?? 1) - 1 }

  /// Where the time of the measured trace went; nil without one.
  var account: TraceAccount? { measuredTrace.map(TraceAccount.init) }

  /// The median over launches, in seconds.
  public var seconds: Double { repeats.median }
}
