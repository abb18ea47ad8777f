import Foundation
import PartitaFiles
import PartitaStepPlanner
import PartitaStudy
import PartitaTraining
import Testing

/// Plans of our own networks: found, checked, trained with; other networks and profiles are refused.
@Suite struct RunPlanTests {
  private static let digits = Partita.config("digits.yaml")
  private static let cluster = [
    "--cluster", Partita.config("clusters/ethernet-25-gbe.yaml"),
  ]

  private func plan(_ arguments: [String]) throws -> LaunchResult {
    try Partita.run(["plan"] + arguments)
  }

  /// The way of a plan's file: made, checked, printed, simulated, trained with, to the same bits.
  @Test func aPlanIsMadeCheckedAndTrainedWith() throws {
    try Partita.withTemporaryFolder { folder in
      let file = folder.appending(path: "digits.plan.json").path
      let made = try plan([Self.digits, "--ranks", "3", "--output", file] + Self.cluster)
      try #require(made.exitCode == 0, "\(made.standardError)")
      #expect(made.standardOutput.contains("The bits are those of any other plan"))
      let checked = try plan([Self.digits, "--check", file] + Self.cluster)
      #expect(checked.exitCode == 0, "\(checked.standardError)")
      #expect(checked.standardOutput.contains("verified: its program can be performed"))
      let use = ["--set", "parallel={plan: \(file)}"]
      for verb in [
        ["schedule", Self.digits, "--ranks", "3"] + use,
        ["simulate", Self.digits] + use + Self.cluster,
      ] {
        let result = try Partita.run(verb)
        #expect(result.exitCode == 0, "\(result.standardError)")
      }
      var weights: [String?] = []
      for (ranks, settings) in [
        (1, ["parallel.stages=1", "parallel.replicas=1"]), (3, ["parallel={plan: \(file)}"]),
      ] {
        let run = try Partita.train(
          Self.digits, settings + ["output.directory=\(folder.path)/run\(ranks)"], ranks: ranks,
          steps: 20)
        try #require(run.exitCode == 0, "\(run.standardError)")
        weights.append(try Event.all(in: run.standardOutput).last?.weightsSHA256)
      }
      #expect(weights[0] != nil && weights[0] == weights[1])
    }
  }

  /// The best plans run side by side; the file says what was measured, and stays one that can be checked.
  @Test func plansRaceAndTheFastestIsWritten() throws {
    try Partita.withTemporaryFolder { folder in
      let file = folder.appending(path: "raced.plan.json").path
      let made = try plan(
        [Self.digits, "--ranks", "2", "--race", "3", "--race-seconds", "2", "--output", file]
          + Self.cluster)
      try #require(made.exitCode == 0, "\(made.standardError)")
      #expect(made.standardOutput.contains("The first plan ran twice and differed from itself by"))
      #expect(made.standardOutput.contains(" leads after "))
      #expect(try PlanFile.read(file).measured?.plans == 3)
      let checked = try plan([Self.digits, "--check", file] + Self.cluster)
      #expect(checked.exitCode == 0, "\(checked.standardError)")
      let race = try Partita.run(
        ["race", Self.digits, "--plan", file, "--seconds", "1", "--rounds", "2", "--json"], ranks: 2
      )
      try #require(race.exitCode == 0, "\(race.standardError)")
      let record = try #require(RaceRecord(output: race.standardOutput))
      #expect(record.ranks == 2 && record.plans.map(\.name) == ["raced"] && record.rounds >= 2)
      // A limit that holds two arenas and not three leaves nobody to race against.
      let bytes = try #require(record.plans[0].arenaBytes.max())
      let alone = try plan(
        [Self.digits, "--ranks", "2", "--race", "3", "--memory", "\(2 * bytes + bytes / 2)"]
          + Self.cluster)
      #expect(alone.exitCode == 0, "\(alone.standardError)")
      #expect(alone.standardError.contains("more at once don't fit --memory"))
    }
  }

  @Test(arguments: [
    (["race", "digits.yaml"], "give at least one --plan, see plan --output", 64),
    (["race", "digits.yaml", "--plan", "none.plan.json"], "none.plan.json", 1),
    (
      ["race", "digits.yaml", "--plan", "a", "--seconds", "0"],
      "--seconds takes a number above 0", 64
    ),
    (
      ["plan", "digits.yaml", "--ranks", "2", "--race", "1"],
      "--race takes a number of plans from 2 to 32, not 1", 64
    ),
  ]) func badRacesAreRefused(line: [String], words: String, code: Int32) throws {
    let result = try Partita.run([line[0], Partita.config(line[1])] + line.dropFirst(2))
    #expect(result.exitCode == code)
    #expect(result.standardError.contains(words), "\(result.standardError)")
  }

