public import PartitaRuntime

/// What may happen to a run beside its steps: checkpoints, and an end before the last step.
public struct RunControl {
  /// Where checkpoints go; nil for a run without any.
  public struct Place: Sendable {
    /// The run's folder, as rank 0 has it.
    public let folder: String
    /// For each rank, whether it sees that folder.
    public let sees: [Bool]
    /// The SHA-256 of the samples, for whoever goes on from there.
    public let dataDigest: String?

    /// A folder that some ranks see.
    public init(folder: String, sees: [Bool], dataDigest: String?) {
      self.folder = folder
      self.sees = sees
      self.dataDigest = dataDigest
    }
  }

  /// Where checkpoints go.
  public var place: Place?
  /// Whether somebody has asked this rank to stop; asked once a step.
  public var isStopRequested: () -> Bool = { false }
  /// Gets words about this rank that are no end of the run.
  public var complain: (String) -> Void = { _ in }
  /// Whether to trace the third step, or the last where there are fewer.
  public var isTracing = false

  /// A run to the last step, with nothing beside.
  public init() {}
}

/// How a run has ended.
public struct RunEnding: Sendable {
  /// The step after which it was stopped, and the checkpoint to go on from; nil at the last step.
  public let stopped: (step: Int, checkpoint: String)?
  /// The traced step.
  public let trace: MeasuredStep?
}
