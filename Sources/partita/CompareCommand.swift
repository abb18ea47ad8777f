import ArgumentParser
import PartitaFiles
import PartitaMETIS
import PartitaPlan
import PartitaReport
import PartitaStudy
import PartitaTraining
import PartitaWorkload

/// `partita compare`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares the planner with the field's methods on workloads.",
    discussion: """
      Plans every workload on every number of devices by every method, all scored by the \
      workload's own cost model. Prints a table; --output writes comparison.html (figures), \
      comparison.md, comparison.csv, comparison.json and comparison.plans.jsonl (a plan with its \
      proof in each line, as plan --json prints it), and keeps each plan in measured.jsonl as soon \
      as it is there: the same command with --resume goes on from there. \
      Files as for plan.
      """)

  @Argument(help: ArgumentHelp("The workloads.", valueName: "file"))
  var files: [String]

  @Option(help: ArgumentHelp("The numbers of devices.", valueName: "2,4,8,16"))
  var devices: String

  @Option(
    help: ArgumentHelp(
      "The methods, of \(PartitionMethod.allCases.map(\.rawValue).joined(separator: ", ")). "
        + "Default: all.", valueName: "optimal,time"))
  var methods: String?

  @Option(help: "Plans of each method that draws at random.")
  var seeds = 10

  @Option(help: "Bytes a second between devices. Default: the file's, or 1e9.")
  var bandwidth: Double?

  @Option(help: "Bytes of memory of a device. Default: the file's, or no limit.")
  var memory: Double?

  @Option(help: "Microbatches of a batch, in Piper's cost model. Default: the file's.")
  var microbatches: Int?

  @Flag(help: "No stage has replicas.")
  var straight = false

  @Flag(help: "In device placement, contiguous parts alone.")
  var contiguous = false

  @Option(help: "Seconds that the planner may take for one plan.")
  var timeLimit = 6.0

  @Option(help: ArgumentHelp("The folder of the report. Default: none.", valueName: "folder"))
  var output: String?

  @Flag(help: "With --output: goes on with what an earlier call of the same command has there.")
  var resume = false

  mutating func validate() throws {
    try checkFolder(
      output, files: "comparison.html and its neighbours (without it the table is printed alone)")
    if resume, output == nil {
      throw ValidationError("--resume goes with --output: the folder has what was measured before")
    }
    do { _ = try RankList(devices) } catch { throw ValidationError("--devices \(error)") }
    _ = try chosenMethods()
    if seeds < 1 { throw ValidationError("--seeds takes a number above 0, not \(seeds)") }
    if let microbatches, microbatches < 1 {
      throw ValidationError("--microbatches takes a number above 0, not \(microbatches)")
    }
    for (name, value) in [
      ("bandwidth", bandwidth), ("memory", memory), ("time-limit", timeLimit),
    ] {
      if let value, !(value > 0) {
        throw ValidationError("--\(name) takes a number above 0, not \(value)")
      }
    }
  }

  func run() throws {
    try Console.attempt {
      // All files are read before the first is planned.
      let workloads = try WorkloadFile.read(files)
      let counts = try RankList(devices).counts
      let methods = try chosenMethods()
      guard let output else {
        _ = try report(workloads, counts, methods, in: nil)
        return
      }
      let directory = try OutputDirectory(output)
      let identity = try identity(workloads, methods)
      try Measurements.keep(identity, in: directory, resumes: resume) { measured in
        let report = try report(workloads, counts, methods, in: measured)
        try AtomicText.write(report.html, to: directory.file("comparison.html"))
        try AtomicText.write(report.markdown, to: directory.file("comparison.md"))
        try AtomicText.write(report.csv, to: directory.file("comparison.csv"))
        try AtomicText.write(report.json, to: directory.file("comparison.json"))
        try AtomicText.write(report.plans, to: directory.file("comparison.plans.jsonl"))
        Console.print(directory.file("comparison.html"))
      }
    }
  }

  /// Plans everything, or takes what is known, and prints the table.
  private func report(
    _ workloads: [(workload: Workload, sha256: String)], _ counts: [Int],
    _ methods: [PartitionMethod], in measured: MeasuredFile?
  ) throws -> ComparisonReport {
    let plans = workloads.count * counts.count * methods.count
    let bar = ProgressBar(on: .error, pause: .zero, parts: 10)
    let start = ContinuousClock.now
    var done = 0
    let subjects = try workloads.map { workload, digest in
      let comparisons = try counts.map { count in
        try ComparisonCase(
          workload: workload, inputSHA256: digest, request: request(devices: count),
          seeds: seeds, seconds: timeLimit, splitter: METISSplitter(), measured: measured
        ).compare(methods) { method, isFromBefore in
          let seconds = Int((ContinuousClock.now - start) / .seconds(1))
          let before = isFromBefore ? Measurements.fromBefore : ""
          bar.show(
            done, of: plans,
            "\(done)/\(plans)  \(seconds) s  \(method.rawValue), \(workload.name) on \(count)"
              + before
          ) { _ in "compare: \(done) of \(plans) plans\(before)" }
          done += 1
        }
      }
      return ComparisonReport.Subject(workload, inputSHA256: digest, comparisons: comparisons)
    }
    bar.clear()
    let report = ComparisonReport(
      commandLine: CommandLine.words, request: facts, subjects: subjects)
    Console.show(report.text)
    Console.print("\n\(report.headline).")
    for remark in report.remarks { Console.print(remark) }
    return report
  }

  /// What another call must be of to go on from this one: all that is asked for but the folder.
  private func identity(
    _ workloads: [(workload: Workload, sha256: String)], _ methods: [PartitionMethod]
  ) throws -> StudyIdentity {
    StudyIdentity(
      options: [
        ("--devices", try RankList(devices).counts.map { "\($0)" }.joined(separator: ",")),
        ("--methods", methods.map(\.rawValue).joined(separator: ",")), ("--seeds", "\(seeds)"),
        ("--bandwidth", bandwidth.map { "\($0)" }), ("--memory", memory.map { "\($0)" }),
        ("--microbatches", microbatches.map { "\($0)" }), ("--straight", straight ? "given" : nil),
        ("--contiguous", contiguous ? "given" : nil), ("--time-limit", "\(timeLimit)"),
      ],
      inputs: zip(1..., workloads).map { number, entry in
        ("workload \(number)", "\(entry.workload.name) \(entry.sha256)")
      })
  }

  private func chosenMethods() throws -> [PartitionMethod] {
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

  private func request(devices: Int) -> PartitionRequest {
    PartitionRequest(
      devices: devices, bandwidth: bandwidth, memory: memory, microbatches: microbatches,
      isStraight: straight, isContiguous: contiguous)
  }

  /// What was asked beside workloads and devices.
  private var facts: [ReportFact] {
    var facts: [ReportFact] = []
    func add(_ name: String, _ value: String?) {
      if let value { facts.append(ReportFact(name, value)) }
    }
    add("bandwidth, bytes a second", bandwidth.map { "\($0)" })
    add("memory of a device, bytes", memory.map { "\($0)" })
    add("microbatches", microbatches.map { "\($0)" })
    if straight { add("replicas", "none") }
    if contiguous { add("parts", "contiguous") }
    add("time limit of the planner", "\(timeLimit) s")
    add("seeds", "\(seeds)")
    return facts
  }
}
