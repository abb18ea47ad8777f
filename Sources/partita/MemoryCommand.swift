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

  @Flag(help: "Computes larger batches too, and fits a line.")
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
      let growth = try growth ? MemoryGrowth(experiment, device: device) : nil
      let largest = try memory.map {
        try experiment.largestBatch(within: Int(clamping: $0), device: device)
      }
      let resident = try measure ? compare(account, with: config) : nil
      let answers = Answers(
        resident: resident,
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
      if json { return Console.print("\(record(account, growth, largest, resident))") }
      for line in experiment.summary { Console.print(line) }
      for rank in account.prediction.indices {
        let text = MemoryText(
          training: predictOnly ? nil : account.training[rank],
          prediction: account.prediction[rank], columns: min(Console.results.columns, 100))
        for line in [""] + text.lines { Console.print(line) }
        if tensors { for line in [""] + text.tensorLines { Console.print(line) } }
      }
      for line in answers.lines { Console.print(line) }
      if let output { Console.print("written to \(output.words)") }
    }
  }

  /// What was asked beside the account.
  private struct Answers {
    let resident: ResidentComparison?
    let growth: MemoryGrowthText?
    let largest: Int??
    let limit: Int?

    var lines: [String] {
      (growth.map { [""] + $0.lines } ?? []) + (batch.map { ["", $0] } ?? [])
        + (resident.map { [""] + $0.lines } ?? [])
    }

    var sentences: [String] { [growth?.sentence, batch, resident?.sentence].compactMap { $0 } }

    private var batch: String? {
      guard let limit, let largest else { return nil }
      return largest.map { "largest batch whose arenas fit \(limit) bytes each: \($0)" }
        ?? "no batch fits \(limit) bytes a rank, not even microbatches of one sample"
    }
  }

  /// Steps on real ranks, beside the account.
  /// - Throws: `OtherArena` where the ranks took another plan than the account's.
  private func compare(
    _ account: RunMemory, with config: TrainingConfig
  ) throws -> ResidentComparison {
    let measured = try VerbLauncher(timeoutSeconds: 600).measureSteps(
      config, ranks: account.training.count, steps: 2)
    guard measured.arenaBytes == account.training.map(\.arenaBytes) else {
      throw OtherArena(account: account.training.map(\.arenaBytes), ranks: measured.arenaBytes)
    }
    return ResidentComparison(
      zip(account.training, measured.grownBytes).map {
        ResidentComparison.Row(
          arenaBytes: $0.arenaBytes, stagingBytes: $0.stagingBytes, grownBytes: $1)
      })
  }

  private func record(
    _ account: RunMemory, _ growth: MemoryGrowth?, _ largest: Int??,
    _ resident: ResidentComparison?
  ) -> JSON {
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
    if let largest { members.append(("largest_batch", largest.map { .integer($0) } ?? .null)) }
    if let resident { members.append(("resident", resident.json)) }
    return JSON(members: members)
  }
}

/// Ranks took other arenas than the account's.
private struct OtherArena: Error, CustomStringConvertible {
  let account, ranks: [Int]

  var description: String {
    "--measure: the account's arenas have \(account) bytes, and those of the ranks \(ranks): the "
      + "configuration leaves the plan open; give --plan, or set parallel.stages"
  }
}
