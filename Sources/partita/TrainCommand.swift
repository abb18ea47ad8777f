import ArgumentParser
import PartitaConfig
import PartitaDevice
import PartitaTraining
import PartitaTransport

/// `partita train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains the network of a configuration on the ranks that mpirun started.",
    discussion: """
      Writes metrics.jsonl, weights.safetensors and config.yaml to output.directory. Rank 0 \
      speaks for all.
      """)

  @OptionGroup var config: ConfigOptions

  @Option(help: "Stops after this many steps.")
  var steps: Int?

  @OptionGroup var trace: TraceOptions

  @Flag(help: "Standard output is JSON lines only: step, epoch and end events.")
  var json = false

  mutating func validate() throws {
    if let steps, steps < 1 {
      throw ValidationError("--steps takes a number above 0, not \(steps)")
    }
  }

  func run() throws {
    let session = try RankSession()
    let prepared = try session.prepare {
      var config = try self.config.load()
      if let steps { config = try config.with(steps: steps) }
      return try PreparedRun(config, session)
    }
    // Only when every rank could be set up is anything written.
    let journal = try session.prepare {
      try session.speaks ? Journal(prepared.experiment, json: json) : nil
    }
    let traceFile = try session.prepare { try session.speaks ? trace.file() : nil }
    let predicted = try session.prepare {
      try session.speaks ? trace.prediction(of: prepared.experiment) : nil
    }
    journal?.begin(prepared.experiment)
    session.warnOfSharedCores()
    try session.perform {
      let step = try prepared.trainer.run(tracing: trace.isWanted) { event in
        try journal?.record(event)
      }
      if let traceFile, let step { try trace.write(step, predicted: predicted, to: traceFile) }
    }
    try session.finish()
  }
}

/// A configuration made into a trainer for this rank.
struct PreparedRun {
  let experiment: Experiment
  let trainer: Trainer

  init(_ config: TrainingConfig, _ session: RankSession) throws {
    let transport = session.transport
    let data = try config.describeData()
    experiment = try Experiment(config, data: data, worldSize: transport.size)
    let dataset =
      experiment.readsData(rank: transport.rank)
      ? try config.loadData() : nil
    trainer = try Trainer(
      experiment, dataset: dataset, device: makeDevice(), transport: transport,
      pollsBetweenKernels: try session.startProgress(config.parallel.progress) != .waiting)
  }
}
