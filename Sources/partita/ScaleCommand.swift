import ArgumentParser
import Foundation
import PartitaConfig
import PartitaFiles
import PartitaPlan
import PartitaReport
import PartitaStudy
import PartitaTraining

/// `partita scale`.
struct ScaleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scale",
    abstract: "Measures a training step on several numbers of ranks and writes a report.",
    discussion: """
      Launches mpirun itself: each number of ranks once for nothing, then in rounds. One rank is \
      always measured, for speed-up is relative to it. Where the configuration's stages, replicas \
      or cuts don't make so many ranks, they are chosen anew; --set keeps them. Writes \
      report.html, report.md and report.json, and keeps each measurement in measured.jsonl as soon \
      as it has come: the same command with --resume goes on from there.
      """)

  @OptionGroup var config: ConfigOptions

  @Option(help: ArgumentHelp("The numbers of ranks.", valueName: "1,2,4"))
  var ranks: String

  @Flag(help: "Batch and microbatches grow with the ranks: weak scaling.")
  var weak = false

  @Option(help: "Launches of each number of ranks that count.")
  var repeats = 5

  @Option(
    help: "Steps that each launch measures; by default as many as take half a second, 30 to 5000.")
  var steps: Int?

  @Option(help: "Seconds that one launch may take.")
  var timeout = 600.0

  @Option(
    help: ArgumentHelp(
      "The folder of the report. Default: scale- and the configuration's name.",
      valueName: "folder"))
  var output: String?

  @Flag(help: "Goes on with what an earlier call of the same command has measured.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Plans that are predicted and measured besides, on up to as many ranks as there are cores; those "
        + "of as many ranks in one launch, their steps taking turns.",
      valueName: "n"))
  var plans = 0

  @Option(
    help: ArgumentHelp(
      "Numbers of ranks beyond this machine to simulate; needs --cluster.",
      valueName: "8,64,512"))
  var predict: String?

  @Option(
    help: ArgumentHelp("The machines to simulate, as in configs/clusters.", valueName: "file"))
  var cluster: String?

  @OptionGroup var launch: LaunchOptions

  @Flag(help: "Prints report.json, and says nothing else on standard output.")
  var json = false

  mutating func validate() throws {
    try checkFolder(output, files: "report.html and its neighbours")
    do { if let predict { _ = try RankList(predict) } } catch {
      throw ValidationError("--predict \(error)")
    }
    if (predict != nil) != (cluster != nil) {
      throw ValidationError(
        "--predict and --cluster go together: so many ranks of which machines? See "
          + "configs/clusters")
    }
    if plans < 0 { throw ValidationError("--plans takes a number from 0 on, not \(plans)") }
    do { _ = try RankList(ranks) } catch { throw ValidationError("--ranks \(error)") }
    if repeats < 1 { throw ValidationError("--repeats takes a number above 0, not \(repeats)") }
    if let steps, steps < 1 {
      throw ValidationError("--steps takes a number above 0, not \(steps)")
    }
    if !(timeout > 0) {
      throw ValidationError("--timeout takes seconds above 0, not \(timeout)")
    }
  }

  func run() throws {
    try Console.attempt {
      // All numbers of ranks are planned before the first is launched.
      let config = try self.config.load()
      let place = try launch.place()
      let cases = try Set(RankList(ranks).counts + [1]).sorted().map { count in
        try ScalingCase(config, ranks: count, isWeak: weak)
      }
      let directory = try OutputDirectory(output ?? "scale-\(config.name)")
      let beyond = try simulate(config)
      try Measurements.keep(identity(config, place), in: directory, resumes: resume) { measured in
        let launcher = RecordingLauncher(
          VerbLauncher(timeoutSeconds: timeout, place: place), in: measured)
        let report = try report(config, cases, beyond, launcher)
        try AtomicText.write(report.html, to: directory.file("report.html"))
        try AtomicText.write(report.markdown, to: directory.file("report.md"))
        try AtomicText.write(report.json, to: directory.file("report.json"))
        if json { return Console.print(report.json) }
        Console.print(report.headline)
        for remark in report.remarks { Console.print(remark) }
        Console.print(directory.file("report.html"))
      }
    }
  }

  /// What another call must be of to go on from this one: all that is asked for but the folder and
  /// the patience.
  private func identity(_ config: TrainingConfig, _ place: LaunchPlace) throws -> StudyIdentity {
    StudyIdentity(
      config,
      options: [
        ("--ranks", try RankList(ranks).counts.map { "\($0)" }.joined(separator: ",")),
        ("--weak", weak ? "given" : nil), ("--repeats", "\(repeats)"),
        ("--steps", steps.map { "\($0)" }), ("--plans", "\(plans)"),
        ("--predict", predict), ("--cluster", cluster),
      ] + launch.facts(place))
  }

  /// Measures, and takes what is known.
  private func report(
    _ config: TrainingConfig, _ cases: [ScalingCase], _ beyond: [ScalingReport.Simulated],
    _ launcher: RecordingLauncher
  ) throws -> ScalingReport {
    let profiles = MeasuredProfiles(launcher) { ranks, isFromBefore in
      Console.say(
        "profile on \(ranks) \(ranks == 1 ? "rank" : "ranks")"
          + (isFromBefore ? Measurements.fromBefore : "") + "\n")
    }
    let study = ScalingStudy(cases: cases, repeats: repeats, steps: steps)
    var forecasts = ForecastRounds(cases, profiles, profileSeconds: 2)
    let results = try study.measure(
      launcher, beforeRound: { _ in try forecasts.predict() }, onProgress: say)
    let traces = try cases.map { $0.ranks > 1 ? try study.trace(of: $0, launcher) : nil }
    var report = try ScalingReport(
      name: config.name, scaling: weak ? .weak : .strong, commandLine: CommandLine.words,
      results: results, forecasts: forecasts.medians, traces: traces)
    report.machine.facts = MachineFacts.all(measuredIn: output) + report.machine.facts
    report.simulated = beyond
    (report.plans, report.planFloor) = try samplePlans(config, launcher)
    return report
  }

  /// What to expect beyond this machine: asked first, for it says at once what can't be.
  private func simulate(_ config: TrainingConfig) throws -> [ScalingReport.Simulated] {
    guard let predict, let cluster else { return [] }
    let beyond = try BeyondMachine(
      config, cluster: Cluster(contentsOf: cluster), isWeak: weak)
    return try RankList(predict).counts.compactMap { ranks in
      do {
        return try beyond.forecast(ranks: ranks)
      } catch TrainingError.plan(let problem) {
        Console.say("partita: \(ranks) ranks can't be simulated: \(problem)\n")
        return nil
      }
    }
  }

  /// Predicts and measures more plans.
  private func samplePlans(
    _ config: TrainingConfig, _ launcher: any RunLauncher
  ) throws -> (plans: [ScalingReport.PlanCase], floor: Double?) {
    guard plans > 0 else { return ([], nil) }
    let sample = try PlanSample(
      config, count: plans,
      ranks: min(max(2, launcher.cores), RankList(ranks).counts.max() ?? 1))
    return try sample.measure(launcher, rounds: 5 * repeats) { record, isFromBefore in
      for plan in record.plans {
        guard let predicted = plan.predictedSeconds else { continue }
        Console.say(
          "plan \(plan.name): "
            + String(
              format: "predicted %.6f s, measured %.6f s, %+.1f %%", predicted, plan.seconds,
              100 * (predicted / plan.seconds - 1))
            + (isFromBefore ? Measurements.fromBefore : "") + "\n")
      }
    }
  }

  private func say(_ progress: ScalingStudy.Progress) {
    Console.say(
      "launch \(progress.done) of \(progress.count): \(progress.ranks) "
        + "\(progress.ranks == 1 ? "rank" : "ranks"), "
        + String(format: "%.6f s a step", progress.seconds)
        + (progress.isWarmUp ? " (warm-up)" : "")
        + (progress.isFromBefore ? Measurements.fromBefore : "") + "\n")
  }
}

extension CommandLine {
  /// This command as one would type it from the start: a study that goes on is the same study.
  static var words: String {
    (["partita"] + arguments.dropFirst().filter { $0 != "--resume" }).map { word in
      let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=,:+".contains($0) }
      return isPlain && !word.isEmpty
        ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }
}
