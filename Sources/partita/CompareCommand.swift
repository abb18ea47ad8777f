import ArgumentParser
import PartitaConfig
import PartitaStudy
import PartitaWorkload

/// `partita compare`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract:
      "Compares the planner with the field's methods, on one's own network or on workloads.",
    discussion: """
      Of a configuration (YAML), for each number of --ranks: every method's cut of this network, \
      predicted under --schedule and under the schedule that suits it best, by what was measured \
      (--profile, or now) or by --cluster; with --measure the plans of as many ranks run in one \
      launch, their steps taking turns. --output writes network.html (a figure and the cuts), \
      network.md and network.json.

      Of workloads: plans every workload on every number of devices by every method, all scored by the \
      workload's own cost model. Prints a table; --output writes comparison.html (figures), \
      comparison.md, comparison.csv, comparison.json and comparison.plans.jsonl (a plan with its \
      proof in each line, as plan --json prints it), and keeps each plan in measured.jsonl as soon \
      as it is there: the same command with --resume goes on from there. \
      Files as for plan.
      """)

  @Argument(
    help: ArgumentHelp("A configuration (YAML), or workloads.", valueName: "file"))
  var files: [String]

  @OptionGroup(title: "Of a configuration") var own: NetworkCompareOptions
  @OptionGroup(title: "Of workloads") var asked: WorkloadCompareOptions

  @Option(
    help: ArgumentHelp(
      "The methods, of \(PartitionMethod.allCases.map(\.rawValue).joined(separator: ", ")). "
        + "Default: all.", valueName: "optimal,time"))
  var methods: String?

  @Option(
    name: .customLong("seeds"), help: "Plans of each method that draws at random (default: 10).")
  var givenSeeds: Int?

  /// Plans of each method that draws at random.
  var seeds: Int { givenSeeds ?? 10 }

  @Option(help: "Bytes of memory of a device or rank. Default: the file's, or no limit.")
  var memory: Double?

  @Option(
    name: .customLong("time-limit"),
    help: ArgumentHelp(
      "Seconds that the planner may take for one plan (default: 6).", valueName: "seconds"))
  var givenTimeLimit: Double?

  /// Seconds that the planner may take for one plan.
  var timeLimit: Double { givenTimeLimit ?? 6 }

  @Option(help: ArgumentHelp("The folder of the report. Default: none.", valueName: "folder"))
  var output: String?

  @Flag(help: "With --output: goes on with what an earlier call of the same command has there.")
  var resume = false

  @Flag(help: "Prints the report's JSON, and says nothing else on standard output.")
  var json = false

  mutating func validate() throws {
    try checkFolder(
      output, files: "comparison.html and its neighbours (without it the table is printed alone)")
    if resume, output == nil {
      throw ValidationError("--resume goes with --output: the folder has what was measured before")
    }
    _ = try chosenMethods()
    if seeds < 1 { throw ValidationError("--seeds takes a number above 0, not \(seeds)") }
    for (name, value) in [("memory", memory), ("time-limit", givenTimeLimit)] {
      if let value, !(value > 0) {
        throw ValidationError("--\(name) takes a number above 0, not \(value)")
      }
    }
    guard let config = files.first(where: Self.isConfig) else {
      if own.isGiven { throw ValidationError("a workload takes no \(own.words)") }
      return try asked.checked()
    }
    guard files.count == 1 else {
      throw ValidationError("\(config) is a configuration: compare it alone")
    }
    if asked.isGiven {
      throw ValidationError("\(config) is a configuration: it takes --ranks and not \(asked.words)")
    }
    try own.checked()
  }

  private static func isConfig(_ path: String) -> Bool {
    path.hasSuffix(".yaml") || path.hasSuffix(".yml")
      || TrainingConfig.isNetwork(path)
  }

  func run() throws {
    try Console.attempt {
      if files.contains(where: Self.isConfig) {
        try compareNetwork()
      } else {
        try compareWorkloads()
      }
    }
  }

  func chosenMethods() throws -> [PartitionMethod] {
    guard let methods else { return PartitionMethod.allCases }
    return try methods.split(separator: ",", omittingEmptySubsequences: false).map { word in
      guard let method = PartitionMethod(rawValue: String(word)) else {
        throw ValidationError(
          "--methods takes names with commas between them, of "
            + "\(PartitionMethod.allCases.map(\.rawValue).joined(separator: ", ")); \"\(word)\" is "
            + "none")
      }
      return method
    }
  }
}
