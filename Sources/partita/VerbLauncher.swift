import Foundation
import PartitaConfig
import PartitaFiles
import PartitaPlan
import PartitaSchedule
import PartitaStepPlanner
import PartitaStudy
import PartitaTraining

/// Launches this program's own verbs: a configuration goes to the ranks as a file, and what they
/// say comes back as the record that the verb prints.
struct VerbLauncher: RunLauncher {
  /// Seconds that one launch may take.
  let timeoutSeconds: Double
  /// Where ranks are.
  var place = LaunchPlace.here

  var cores: Int { place.cores }

  func measureSteps(_ config: TrainingConfig, ranks: Int, steps: Int) throws -> BenchRecord {
    try inFolder(of: config) { _, file in
      try bench([file, "--steps", "\(steps)"], ranks: ranks)
    }
  }

  /// What the processes of ranks grow by with a run that isn't their first.
  func measureGrowth(_ config: TrainingConfig, ranks: Int) throws -> BenchRecord {
    try inFolder(of: config) { _, file in
      try bench([file, "--steps", "2", "--warm"], ranks: ranks, environment: Self.steadyHeap)
    }
  }

  /// The GNU C library then gives nothing of its heap back to the system (mallopt(3)): what libraries take
  /// for the length of a call is there again for the next.
  private static let steadyHeap = [
    "MALLOC_TRIM_THRESHOLD_": "\(1 << 30)", "MALLOC_MMAP_THRESHOLD_": "\(32 << 20)",
  ]

  private func bench(
    _ words: [String], ranks: Int, environment: [String: String] = [:]
  ) throws -> BenchRecord {
    let output = try launch(["bench", "--json"] + words, ranks: ranks, environment: environment)
    guard let record = BenchRecord(output: output) else { throw RunError.noRecord }
    return record
  }

  func traceStep(_ config: TrainingConfig, ranks: Int, steps: Int) throws -> Trace? {
    try inFolder(of: config) { folder, file in
      let trace = "\(folder)/trace.json"
      _ = try launch(
        ["bench", file, "--json", "--steps", "\(steps)", "--trace", trace], ranks: ranks)
      return try TraceFile.read(trace).first?.trace
    }
  }

  func measureProfile(_ config: TrainingConfig, ranks: Int, seconds: Double) throws -> Profile {
    try inFolder(of: config) { folder, file in
      let profile = "\(folder)/profile.json"
      _ = try launch(
        ["profile", file, "--json", "--output", profile, "--seconds", "\(seconds)"], ranks: ranks)
      return try ProfileFile.read(profile)
    }
  }

  func race(_ race: RaceRequest) throws -> RaceRecord {
    try inFolder(of: race.config) { folder, file in
      var arguments = ["race", file, "--json", "--seconds", "\(race.seconds)"]
      arguments += ["--rounds", "\(race.rounds)"] + (race.measuresCosts ? ["--measure-costs"] : [])
      for (number, plan) in race.plans.enumerated() {
        let path = "\(folder)/\(number).plan.json"
        try JSONFile.write(plan.plan, PlanFile.layout, to: path)
        arguments += ["--plan", path]
      }
      for (number, other) in race.others.enumerated() {
        let (config, path) = ("\(folder)/\(number).yaml", "\(folder)/other-\(number).plan.json")
        try AtomicText.write(try other.config.yaml(), to: config)
        try JSONFile.write(other.plan, PlanFile.layout, to: path)
        arguments += ["--other", config, "--other-plan", path]
      }
      let output = try launch(arguments, ranks: race.ranks)
      guard let record = RaceRecord(output: output) else { throw RunError.noRecord }
      return record.naming(race.plans.map(\.name) + race.others.map(\.name))
    }
  }

  func train(_ config: TrainingConfig, ranks: Int) throws -> RunRecord {
    try inFolder(of: config) { folder, file in
      let output = try launch(["train", file, "--json"], ranks: ranks)
      let weights = try Safetensors.read("\(folder)/\(Self.output)/weights.safetensors")
      return RunRecord(output: output, weights: weights)
    }
  }

  /// The folder that a run writes to, in one that is lent.
  private static let output = "run"

  /// Lends a folder that holds the configuration under its own name, and gets what it writes.
  private func inFolder<Result>(
    of config: TrainingConfig, _ body: (_ folder: String, _ file: String) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "partita-\(UUID().uuidString)").path
    TemporaryPaths.add(folder)
    defer {
      removeTree(folder)
      TemporaryPaths.forget(folder)
    }
    let file = try OutputDirectory(folder).file("\(config.name).yaml")
    let config = try config.with(outputDirectory: "\(folder)/\(Self.output)")
    try AtomicText.write(try config.yaml(), to: file)
    return try body(folder, file)
  }

  /// What the first rank printed.
  private func launch(
    _ arguments: [String], ranks: Int, environment: [String: String] = [:]
  ) throws(RunError) -> String {
    let result: LaunchResult
    do {
      result = try Launcher.run(
        executable: CommandLine.executable, arguments: arguments, ranks: ranks,
        timeoutSeconds: timeoutSeconds, environment: environment, place: place)
    } catch {
      if case .interrupted = error { Signals.awaitEnd() }
      throw .launch(error)
    }
    guard result.succeeded else { throw .failed(problem: Self.problem(of: result)) }
    return result.standardOutput
  }

  /// What the ranks complained of, or else how the launch ended.
  private static func problem(of result: LaunchResult) -> String {
    let failure = result.failure ?? ""
    if result.timedOut { return failure }
    let complaint = result.standardError.split(separator: "\n").last {
      $0.hasPrefix(Console.mark) && !$0.hasSuffix(RankSession.sharedCoresWarning)
    }
    if let complaint { return String(complaint.dropFirst(Console.mark.count)) }
    let words = result.explanations.flatMap { $0.split(whereSeparator: \.isWhitespace) }
    return words.isEmpty ? failure : "\(failure): \(words.joined(separator: " "))"
  }
}

extension CommandLine {
  /// The path of this program's file.
  static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? arguments[0]
  }
}
