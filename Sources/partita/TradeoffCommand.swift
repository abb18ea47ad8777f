import ArgumentParser
import PartitaConfig
import PartitaData
import PartitaFiles
import PartitaGraph
import PartitaPlan
import PartitaReport
import PartitaStepPlanner
import PartitaStudy
import PartitaTraining

/// `partita tradeoff`.
struct TradeoffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tradeoff",
    abstract: "Says what to do with a network that is too large for one device.",
    discussion: """
      Lays out every way within --memory bytes a device: a smaller minibatch, the batch in more pieces, \
      recomputation, copies, a pipeline, and mixtures as the planner likes. Predicts what a step of each \
      takes, sends and keeps; runs those that fit this machine side by side in one launch, and trains \
      on --samples to compare losses, after the same samples and after the same seconds. Then says what \
      follows for this network on these devices. With --cluster nothing runs.
      """)

  @OptionGroup var config: ConfigOptions

  @Option(help: ArgumentHelp("Bytes that a device has.", valueName: "bytes"))
  var memory: Double

  @Option(help: "The devices that there are; by default those of --cluster, or 2.")
  var ranks: Int?

  @Option(help: ArgumentHelp("The machines, as in configs/clusters.", valueName: "file"))
  var cluster: String?

  @Option(
    help: "Samples to train on, for the losses; by default an epoch's.")
  var samples: Int?

  @Flag(inversion: .prefixedNo, help: "Runs what runs here.")
  var measure = true

  @Option(help: "Seconds that the steps of all ways may take turns for.")
  var seconds = 30.0

  @Option(help: ArgumentHelp("A folder for a page and its data.", valueName: "folder"))
  var output: String?

  @Flag(help: "Prints one object of JSON.")
  var json = false

  mutating func validate() throws {
    try checkFolder(output, files: "tradeoff.html and tradeoff.json")
    guard memory >= 1, memory.isFinite else {
      throw ValidationError("--memory takes a number of bytes, not \(memory)")
    }
    if let ranks, ranks < 1 {
      throw ValidationError("--ranks takes a number above 0, not \(ranks)")
    }
    if let samples, samples < 1 {
      throw ValidationError("--samples takes a number above 0, not \(samples)")
    }
    if !(seconds > 0) {
      throw ValidationError("--seconds takes a number above 0, not \(seconds)")
    }
  }

  private static let launchSeconds = 600.0

  func run() throws {
    try Console.attempt {
      let config = try self.config.loadWithOpenPlan()
      let cluster = try cluster.map { try Cluster(contentsOf: $0) }
      let directory = try output.map { try OutputDirectory($0) }
      let launcher = VerbLauncher(timeoutSeconds: Self.launchSeconds)
      let ranks = ranks ?? cluster?.deviceCount ?? 2
      var planning = RunPlanning(config, ranks: ranks, profile: nil, cluster: cluster)
      if cluster == nil {
        planning.profile = try MeasuredProfiles(launcher) { ranks, _ in
          Console.say("profile on \(ranks) \(ranks == 1 ? "rank" : "ranks")\n")
        }.profile(config, ranks: ranks, seconds: 3)
      }
      if cluster == nil {
        // What is measured differs from day to day anyway.
        let start = ProcessClock.seconds()
        planning.isOutOfTime = { ProcessClock.seconds() > start + $0 * 60 }
      }
      planning.effort = 400_000
      let limit = Int(clamping: memory)
      let ways = try WaysOut(planning, limit: limit).all()
      let data = try config.describeData()
      var report = TradeoffReport(
        name: config.name, memory: limit, samples: try sampleCount(config, data), ranks: ranks,
        rows: ways.map(TradeoffReport.Row.init),
        facts: cluster.map { [ReportFact("cluster", "\($0.name), as simulated")] }
          ?? [ReportFact("processor", HostMachine.processor)])
      if measure, cluster == nil {
        TradeoffTrial(config, ways, launcher, seconds: seconds).run(&report)
        report.facts += MachineFacts.all(measuredIn: nil)
      }
      if let directory {
        let command = (["partita"] + Partita.words).joined(separator: " ")
        try AtomicText.write(report.html(command: command), to: directory.file("tradeoff.html"))
        try AtomicText.write("\(report.json)\n", to: directory.file("tradeoff.json"))
      }
      if json { return Console.print("\(report.json)") }
      for line in report.lines { Console.print(line) }
      if let directory { Console.print("written to \(directory.file("tradeoff.html"))") }
    }
  }

  /// The samples that are compared: whole batches.
  private func sampleCount(_ config: TrainingConfig, _ data: DataDescription) throws -> Int {
    let batch = config.training.batch
    return max(1, (samples ?? data.trainCount) / batch) * batch
  }
}

extension TradeoffReport.Row {
  /// A way as its row.
  init(_ way: WayOut) {
    self.init(
      way.kind.rawValue, ranks: way.ranks, batch: way.batch, microbatches: way.microbatches,
      rate: way.config.training.learningRate.base)
    if let planned = way.planned {
      let choice = planned.plan.choice
      plan = "\(choice.plan) \(choice.order.words)"
      predicted = planned.plan.seconds
    }
    refusal = way.refusal
    fits = way.fits
    bytes = way.bytes
    sent = way.sentBytes
  }
}
