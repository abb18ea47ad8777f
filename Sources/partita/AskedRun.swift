import ArgumentParser
import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaTraining
import PartitaTransport

/// What every verb that asks a trained network takes.
struct RunOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("A run's folder, its output.directory.", valueName: "run"))
  var folder: String

  @Flag(help: "Asks the weights of the best epoch, not the last ones.")
  var best = false

  @OptionGroup private var changes: ConfigChanges

  /// What replaces values of the run's configuration.
  var overrides: [String] { changes.overrides }

  /// Finds the run.
  func load() throws -> TrainedRun { try TrainedRun(folder, best: best) }
}

/// A trained run made ready to be asked on this rank; all that ranks found out by themselves has been
/// compared.
struct AskedRun {
  let config: TrainingConfig
  let dataset: Dataset?
  let predictor: Predictor
  let experiment: Experiment

  /// Prepares this rank's part; every rank must.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - overrides: what replaces values of its configuration.
  ///   - session: the ranks.
  ///   - describe: what the samples that are asked about look like.
  ///   - load: loads them.
  init(
    _ run: TrainedRun, overrides: [String], _ session: RankSession,
    describe: (TrainingConfig) throws -> DataDescription = { try $0.describeData() },
    load: (TrainingConfig) throws -> Dataset? = { try $0.loadData() }
  ) throws {
    let config = try session.agreedConfig { try run.config(overrides: overrides) }
    let transport = session.transport
    let (description, experiment) = try session.prepare {
      let description = try describe(config)
      guard description.testCount > 0 else { throw NothingToAsk() }
      let blueprint = try Blueprint(config, data: description, tellsOutputs: true)
      return (description, try Experiment(blueprint, worldSize: transport.size))
    }
    try session.agree(on: experiment.facts(description, program: experiment.programDigest))
    // Rank 0 compares answers with labels.
    let dataset = try session.prepare {
      session.speaks || experiment.readsData(rank: transport.rank) ? try load(config) : nil
    }
    try session.agree(on: [Dataset.fact(dataset, of: config)])
    let predictor = try session.prepare {
      try Predictor(
        experiment, dataset: dataset, weights: run.bringsWeights ? nil : run.weights,
        device: makeDevice(),
        transport: transport)
    }
    try session.agree(on: [predictor.weightsFact])
    self.config = config
    self.dataset = dataset
    self.predictor = predictor
    self.experiment = experiment
  }
}

/// A data set without anything to test on.
private struct NothingToAsk: Error, CustomStringConvertible {
  let description = "data: there are no samples to test on"
}
