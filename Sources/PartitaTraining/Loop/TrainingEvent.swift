internal import PartitaRuntime

/// What a run tells whoever watches it.
public enum TrainingEvent: Sendable {
  /// One step is done.
  case step(StepRecord)
  /// An epoch is over, or the run within it.
  case epoch(EpochRecord)
  /// The weights after the epoch with the best validation loss so far, where they are to be kept;
  /// empty but on rank 0.
  case best(epoch: Int, weights: [NamedTensor])
  /// A checkpoint after so many steps is on the disk, or could not be written.
  case checkpoint(step: Int, isSound: Bool)
  /// The run is over.
  case end(EndRecord)
}

/// One step.
public struct StepRecord: Sendable {
  /// The step, counted from 1.
  public let step: Int
  /// The steps of the run.
  public let stepCount: Int
  /// The epoch, counted from 1.
  public let epoch: Int
  /// L and J at the step's start.
  public let loss, objective: Double
  /// The norm of all gradients before clipping, where they are clipped.
  public let gradientNorm: Double?
  /// Samples of the step.
  public let samples: Int
  /// Seconds that the step took on this rank.
  public let seconds: Double
  /// The sums of what ranks had to say.
  let signals: StepSignals
}

/// One epoch.
public struct EpochRecord: Sendable {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// L over the samples of its steps, each as it was before its step's update.
  public let trainLoss: Double
  /// The share of right answers among them, where labels are classes.
  public let trainAccuracy: Double?
  /// L over the validation samples, where epochs are judged.
  public let validationLoss: Double?
  /// The share of right answers among them, where labels are classes.
  public let validationAccuracy: Double?
  /// Whether that is the best validation loss so far.
  public let isBest: Bool
  /// L over the test set, where there is one.
  public let testLoss: Double?
  /// The share of right answers over the test set, where labels are classes.
  public let testAccuracy: Double?
}

/// The end.
public struct EndRecord: Sendable {
  /// Steps done.
  public let steps: Int
  /// L of the last step.
  public let loss: Double
  /// L and the share of right answers over the test set.
  public let testLoss, testAccuracy: Double?
  /// The weights; empty but on rank 0.
  public let weights: [NamedTensor]
  /// Seconds of all steps, evaluation not included.
  public let seconds: Double
}
