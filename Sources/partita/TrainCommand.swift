import ArgumentParser
import PartitaConfig
import PartitaDevice
import PartitaTraining
import PartitaTransport

/// `partita train`.
struct TrainCommand: RankCommand {
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

  func run(on session: RankSession) throws {
    let config = try session.agreedConfig {
      let config = try self.config.load()
      return try steps.map { try config.with(steps: $0) } ?? config
    }
    let prepared = try PreparedRun(config, session)
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
