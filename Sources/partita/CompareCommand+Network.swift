import ArgumentParser
import PartitaConfig
import PartitaFiles
import PartitaGraph
import PartitaMETIS
import PartitaPlan
import PartitaPlanner
import PartitaReport
import PartitaStepPlanner
import PartitaStudy
import PartitaTraining
import PartitaWorkload

/// Of a network of our own.
extension CompareCommand {
  /// Cuts the network by every method for every number of ranks.
  func compareNetwork() throws {
    let config = try TrainingConfig(contentsOf: files[0], overrides: own.changes.overrides)
    let place = try own.launch.place()
    let launcher = VerbLauncher(timeoutSeconds: Self.launchSeconds, place: place)
    guard let output else {
      _ = try network(config, launcher)
      return
    }
    let directory = try OutputDirectory(output)
    try Measurements.keep(try identity(config, place), in: directory, resumes: resume) { measured in
      let report = try network(config, RecordingLauncher(launcher, in: measured))
      try AtomicText.write(report.html, to: directory.file("network.html"))
      try AtomicText.write(report.markdown, to: directory.file("network.md"))
      try AtomicText.write(report.json, to: directory.file("network.json"))
      if !json { Console.print(directory.file("network.html")) }
    }
  }

  private static let launchSeconds = 600.0

  private func network(
    _ config: TrainingConfig, _ launcher: any RunLauncher
  ) throws -> NetworkReport {
    let given = try own.profile.map { try ProfileFile.read($0) }
    let cluster = try own.cluster.map { try Cluster(contentsOf: $0) }
    let methods = try chosenMethods()
    let profiles = MeasuredProfiles(launcher) { ranks, isFromBefore in
      Console.say(
        "profile on \(ranks) \(ranks == 1 ? "rank" : "ranks")"
          + (isFromBefore ? Measurements.fromBefore : "") + "\n")
    }
    var cases: [NetworkReport.Case] = []
    var first: NetworkStudy?
    for ranks in try own.counts {
      var planning = RunPlanning(config, ranks: ranks, profile: given, cluster: cluster)
      if given == nil, cluster == nil {
        // A race measures what layers cost by itself.
        planning.profile = try profiles.profile(
          config, ranks: ranks, seconds: own.measure ? 3 : 30)
      }
      let (start, limit) = (ProcessClock.seconds(), timeLimit)
      planning.isOutOfTime = { ProcessClock.seconds() > start + $0 * limit }
      planning.memoryLimit = memory.map { Int(clamping: $0) }
      let study = try NetworkStudy(
        planning, schedule: schedule, seeds: seeds, splitter: METISSplitter())
      var answer = try study.compare(methods)
      if own.measure { try race(&answer, config, ranks, launcher) }
      cases.append(answer.result)
      first = first ?? study
    }
    guard let network = first?.network else { throw ExitCode.failure }
    let report = NetworkReport(
      name: config.name, commandLine: CommandLine.words, schedule: schedule, facts: facts(cluster),
      layers: network.layers, connections: network.connections, crossing: network.crossing,
      cases: cases)
    if json {
      Console.print(report.json)
      return report
    }
    Console.show(report.text)
    Console.print("\n\(report.headline).")
    for remark in report.remarks { Console.print(remark) }
    return report
  }

  private var schedule: String { own.schedule ?? "1f1b" }

  /// Runs the methods' plans side by side; those that are the same run once.
  private func race(
    _ answer: inout NetworkStudy.Answer, _ config: TrainingConfig, _ ranks: Int,
    _ launcher: any RunLauncher
  ) throws {
    var plans: [(name: String, plan: PlanDocument)] = []
    var place: [PartitionMethod: Int] = [:]
    for row in answer.result.rows {
      guard let plan = answer.plans[row.method] else { continue }
      if let known = plans.firstIndex(where: { $0.plan.choice == plan.choice }) {
        place[row.method] = known
      } else {
        place[row.method] = plans.count
        plans.append((row.method.rawValue, plan))
      }
    }
    guard !plans.isEmpty else { return }
    let request = RaceRequest(config, ranks: ranks, plans: plans, seconds: own.raceSeconds ?? 60)
    Console.say(
      "\(plans.count) plans on \(ranks) \(ranks == 1 ? "rank" : "ranks")"
        + (launcher.remembers(.race(request)) ? Measurements.fromBefore : "") + "\n")
    let record = try launcher.race(request)
    answer.result.floor = record.floor
    for index in answer.result.rows.indices {
      guard let place = place[answer.result.rows[index].method] else { continue }
      answer.result.rows[index].measured = record.plans[place].seconds
      answer.result.rows[index].predictedThen = record.plans[place].predictedSeconds
    }
  }

  private func facts(_ cluster: Cluster?) -> [ReportFact] {
    var facts = [
      cluster.map { ReportFact("cluster", "\($0.name), as simulated") }
        ?? ReportFact("processor", HostMachine.processor)
    ]
    // What is computed is the same on any day.
    if cluster == nil { facts += MachineFacts.all(measuredIn: output) }
    if let profile = own.profile { facts.append(ReportFact("profile", profile)) }
    if let memory {
      facts.append(ReportFact("memory of a rank, bytes", "\(Int(clamping: memory))"))
    }
    return facts + [ReportFact("seeds", "\(seeds)")]
  }

  /// What another call must be of to go on from this one: all that is asked for but the folder.
  private func identity(_ config: TrainingConfig, _ place: LaunchPlace) throws -> StudyIdentity {
    StudyIdentity(
      config,
      options: [
        ("--ranks", try own.counts.map { "\($0)" }.joined(separator: ",")),
        ("--methods", try chosenMethods().map(\.rawValue).joined(separator: ",")),
        ("--schedule", schedule), ("--measure", own.measure ? "given" : nil),
        ("--race-seconds", own.raceSeconds.map { "\($0)" }), ("--profile", own.profile),
        ("--cluster", own.cluster), ("--seeds", "\(seeds)"),
        ("--memory", memory.map { "\($0)" }),
      ] + own.launch.facts(place))
  }
}
