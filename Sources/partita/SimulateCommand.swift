import ArgumentParser
import Foundation
import PartitaConfig
import PartitaDevice
import PartitaFiles
import PartitaGraph
import PartitaPlan
import PartitaReport
import PartitaSchedule
import PartitaSimulator
import PartitaTraining

/// `partita simulate`.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Predicts the time of a step, where it goes, and the memory that it takes.",
    discussion: """
      Of a configuration on --ranks, or of a program's file: by a profile of the model and a \
      cluster; without a profile by the operations and bytes of the model on the cluster's devices, \
      without a cluster by the messages that the profile measured. Of a pipeline without a model: \
      --kind, --stages, --microbatches and --costs.

      bubble_fraction is the idle share of all ranks' time until the makespan; \
      span_bubble_fraction counts from each rank's first compute action to its last. A message \
      delays, and occupies nobody.
      """)

  @Argument(
    help: ArgumentHelp(
      "A configuration (YAML) or a program (JSON, see schedule --program).",
      valueName: "config|program"))
  var path: String?

  @OptionGroup var changes: ConfigChanges

  @Option(help: ArgumentHelp("What the layers cost, see profile.", valueName: "file"))
  var profile: String?

  @Option(help: ArgumentHelp("The machines, as in configs/clusters.", valueName: "file"))
  var cluster: String?

  @Option(help: "The number of ranks of a configuration; by default what its plan needs.")
  var ranks: Int?

  @OptionGroup var pipeline: PipelineOptions

  @Flag(help: "Prints one object of JSON.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Writes a trace for Perfetto (ui.perfetto.dev)" + OutputFile.dash, valueName: "file"))
  var trace: OutputFile?

  mutating func validate() throws {
    try checkOutputs(["--trace": trace], json: json)
    if let ranks, ranks < 1 {
      throw ValidationError("--ranks takes a number above 0, not \(ranks)")
    }
    guard (path != nil) != pipeline.isGiven else {
      throw ValidationError(
        "give a configuration or a program, or --kind, --stages and --microbatches")
    }
    if path == nil, profile != nil || cluster != nil || ranks != nil || !changes.overrides.isEmpty {
      throw ValidationError(
        "--profile, --cluster, --ranks and --set belong to a configuration or a program")
    }
    if path != nil, profile == nil, cluster == nil {
      throw ValidationError(
        "give --profile, --cluster, or both: something must say what work costs")
    }
  }

  func run() throws {
    lendOutput(to: trace)
    try Console.attempt {
      let (simulation, memory) = try simulation()
      try trace?.write(Perfetto.json([("predicted", simulation.trace)]))
      let prediction = simulation.prediction
      guard json else {
        Console.print(prediction.words)
        if let memory, let most = memory.max(), let rank = memory.firstIndex(of: most) {
          Console.print("memory: \(most) bytes on rank \(rank), the most of all")
        }
        return
      }
      Console.print("\(prediction.json(memory: memory))")
    }
  }

  /// The step, and the bytes that each rank takes where there is a model.
  private func simulation() throws -> (Simulation, memory: [Int]?) {
    guard let path else {
      let synthetic = try pipeline.pipeline()
      return (try Simulation(synthetic.program.proved(), synthetic.costs), nil)
    }
    let cluster = try cluster.map { try Cluster(contentsOf: $0) }
    let profile = try profile.map { try ProfileFile.read($0) }
    guard path.hasSuffix(".json") else {
      let config = try TrainingConfig(contentsOf: path, overrides: changes.overrides)
      let experiment = try Experiment(config, ranks: ranks, isOnPaper: true)
      return (
        try Simulation(of: experiment, profile: profile, cluster: cluster),
        try experiment.arenaBytes(device: experiment.blueprint.layoutDevice())
      )
    }
    guard changes.overrides.isEmpty, ranks == nil else {
      throw Refusal(words: "\(path) is a program: it has its ranks, and takes no --set")
    }
    guard let profile else {
      throw Refusal(words: "a program says nothing of its layers' cost: give --profile")
    }
    let program = try ProgramFile.read(path).proved()
    return (try Simulation(program, profile: profile, cluster: cluster), nil)
  }
}