  /// Law 2: a network that says nothing of its plan is planned, and trained to the same bits.
  @Test(arguments: [2, 3]) func aRunWithoutAPlanIsPlanned(ranks: Int) throws {
    try Partita.withTemporaryFolder { folder in
      var weights: [String?] = []
      for ranks in [1, ranks] {
        let run = try Partita.run(
          [
            "train", Partita.config("skip.yaml"), "--json", "--steps", "6", "--analytic", "--set",
            "output.directory=\(folder.path)/run",
          ], ranks: ranks)
        try #require(run.exitCode == 0, "\(run.standardError)")
        weights.append(try Event.all(in: run.standardOutput).last?.weightsSHA256)
      }
      #expect(weights[0] != nil && weights[0] == weights[1])
    }
  }

  /// Costs are measured once: the second run finds them.
  @Test func measuredCostsAreKept() throws {
    try Partita.withTemporaryFolder { folder in
      var said: [Bool] = []
      for _ in 0..<2 {
        let run = try Launcher.run(
          executable: "/usr/bin/env",
          arguments: [
            "XDG_CACHE_HOME=\(folder.path)/caches", Partita.executable, "bench",
            Partita.config("skip.yaml"), "--steps", "2",
          ], ranks: 2, timeoutSeconds: 180)
        try #require(run.exitCode == 0, "\(run.standardError)")
        said.append(run.standardError.contains("nothing says how the network is cut: measured for"))
      }
      #expect(said == [true, false])
    }
  }

  @Test(arguments: [
    (["training.microbatches=8"], "it is for microbatches of"),
    (["model.widths=[64, 32, 10]"], "layers of the same names, and others inside"),
    (["model.widths=[64, 32, 32, 10]"], "it has 2 layers, the model has 3"),
    (["training.gradient_groups=2"], "it is for 4 gradient groups, the run has 2"),
  ]) func aPlanOfAnotherRunIsRefused(_ changes: [String], _ words: String) throws {
    try Partita.withTemporaryFolder { folder in
      let file = folder.appending(path: "a.plan.json").path
      let made = try plan([Self.digits, "--ranks", "2", "--output", file] + Self.cluster)
      try #require(made.exitCode == 0, "\(made.standardError)")
      let sets = (["parallel={plan: \(file)}"] + changes).flatMap { ["--set", $0] }
      let run = try Partita.run(["schedule", Self.digits, "--ranks", "2"] + sets)
      #expect(run.exitCode == 1)
      #expect(run.standardError.contains(words), "\(run.standardError)")
      #expect(run.standardError.contains("plan it anew"))
    }
  }

  @Test(arguments: [
    ("\"seconds\": ", "\"seconds\": 1", "promise"),
    ("\"lower_bound\": ", "\"lower_bound\": 1", "is above the plan's own"),
    ("\"bytes\": [ ", "\"bytes\": [ 1", "promise.bytes"),
    ("\"profile_sha256\": \"", "\"profile_sha256\": \"0", "made by another profile or cluster"),
  ]) func aChangedPromiseIsRefused(_ old: String, _ new: String, _ words: String) throws {
    try Partita.withTemporaryFolder { folder in
      let file = folder.appending(path: "a.plan.json").path
      let made = try plan([Self.digits, "--ranks", "2", "--output", file] + Self.cluster)
      try #require(made.exitCode == 0, "\(made.standardError)")
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let place = try #require(text.range(of: old, options: .backwards))
      try text.replacingCharacters(in: place, with: new)
        .write(toFile: file, atomically: true, encoding: .utf8)
      let checked = try plan([Self.digits, "--check", file] + Self.cluster)
      #expect(checked.exitCode == 1)
      #expect(checked.standardError.contains(words), "\(checked.standardError)")
    }
  }

  /// A limit beyond any machine's is none.
  @Test func anyNumberOfBytesIsALimit() throws {
    let result = try plan([Self.digits, "--ranks", "2", "--memory", "1e300"] + Self.cluster)
    #expect(result.exitCode == 0, "\(result.standardError)")
  }

  /// What can't be planned is refused with what could.
  @Test(arguments: [
    (["--ranks", "2", "--memory", "100000"], "what would: a limit of"),
    (["--ranks", "16"], "raise training.gradient_groups, which changes the bits"),
    (["--ranks", "2", "--pin", "parallel.cuts=[linear3]"], "no layer is named 'linear3'"),
    (["--ranks", "2", "--pin", "training.batch=3"], "--pin takes parallel.key=value"),
    (["--ranks", "0"], "--ranks takes a number from 1"),
    (["--devices", "2"], "it takes --ranks and not --devices"),
  ]) func whatCannotBePlannedIsRefused(_ arguments: [String], _ words: String) throws {
    let result = try plan([Self.digits] + arguments + Self.cluster)
    #expect(result.exitCode != 0)
    #expect(result.standardError.contains(words), "\(result.standardError)")
  }
}
