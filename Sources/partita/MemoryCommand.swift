import ArgumentParser
import PartitaConfig
import PartitaDevice
import PartitaFiles
import PartitaGraph
import PartitaReport
import PartitaSchedule
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
      are in use at the peak. --memory finds the largest batch that fits.
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

  @Flag(help: "Computes larger batches too, and fits a line.")
  var growth = false

  @Option(help: ArgumentHelp("Finds the largest batch for so much memory.", valueName: "bytes"))
  var memory: Double?

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
    if predictOnly, growth || memory != nil {
      throw ValidationError("--growth and --memory are of training, not of --predict-only")
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
      let growth = try growth ? MemoryGrowth(experiment, device: device) : nil
      let largest = try memory.map {
        try experiment.largestBatch(within: Int(clamping: $0), device: device)
      }
      let answers = Answers(
        growth: growth.map { growth in
          MemoryGrowthText(
            growth.points.map { ($0.batch, $0.bytes) }, constant: growth.constant,
            perSample: growth.perSample, worst: growth.worst)
        }, largest: largest, limit: memory.map { Int(clamping: $0) })
      try output?.write(
        MemoryReport(
          config.name, training: predictOnly ? [] : account.training,
          prediction: account.prediction,
          remarks: answers.sentences,
          command: (["partita"] + Partita.words).joined(separator: " ")
        ).html)
      if json { return Console.print("\(try record(account, growth, largest))") }
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

  /// What was asked beside the account.
  private struct Answers {
    let growth: MemoryGrowthText?
    let largest: Int??
    let limit: Int?

    var lines: [String] {
      (growth.map { [""] + $0.lines } ?? []) + (batch.map { ["", $0] } ?? [])
    }

    var sentences: [String] { [growth?.sentence, batch].compactMap { $0 } }

    private var batch: String? {
      guard let limit, let largest else { return nil }
      return largest.map { "largest batch whose arenas fit \(limit) bytes each: \($0)" }
        ?? "no batch fits \(limit) bytes a rank, not even microbatches of one sample"
    }
  }

  private func record(_ account: RunMemory, _ growth: MemoryGrowth?, _ largest: Int??) throws
    -> JSON
  {
    var members: [(String, JSON)] = [("batch", .integer(account.batch))]
    if !predictOnly { members.append(("training", .array(account.training.map(\.json)))) }
    members.append(("prediction", .array(account.prediction.map(\.json))))
    if let growth {
      let points: [JSON] = growth.points.map {
        ["batch": .integer($0.batch), "bytes": .integer($0.bytes)]
      }
      members.append(
        (
          "growth",
          [
            "points": .array(points), "constant": .number(growth.constant),
            "per_sample": .number(growth.perSample), "worst": .number(growth.worst),
          ]
        ))
    }
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
    if let largest { members.append(("largest_batch", largest.map { .integer($0) } ?? .null)) }
    return JSON(members: members)
  }
}
