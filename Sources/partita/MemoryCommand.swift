import ArgumentParser
import PartitaConfig
import PartitaDevice
import PartitaFiles
import PartitaGraph
import PartitaReport
import PartitaSchedule
import PartitaStudy
import PartitaTraining

/// `partita memory`.
struct MemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory",
    abstract: "Says what a run's memory is for: training beside prediction, array by array.",
    discussion: """
      Of a configuration, or an ONNX file, on --ranks: nothing is allocated and no data is read. The \
      sum is what a rank's arena takes, to the byte, the scratch of libraries included. Of every rank: \
      what each kind of memory takes, what is in use after each action of a step, and the values that \
      are in use at the peak. --memory finds the largest batch that fits. --measure takes steps on real \
      ranks, and puts what their processes grew by beside the account.
      """)

  @OptionGroup var options: ConfigOptions

  @Option(help: "The number of ranks; by default what the plan needs.")
  var ranks: Int?

  @Option(help: ArgumentHelp("A plan's file, which plan has written.", valueName: "file"))
  var plan: String?

  @Flag(help: "Weighs prediction alone.")
  var predictOnly = false

  @Flag(help: "Lists every array, and which backward node each is kept for.")
  var tensors = false

  @Flag(help: "Says how many numbers there are in letters: widths d, h, q, and n samples.")
  var symbolic = false

  @Flag(help: "Computes larger batches and deeper networks too, and fits lines.")
  var growth = false

  @Option(help: ArgumentHelp("Finds the largest batch for so much memory.", valueName: "bytes"))
  var memory: Double?

  @Flag(help: "Takes steps on real ranks, and compares what their processes grow by.")
  var measure = false

  @Option(help: ArgumentHelp("Writes a page" + OutputFile.dash, valueName: "file.html"))
  var output: OutputFile?

  @Flag(help: "Prints one object of JSON.")
  var json = false

  mutating func validate() throws {
    try checkOutputs(["--output": output], json: json)
    if let ranks, ranks < 1 {
      throw ValidationError("--ranks takes a number above 0, not \(ranks)")
    }
    if ranks != nil, plan != nil {
      throw ValidationError("a plan has its ranks: give --ranks or --plan")
    }
    if let memory, !(memory >= 0 && memory.isFinite) {
      throw ValidationError("--memory takes a number of bytes, not \(memory)")
    }
    if predictOnly, growth || measure || memory != nil {
      throw ValidationError(
        "--growth, --measure and --memory are of training, not of --predict-only")
    }
  }

  func run() throws {
    lendOutput(to: output)
    try Console.attempt {
      var config = try options.load()
      if let plan { config = try config.with(pins: ["parallel.plan=\(plan)"]) }
      let experiment = try Experiment(config, ranks: ranks)
      let device = try experiment.blueprint.layoutDevice()
      let account = try RunMemory(experiment, device: device)
      let answers = MemoryAnswers(
        growth: try growth ? growthTexts(experiment, device: device) : nil,
        depthless: growth ? depthless(config) : nil,
        largest: try memory.map { bytes in
          let limit = Int(clamping: bytes)
          return (limit, try experiment.largestBatch(within: limit, device: device))
        },
        resident: try measure ? ResidentComparison(measuring: config, account.training) : nil)
      try output?.write(
        MemoryReport(
          config.name, training: predictOnly ? [] : account.training,
          prediction: account.prediction,
          remarks: answers.sentences,
          command: (["partita"] + Partita.words).joined(separator: " ")
        ).html)
      if json { return Console.print("\(try record(account, answers))") }
      for line in experiment.summary { Console.print(line) }
      for rank in account.prediction.indices {
        let text = MemoryText(
          training: predictOnly ? nil : account.training[rank],
          prediction: account.prediction[rank], columns: min(Console.results.columns, 100))
        for line in [""] + text.lines { Console.print(line) }
        if symbolic {
          let (training, prediction) = try symbolicTotals(account, rank: rank)
          for line in [""] + SymbolicTotals.lines(training: training, prediction: prediction) {
            Console.print(line)
          }
        }
        if tensors { for line in [""] + text.tensorLines { Console.print(line) } }
      }
      for line in answers.lines { Console.print(line) }
      if let output { Console.print("written to \(output.words)") }
    }
  }

  /// How memory grows with the batch, and with the depth where something of the network repeats.
  private func growthTexts(
    _ experiment: Experiment, device: any Device
  ) throws -> [MemoryGrowthText] {
    [
      try MemoryGrowth(ofBatch: experiment, device: device).map { MemoryGrowthText("batch", $0) },
      try MemoryGrowth(ofDepth: experiment, device: device).map { MemoryGrowthText("depth", $0) },
    ].compactMap { $0 }
  }

  /// Why there is no growth with the depth of what a plan's file cuts.
  private func depthless(_ config: TrainingConfig) -> String? {
    guard case .file(let file) = config.parallel.planning else { return nil }
    return "not with the depth: the plan of \(file) is of this one"
  }

  /// A rank's totals in letters, of training where that is wanted.
  private func symbolicTotals(
    _ account: RunMemory, rank: Int
  ) throws -> (training: SymbolicTotals?, prediction: SymbolicTotals) {
    let samples = account.microbatch
    return (
      predictOnly
        ? nil : try SymbolicTotals(account.training[rank], of: account.trained, samples: samples),
      try SymbolicTotals(account.prediction[rank], of: account.predicting, samples: samples)
    )
  }

  private func record(_ account: RunMemory, _ answers: MemoryAnswers) throws -> JSON {
    var members: [(String, JSON)] = [("batch", .integer(account.batch))]
    if !predictOnly { members.append(("training", .array(account.training.map(\.json)))) }
    members.append(("prediction", .array(account.prediction.map(\.json))))
    if symbolic {
      let ranks = try account.prediction.indices.map { rank in
        let (training, prediction) = try symbolicTotals(account, rank: rank)
        var totals: [(String, JSON)] = []
        if let training { totals.append(("training", training.json)) }
        totals.append(("prediction", prediction.json))
        return JSON(members: totals)
      }
      members.append(("symbolic", .array(ranks)))
    }
    return JSON(members: members + answers.members)
  }
}
