import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaTraining
import PartitaTransport

/// A configuration made into a trainer for this rank; all that ranks found out by themselves has been
/// compared.
struct PreparedRun {
  let experiment: Experiment
  let trainer: Trainer

  /// Prepares this rank's part; every rank must.
  init(_ config: TrainingConfig, _ session: RankSession) throws {
    let transport = session.transport
    let (description, experiment) = try session.prepare {
      let description = try config.describeData()
      return (
        description, try Experiment(config, data: description, worldSize: transport.size)
      )
    }
    try session.agree(on: experiment.facts(description))
    let (dataset, trainer) = try session.prepare {
      let dataset = experiment.readsData(rank: transport.rank) ? try config.loadData() : nil
      let trainer = try Trainer(
        experiment, dataset: dataset, device: makeDevice(), transport: transport,
        pollsBetweenKernels: try session.startProgress(config.parallel.progress) != .waiting)
      return (dataset, trainer)
    }
    try session.agree(on: [Dataset.fact(dataset, of: config), trainer.weightsFact])
    self.experiment = experiment
    self.trainer = trainer
  }
}

extension RankSession {
  /// The configuration, when all ranks have the same.
  func agreedConfig(_ load: () throws -> TrainingConfig) throws -> TrainingConfig {
    let config = try prepare(load)
    try agree(on: config.facts)
    transport.timeoutSeconds = config.parallel.timeoutSeconds
    return config
  }
}
