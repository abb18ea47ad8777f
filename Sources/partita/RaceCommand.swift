import ArgumentParser
import Foundation
import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaFiles
import PartitaPlan
import PartitaReport
import PartitaStepPlanner
import PartitaStudy
import PartitaTraining
import PartitaTransport

/// `partita race`.
struct RaceCommand: RankCommand {
  static let configuration = CommandConfiguration(
    commandName: "race",
    abstract: "Measures plans side by side in one launch, their steps taking turns.",
    discussion: """
      Each plan trains a copy of the network, with memory of its own: what the machine does meanwhile \
      it does to all of them. It ends when every other plan is slower than the fastest by the sign \
      test, or as fast to a hundredth, and after --seconds in any case. The first plan takes part \
      twice: what it differs from itself is printed as the floor. Plans of the same microbatches must \
      have the same loss at each step and the same weights at the end.
      """)

  @OptionGroup var config: ConfigOptions

  @OptionGroup var start: RankOptions

  @Option(
    help: ArgumentHelp(
      "A plan that takes part, see plan --output; may be given several times.",
      valueName: "file.plan.json"))
  var plan: [String] = []

  @Option(
    help: ArgumentHelp(
      "Another configuration on the same data, whose plan takes part too, given by --other-plan; may be "
        + "given several times. Its plan may be of one rank.", valueName: "config"))
  var other: [String] = []

  @Option(help: ArgumentHelp("The plan of each --other.", valueName: "file.plan.json"))
  var otherPlan: [String] = []

  @Option(help: "Seconds after which it ends.")
  var seconds = 60.0

  @Option(help: "Rounds that are run in any case.")
  var rounds = 5

  @Flag(
    help:
      "Measures what layers and messages cost between the turns, and predicts every plan by it.")
  var measureCosts = false

  @Flag(help: "Prints one line of JSON.")
  var json = false

  mutating func validate() throws {
    if !(seconds > 0) {
      throw ValidationError("--seconds takes a number above 0, not \(seconds)")
    }
    if plan.isEmpty, other.isEmpty {
      throw ValidationError("give at least one --plan, see plan --output")
    }
    if other.count != otherPlan.count {
      throw ValidationError(
        "each --other has an --other-plan: there are \(other.count) and \(otherPlan.count)")
    }
    if rounds < 1 { throw ValidationError("--rounds takes a number above 0, not \(rounds)") }
  }

  var ranksToStart: Int? { start.ranks }

  func run(on session: RankSession) throws {
    let options = try session.handed(self.config)
    let plan = try session.handed(self.plan)
    let (other, otherPlan) = (try session.handed(self.other), try session.handed(self.otherPlan))
    let config = try session.agreedConfig { try options.load() }
    let transport = session.transport
    let (description, entries) = try session.prepare {
      (
        try config.describeData(),
        try plan.map { try entry(of: config, plan: $0, ranks: transport.size) }
          + zip(other, otherPlan).map { path, plan in
            try entry(of: TrainingConfig(contentsOf: path), plan: plan, ranks: transport.size)
          }
      )
    }
    for entry in entries {
      try session.agree(
        on: entry.experiment.facts(description, program: entry.experiment.programDigest))
    }
    let race = try session.prepare {
      let reads = Race.readsData(entries, rank: transport.rank, measuresCosts: measureCosts)
      return try Race(
        entries, dataset: reads ? try config.loadData() : nil, transport: transport,
        measuresCosts: measureCosts,
        pollsBetweenKernels: try session.startProgress(config.parallel.progress) != .waiting,
        device: { try makeDevice() })
    }
    session.warnOfSharedCores()
    try session.perform {
      let bar = ProgressBar(on: .error, isShown: session.speaks && !json)
      let start = ContinuousClock.now
      let outcome = try race.run(seconds: seconds, fewestRounds: rounds) { standings in
        let elapsed = min(seconds, (ContinuousClock.now - start) / .seconds(1))
        bar.show(
          Int(10 * elapsed), of: Int(max(1, 10 * seconds)),
          "round \(standings.rounds): \(entries[standings.leader].name) leads")
      }
      bar.clear()
      if session.speaks { try report(RaceRecord(entries, outcome)) }
    }
    try session.finish()
  }

  /// A plan that takes part; of one rank, rank 0 runs it alone.
  private func entry(
    of config: TrainingConfig, plan path: String, ranks: Int
  ) throws -> RaceEntry {
    let document = try PlanFile.read(path)
    let blueprint = try Blueprint(config, of: document, path: path)
    return RaceEntry(
      name: Self.name(ofPlan: path),
      experiment: try Experiment(
        blueprint, worldSize: document.choice.plan.worldSize == 1 ? 1 : ranks,
        choice: document.choice))
  }

  private func report(_ record: RaceRecord) throws {
    guard !json else { return Console.print(try JSON.text(of: record, .line)) }
    for line in record.lines { Console.print(line) }
  }

  /// A file's name without folder and ending.
  private static func name(ofPlan path: String) -> String {
    let name = URL(fileURLWithPath: path).lastPathComponent
    return [".plan.json", ".json"].first(where: name.hasSuffix).map {
      String(name.dropLast($0.count))
    } ?? name
  }
}

extension RaceRecord {
  /// The race for people: a table, the fastest first, and how it ended.
  var lines: [String] {
    let rows = plans.map {
      RaceText.Row(
        name: $0.name, plan: $0.plan, schedule: $0.schedule, predicted: $0.predictedSeconds,
        measured: $0.seconds)
    }
    let end =
      switch ending {
      case .known: "every other plan is slower, or as fast to a hundredth"
      case .timeLimit: "the time was up before more could be said"
      }
    return RaceText(rows).lines + [
      "",
      "\(plans[leader].name) leads after \(rounds) rounds of \(stepsOfTurn) "
        + "\(stepsOfTurn == 1 ? "step" : "steps") each: \(end).",
      String(format: "The first plan ran twice and differed from itself by %.1f %%; ", 100 * floor)
        + "a rank took \(arenaBytes.max() ?? 0) bytes for all.",
    ]
  }
}
