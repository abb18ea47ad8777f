import ArgumentParser
import PartitaSchedule
import PartitaStudy

/// What is asked of a comparison on a network of our own.
struct NetworkCompareOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The numbers of ranks.", valueName: "2,3,4"))
  var ranks: String?

  @OptionGroup var changes: ConfigChanges

  @Option(help: "The schedule that all are compared under (default: 1f1b).")
  var schedule: String?

  @Flag(
    help: "Runs every method's plan for real, those of as many ranks in one launch.")
  var measure = false

  @Option(
    help: "With --measure: seconds after which plans that are still level stop (default: 60).")
  var raceSeconds: Double?

  @Option(help: ArgumentHelp("What the layers cost, see profile.", valueName: "file"))
  var profile: String?

  @Option(help: ArgumentHelp("The machines, as in configs/clusters.", valueName: "file"))
  var cluster: String?

  @OptionGroup var launch: LaunchOptions

  /// The numbers of ranks.
  var counts: [Int] { get throws { try RankList(ranks ?? "").counts } }

  /// Whether any is given.
  var isGiven: Bool { words != "" }

  /// Those that are given.
  var words: String {
    [
      ("--ranks", ranks != nil), ("--set", !changes.overrides.isEmpty),
      ("--schedule", schedule != nil), ("--measure", measure),
      ("--race-seconds", raceSeconds != nil), ("--profile", profile != nil),
      ("--cluster", cluster != nil), ("--hostfile or --mpirun-args", launch.isGiven),
    ].filter(\.1).map(\.0).joined(separator: ", ")
  }

  /// Checks them against each other.
  func checked() throws {
    guard ranks != nil else { throw ValidationError("give the numbers of --ranks, as 2,3,4") }
    do { _ = try counts } catch { throw ValidationError("--ranks \(error)") }
    let names = ScheduleCatalogue.standard.schedules.map(\.name)
    if let schedule, !names.contains(schedule) {
      throw ValidationError(
        "--schedule takes one of \(names.joined(separator: ", ")), not '\(schedule)'")
    }
    if let raceSeconds {
      guard measure else { throw ValidationError("--race-seconds goes with --measure") }
      guard raceSeconds > 0 else {
        throw ValidationError("--race-seconds takes a number above 0, not \(raceSeconds)")
      }
    }
    if measure, cluster != nil {
      throw ValidationError("--measure is this machine: it goes without --cluster")
    }
  }
}
