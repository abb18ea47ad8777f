internal import PartitaConfig
internal import PartitaPlan

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

  /// Runs with the same words end with the same bits (law 2).
  var bits: String {
    "\(experiment.blueprint.modelDigest) \(experiment.config.training.learningRate)"
  }

  /// Whether one of several ranks runs it, and the others wait.
  func isAlone(among ranks: Int) -> Bool { ranks > 1 && experiment.plan.worldSize == 1 }

  /// Whether a rank of several takes part.
  func has(rank: Int, of ranks: Int) -> Bool { rank == 0 || !isAlone(among: ranks) }
}
