/// What can end a run, once its configuration is read.
public enum TrainingError: Error, Sendable, CustomStringConvertible {
  /// The model doesn't fit the data, or itself.
  case model(String)
  /// The plan doesn't fit the model or the number of ranks.
  case plan(String)
  /// The ranks of a host need more memory than it has.
  case memory(String)
  /// Initial weights don't fit the model.
  case weights(file: String, problem: String)
  /// Nothing is known of what a prediction needs.
  case prediction(String)
  /// Two plans that train the same bits don't.
  case bits(String, of: String, and: String)
  /// The loss is not a number any more.
  case notFinite(step: Int, loss: Double, objective: Double)
  /// The loss over the test set is not a number any more.
  case notFiniteTest(epoch: Int, loss: Double)
  /// The last update has left weights that are no numbers.
  case notFiniteWeights(step: Int, name: String)
  /// The run was asked to stop, and could not save where it stands.
  case notStopped(step: Int)

  public var description: String {
    switch self {
    case .model(let problem): "model: \(problem)"
    case .plan(let problem): "parallel: \(problem)"
    case .memory(let problem): "memory: \(problem)"
    case .weights(let file, let problem): "\(file): \(problem)"
    case .prediction(let problem): problem
    case .bits(let what, let one, let other):
      "\(what) of '\(one)' and '\(other)' have different bits: one of them is not computed as it "
        + "should be"
    case .notFinite(let step, let loss, let objective):
      "step \(step): the loss is \(loss) and J is \(objective): \(Self.smallerSteps)"
    case .notFiniteTest(let epoch, let loss):
      "epoch \(epoch): the loss over the test set is \(loss): \(Self.smallerSteps)"
    case .notFiniteWeights(let step, let name):
      "step \(step): the update has left numbers in \(name) that are not finite: "
        + Self.smallerSteps
    case .notStopped(let step):
      "step \(step): the run was asked to stop, and its checkpoint could not be written: older "
        + "checkpoints stand"
    }
  }

  private static let smallerSteps =
    "try a smaller training.learning_rate, or training.warmup_steps, or training.clip_norm; no "
    + "weights were saved"
}
