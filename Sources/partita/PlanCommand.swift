import ArgumentParser
import PartitaConfig
import PartitaPlanner
import PartitaWorkload

/// `partita plan`.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Finds the best plan of a network, or of a published workload, with a bound.",
    discussion: """
      Of a configuration (YAML), for --ranks: cuts, replicas, virtual stages and schedule whose \
      simulated step is shortest, within --memory bytes a rank. Bits stay what they are, unless \
      --microbatches or --any-replicas is given. --output writes the plan to a file that \
      `parallel: {plan: FILE}` names; --check verifies such a file.

      Of a workload in the neutral JSON form, of PipeDream's graph.txt, or of the JSON inputs of the \
      device placement and of Piper: the best partition on at most --devices under the cost model \
      that was published with it, and a bound that no partition is below. With --json the plan is \
      one object; --check verifies value and bound of such a file with code that shares nothing with \
      the search.
      """)

  @Argument(
    help: ArgumentHelp(
      "A configuration (YAML), or a workload: JSON, or a graph.txt.", valueName: "file"))
  var path: String

  @OptionGroup(title: "Of a configuration") var own: RunPlanOptions
  @OptionGroup(title: "Of a workload") var asked: WorkloadPlanOptions

  @Option(
    help: ArgumentHelp(
      "Memory of one rank or device; by default the file's, or no limit.", valueName: "bytes"))
  var memory: Double?

  @Option(
    help: ArgumentHelp(
      "Of a configuration: numbers of microbatches to choose from, which changes bits. Of a workload: "
        + "those of a batch (Piper); by default the file's.", valueName: "m,m,..."))
  var microbatches: String?

  @Option(help: ArgumentHelp("For the whole command (default: 6).", valueName: "seconds"))
  var timeLimit: Double?

  /// Seconds that the command may take.
  var limit: Double { timeLimit ?? 6 }

  @Flag(help: "Prints the plan as one object of JSON.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Verifies a plan of the configuration, or one made with --json of the workload.",
      valueName: "plan"))
  var check: String?

  /// Whether it is a network of our own.
  private var isRun: Bool {
    path.hasSuffix(".yaml") || path.hasSuffix(".yml")
      || TrainingConfig.isNetwork(path)
  }

  /// The numbers that `--microbatches` gives.
  var microbatchCounts: [Int] {
    (microbatches ?? "").split(separator: ",").compactMap { Int($0) }
  }

  mutating func validate() throws {
    let parts = (microbatches ?? "").split(separator: ",", omittingEmptySubsequences: false)
    if let microbatches,
      parts.count != microbatchCounts.count || (!isRun && parts.count != 1)
        || !microbatchCounts.allSatisfy({ (1...PartitionRequest.most).contains($0) })
    {
      throw ValidationError(
        "--microbatches takes a number from 1 to \(PartitionRequest.most)"
          + (isRun ? ", or some with commas" : "") + ", not \(microbatches)")
    }
    if let memory, !(memory >= 0 && memory.isFinite) {
      throw ValidationError("--memory takes a number of bytes, not \(memory)")
    }
    guard limit > 0, limit.isFinite else {
      throw ValidationError("--time-limit takes seconds above 0, not \(limit)")
    }
    if isRun {
      if asked.isGiven {
        throw ValidationError("\(path) is a configuration: it takes --ranks and not \(asked.words)")
      }
      try own.checked(isCheck: check != nil)
      if check != nil, memory != nil || microbatches != nil || timeLimit != nil {
        throw ValidationError(
          "--check takes a plan and its configuration: the plan has its --memory and --microbatches, "
            + "and a check takes no --time-limit")
      }
      try checkOutputs(["--output": own.output], json: json)
      return
    }
    if own.isGiven { throw ValidationError("\(path) is a workload: it takes no \(own.words)") }
    if check != nil {
      guard !asked.isGiven, memory == nil, microbatches == nil, timeLimit == nil else {
        throw ValidationError("--check takes a plan and the workload: the plan has its request")
      }
      return
    }
    try asked.checked()
  }

  func run() throws {
    lendOutput(to: own.output)
    try Console.attempt {
      switch (isRun, check) {
      case (true, nil): try planRun()
      case (true, let plan?): try checkRun(plan)
      case (false, nil): try planWorkload()
      case (false, let plan?): try checkWorkload(plan)
      }
    }
  }
}
