import PartitaFiles
import PartitaMETIS
import PartitaPlan
import PartitaPlanner
import PartitaReport
import PartitaStudy
import PartitaTraining
import PartitaWorkload

/// Of published workloads.
extension CompareCommand {
  /// Plans every workload on every number of devices.
  func compareWorkloads() throws {
    // All files are read before the first is planned.
    let workloads = try WorkloadFile.read(files)
    let counts = try asked.counts
    let methods = try chosenMethods()
    try refuseIdle(
      asked.given + (givenSeeds == nil ? [] : [.seed])
        + (givenTimeLimit == nil ? [] : [.timeLimit]), of: workloads.map(\.workload), by: methods)
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
      if !json { Console.print(directory.file("comparison.html")) }
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
    if json {
      Console.print(report.json)
      return report
    }
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
        ("--devices", try asked.counts.map { "\($0)" }.joined(separator: ",")),
        ("--methods", methods.map(\.rawValue).joined(separator: ",")), ("--seeds", "\(seeds)"),
        ("--bandwidth", asked.bandwidth.map { "\($0)" }), ("--memory", memory.map { "\($0)" }),
        ("--microbatches", asked.microbatches.map { "\($0)" }),
        ("--straight", asked.straight ? "given" : nil),
        ("--contiguous", asked.contiguous ? "given" : nil), ("--time-limit", "\(timeLimit)"),
      ],
      inputs: zip(1..., workloads).map { number, entry in
        ("workload \(number)", "\(entry.workload.name) \(entry.sha256)")
      })
  }

  private func request(devices: Int) -> PartitionRequest {
    PartitionRequest(
      devices: devices, bandwidth: asked.bandwidth, memory: memory,
      microbatches: asked.microbatches,
      isStraight: asked.straight, isContiguous: asked.contiguous)
  }

  /// What was asked beside workloads and devices.
  private var facts: [ReportFact] {
    var facts: [ReportFact] = []
    func add(_ name: String, _ value: String?) {
      if let value { facts.append(ReportFact(name, value)) }
    }
    add("bandwidth, bytes a second", asked.bandwidth.map { "\($0)" })
    add("memory of a device, bytes", memory.map { "\($0)" })
    add("microbatches", asked.microbatches.map { "\($0)" })
    if asked.straight { add("replicas", "none") }
    if asked.contiguous { add("parts", "contiguous") }
    add("time limit of the planner", "\(timeLimit) s")
    add("seeds", "\(seeds)")
    return facts
  }
}
