/// A plan that takes part in a race.
public struct RaceEntry: Sendable {
  /// What it is called.
  public let name: String
  /// The run under this plan.
  public let experiment: Experiment

  /// A run under a name of its own.
  public init(name: String, experiment: Experiment) {
    self.name = name
    self.experiment = experiment
  }

  /// Runs with the same digest end with the same bits (law 2).
  var bits: String { experiment.blueprint.modelDigest }
}
