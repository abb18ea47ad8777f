import ArgumentParser
import PartitaConfig
import PartitaPlan

/// What is asked of a plan of a network of our own.
struct RunPlanOptions: ParsableArguments {
  @Option(help: "The number of ranks.")
  var ranks: Int?

  @OptionGroup var changes: ConfigChanges

  @Option(help: ArgumentHelp("What the layers cost, see profile.", valueName: "file"))
  var profile: String?

  @Option(help: ArgumentHelp("The machines, as in configs/clusters.", valueName: "file"))
  var cluster: String?

  @Option(
    help: ArgumentHelp(
      "Fixes a part of the plan; may be given several times.", valueName: "parallel.key=value"))
  var pin: [String] = []

  @Flag(
    help: "Raises the gradient groups to the next power of two of the ranks; bits change.")
  var anyReplicas = false

  @Option(
    help: ArgumentHelp(
      "Runs so many of the best plans on as many ranks of this machine, and takes the one that is "
        + "measured to be fastest.", valueName: "plans"))
  var race: Int?

  @Option(
    help: "With --race: seconds that it may take, beside --time-limit (default: 60).")
  var raceSeconds: Double?

  @Option(
    help: ArgumentHelp("Writes the plan" + OutputFile.dash, valueName: "file.plan.json"))
  var output: OutputFile?

  /// Whether any is given.
  var isGiven: Bool { words != "" }

  /// Those that are given.
  var words: String {
    [
      ("--ranks", ranks != nil), ("--set", !changes.overrides.isEmpty),
      ("--profile", profile != nil), ("--cluster", cluster != nil), ("--pin", !pin.isEmpty),
      ("--any-replicas", anyReplicas), ("--race", race != nil),
      ("--race-seconds", raceSeconds != nil), ("--output", output != nil),
    ].filter(\.1).map(\.0).joined(separator: ", ")
  }

  /// Checks them against each other.
  func checked(isCheck: Bool) throws {
    if isCheck {
      guard ranks == nil, pin.isEmpty, !anyReplicas, race == nil, raceSeconds == nil, output == nil
      else {
        throw ValidationError(
          "--check takes a plan and its configuration: the plan has its request")
      }
    } else {
      guard let ranks else { throw ValidationError("give --ranks, or a plan to --check") }
      guard (1...Cluster.deviceLimit).contains(ranks) else {
        throw ValidationError(
          "--ranks takes a number from 1 to \(Cluster.deviceLimit), not \(ranks)")
      }
    }
    if let raceSeconds {
      guard race != nil else { throw ValidationError("--race-seconds goes with --race") }
      guard raceSeconds > 0 else {
        throw ValidationError("--race-seconds takes a number above 0, not \(raceSeconds)")
      }
    }
    if let race, !(2...32).contains(race) {
      throw ValidationError("--race takes a number of plans from 2 to 32, not \(race)")
    }
    if let pin = pin.first(where: { !$0.hasPrefix("parallel.") || !$0.contains("=") }) {
      throw ValidationError(
        "--pin takes parallel.key=value, as parallel.schedule=1f1b, not '\(pin)'")
    }
    if profile == nil, cluster == nil, race == nil {
      throw ValidationError(
        "give --profile, --cluster, or both: something must say what work costs; or --race, "
          + "which measures it")
    }
  }
}
