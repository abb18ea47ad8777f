import ArgumentParser
import Foundation
import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaFiles
import PartitaPlan
import PartitaReport
import PartitaRuntime
import PartitaStudy
import PartitaTraining
import PartitaWorkload

/// `partita profile`.
struct ProfileCommand: RankCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Measures what each layer costs, and on several ranks what messages cost.",
    discussion: """
      Every rank trains a copy of the whole model at once, layer by layer; the numbers go to a file \
      that the simulator reads. With --analytic nothing runs: seconds are computed \
      from operations and bytes for the device of a cluster's file.
      """)

  @OptionGroup var config: ConfigOptions

  @OptionGroup var start: RankOptions

  @Option(
    help: ArgumentHelp(
      "The file to write; by default in output.directory" + OutputFile.dash,
      valueName: "file.profile.json"))
  var output: OutputFile?

  @Option(
    help: ArgumentHelp(
      "Writes the network also as a workload in the neutral form, which plan and compare read as they "
        + "read others'; - as for --output.", valueName: "file.json"))
  var workload: OutputFile?

  @Option(
    help: ArgumentHelp(
      "Timed steps of each kind; by default half a second of each, and more until every number is known "
        + "within two in a hundred."))
  var repeats: Int?

  @Option(
    help:
      "Without --repeats: seconds after which it ends though numbers are not known so well (default: 30)."
  )
  var seconds: Double?

  @Flag(help: "Computes the seconds instead of measuring them; needs --cluster.")
  var analytic = false

  @Option(help: ArgumentHelp("The cluster to compute for, a YAML file.", valueName: "file"))
  var cluster: String?

  @Flag(help: "Prints one line of JSON.")
  var json = false

  mutating func validate() throws {
    try checkOutputs(["--output": output, "--workload": workload], json: json)
    if let repeats, repeats < 1 {
      throw ValidationError("--repeats takes a number above 0, not \(repeats)")
    }
    if let seconds, !(seconds > 0) {
      throw ValidationError("--seconds takes a number above 0, not \(seconds)")
    }
    if repeats != nil, seconds != nil {
      throw ValidationError("--repeats says how many steps, --seconds how long: give one of them")
    }
    if analytic, repeats != nil || seconds != nil || start.ranks != nil {
      throw ValidationError(
        "--repeats, --seconds and --ranks measure, --analytic computes: leave out one or the other")
    }
    if analytic != (cluster != nil) {
      throw ValidationError(
        analytic
          ? "--analytic needs --cluster with a file such as configs/clusters/dgx-a100.yaml"
          : "--cluster goes with --analytic: what is measured is this machine")
    }
  }

  var ranksToStart: Int? { start.ranks }

  func run(on session: RankSession) throws {
    lendOutput(to: output, workload)
    if let cluster {
      try Console.attempt {
        let (experiment, _) = try serialExperiment(self.config)
        try report(try experiment.analyticProfile(on: try Cluster(contentsOf: cluster)), experiment)
      }
      return try session.finish()
    }
    let options = try session.handed(config)
    _ = try session.agreedConfig { try options.load() }
    let prepared = try session.prepare {
      let (experiment, config) = try serialExperiment(options)
      let dataset = try config.loadData()
      let profiler = try Profiler(
        experiment, dataset: dataset, device: makeDevice(), transport: session.transport)
      return (experiment: experiment, profiler: profiler)
    }
    session.warnOfSharedCores()
    // What can't be written is said before minutes of measuring.
    try session.prepare {
      let file = file(prepared.experiment)
      if session.speaks, !file.isStandardOutput {
        let folder = URL(fileURLWithPath: file.path).deletingLastPathComponent()
        _ = try OutputDirectory(folder.relativePath)
      }
    }
    let bar = ProgressBar(on: Console.results, isShown: session.speaks && !json, parts: 4)
    var profile: Profile?
    try session.perform {
      profile = try prepared.profiler.measure(repeats: repeats, seconds: seconds ?? 30) {
        progress in
        bar.show(
          progress.done, of: progress.total,
          "\(progress.what) \(progress.done)/\(progress.total)"
        ) { "\(progress.what): \(25 * $0) %" }
      }
    }
    bar.clear()
    try session.prepare {
      if session.speaks, let profile { try report(profile, prepared.experiment) }
    }
    try session.finish()
  }

  /// The model on one rank: the plan of the configuration is of no importance here.
  private func serialExperiment(
    _ options: ConfigOptions
  ) throws -> (Experiment, TrainingConfig) {
    let config = try options.load().with(parallel: .serial)
    return (try Experiment(config, data: try config.describeData(), worldSize: 1), config)
  }

  private func file(_ experiment: Experiment) -> OutputFile {
    let config = experiment.config
    return output ?? OutputFile("\(config.output.directory)/\(config.name).profile.json")
  }

  /// How well the numbers are known.
  private static func words(_ doubt: Double, leastKnown: String?) -> String {
    guard let leastKnown else { return "all numbers are computed" }
    let share = String(format: "%.1f %%", 100 * doubt)
    return doubt <= Profiler.doubtAtMost
      ? "each number is known within \(share)"
      : "the time was up before each number was known within two in a hundred: \(leastKnown) within "
        + share
  }

  private func report(_ profile: Profile, _ experiment: Experiment) throws {
    let file = file(experiment)
    try file.write(profile, ProfileFile.layout)
    try workload?.write(NetworkWorkload(experiment, profile).text)
    let seconds = profile.serialSeconds(
      microbatchSizes: experiment.batches.sliceSizes(ofBatchOf: experiment.batches.batch))
    guard json else {
      for line in profile.table { Console.print(line) }
      Console.print(String(format: "a step on one rank: %.6f s by the sum of its parts", seconds))
      Console.print(Self.words(profile.doubt, leastKnown: profile.leastKnown))
      if let serial = profile.step.serial {
        Console.print(
          String(
            format: "  %.6f s as the runtime performs it; the sum is %+.1f %% off", serial.median,
            100 * (seconds / serial.median - 1)))
        if serial.upperQuartile > 1.2 * serial.lowerQuartile {
          Console.say(
            "partita: the machine was busy while this was measured: measure again when it is "
              + "quiet\n")
        }
      }
      Console.print("written to \(file.words)")
      if let workload { Console.print("as a workload in \(workload.words)") }
      return
    }
    let record: JSON = [
      "case": .string(experiment.config.name), "kind": .string(profile.kind.rawValue),
      "device": .string(profile.device), "layers": .integer(profile.layers.count),
      "ranks": .integer(profile.setting.ranks), "seconds_per_step": .number(seconds),
      "measured_seconds_per_step": profile.step.serial.map { .number($0.median) } ?? .null,
      "doubt": .number(profile.doubt), "file": .string(file.path),
    ]
    Console.print("\(record)")
  }
}
