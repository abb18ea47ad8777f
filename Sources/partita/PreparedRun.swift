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
  /// The SHA-256 of the samples, and of all that the run was given as bytes.
  let dataDigest: String?
  let digests: [String: String]
  /// What a prediction must know of how inputs were made.
  let notes: [String: String]

  /// By what a plan is found where the configuration says nothing of one.
  enum AutoPlanning {
    /// By what was measured here, now or before.
    case measured
    /// By what is computed from operations and bytes.
    case analytic
    /// By a simple rule, at once.
    case simple
  }

  /// Prepares this rank's part; every rank must.
  ///
  /// - Parameters:
  ///   - config: what is run.
  ///   - session: the ranks.
  ///   - start: where the run goes on.
  ///   - planning: by what an open plan is found.
  ///   - device: where kernels run; nil takes this machine's.
  ///   - isWarm: whether the process is warmed first, so that what it grows by is the run's.
  init(
    _ config: TrainingConfig, _ session: RankSession, from start: RunStart = .beginning,
    planning: AutoPlanning = .measured, isWarm: Bool = false, device: (any Device)? = nil
  ) throws {
    let transport = session.transport
    let (description, blueprint) = try session.prepare {
      let description = try config.describeData()
      return (description, try Blueprint(config, data: description))
    }
    let choice = try session.autoChoice(blueprint, by: planning)
    let experiment = try session.prepare {
      try Experiment(blueprint, worldSize: transport.size, choice: choice)
    }
    try session.prepare {
      guard let available = AvailableMemory.bytes else { return }
      try experiment.checkMemory(
        of: session.host.places, available: available, device: makeDevice())
    }
    let program = experiment.programDigest
    try session.agree(on: experiment.facts(description, program: program))
    let (dataset, polls) = try session.prepare {
      (
        experiment.readsData(rank: transport.rank) ? try config.loadData() : nil,
        try session.startProgress(config.parallel.progress) != .waiting
      )
    }
    let dataFact = Dataset.fact(dataset, of: config)
    try session.agree(on: [dataFact])
    dataDigest = try transport.collect(dataFact.value).compactMap { $0 }.first
    notes = try transport.collect(dataset?.notes).compactMap { $0 }.first ?? [:]
    if case .checkpoint(let point, sees: _) = start, point.hasOtherData(than: dataDigest) {
      try session.end(
        with: "\(dataFact.name) has other samples than when the run of \(point.path) "
          + "began")
    }
    // What a process reads of its neighbours' memory counts as its own, too: where growth is measured, it
    // is that of ranks that send messages.
    let sharesMemory = config.parallel.sharedMemory && !isWarm
    func makeTrainer() throws -> Trainer {
      try Trainer(
        experiment, dataset: dataset, device: device ?? makeDevice(), transport: transport,
        pollsBetweenKernels: polls, sharesMemory: sharesMemory, from: start)
    }
    if isWarm { try session.perform { try Trainer.warmUp(makeTrainer) } }
    let trainer = try session.prepare(makeTrainer)
    try session.agree(on: [trainer.weightsFact])
    self.experiment = experiment
    self.trainer = trainer
    var digests = ["program": program]
    digests["data"] = dataDigest
    digests["initial_weights"] = trainer.readWeights ? trainer.weightsFact.value : nil
    self.digests = digests
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
