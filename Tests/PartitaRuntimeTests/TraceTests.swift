import Foundation
import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaFiles
import PartitaRuntime
import PartitaSchedule
import PartitaTraining
import PartitaTransport
import Testing

/// A measured trace says what the program did: every action once, in order, at times that can be.
@Suite struct TraceTests {
  /// A run over several ranks, for instance tied weights that travel after the update.
  struct Run: CustomTestStringConvertible, Sendable {
    let model: RuntimeModel
    let replicas: String
    let overrides: [String]
    var testDescription: String { "\(model) on \(replicas) \(overrides)" }
    var ranks: Int { replicas.compactMap(\.wholeNumberValue).reduce(0, +) }

    func config() throws -> TrainingConfig {
      let stages = replicas.split(separator: ",").count
      return try model.config(
        ["parallel.replicas=\(replicas)", "parallel.stages=\(stages)"] + overrides)
    }
  }

  static let runs = [
    Run(model: .mlp, replicas: "[1]", overrides: []),
    Run(model: .mlp, replicas: "[2, 2]", overrides: []),
    Run(model: .skip, replicas: "[2, 1]", overrides: ["parallel.schedule=gpipe"]),
    Run(model: .gpt, replicas: "[1, 2, 1]", overrides: []),
    Run(model: .folded, replicas: "[4]", overrides: []),
    Run(
      model: .mlp, replicas: "[2]",
      overrides: ["parallel.virtual=3", "parallel.stages=3", "parallel.schedule=looped-bfs"]),
    Run(model: .ragged, replicas: "[3]", overrides: []),
  ]

  /// Trains with and without recording.
  private func trace(_ run: Run) throws -> (steps: [MeasuredStep], equal: Bool) {
    let config = try run.config()
    let dataset = try config.loadData()
    let experiment = try Experiment(config, data: dataset.description, worldSize: run.ranks)
    let results = try LoopbackTransport.run(ranks: run.ranks) { transport in
      func train(tracing: Bool) throws -> (MeasuredStep?, [Double]) {
        let trainer = try Trainer(
          experiment, dataset: dataset, device: CPUDevice(), transport: transport)
        var losses: [Double] = []
        let step = try trainer.run(tracing: tracing) { event in
          if case .step(let record) = event { losses.append(record.loss) }
        }
        return (step, losses)
      }
      let (none, plain) = try train(tracing: false)
      let (step, losses) = try train(tracing: true)
      return (none == nil ? step : nil, plain == losses)
    }
    return (results.compactMap(\.0), results.allSatisfy(\.1))
  }

  @Test(arguments: runs)
  func aTraceTellsWhatTheProgramDid(_ run: Run) throws {
    let (steps, equal) = try trace(run)
    #expect(equal, "law 2: recording changes no bit")
    try #require(steps.count == run.ranks)
    let (program, trace) = (steps[0].program, steps[0].trace)
    #expect(steps.allSatisfy { $0.trace == trace }, "every rank knows the same")

    #expect(trace.ranks.count == run.ranks)
    for (rank, row) in trace.ranks.enumerated() {
      let actions = row.spans.filter { $0.category != .wait }
      #expect(actions.map(\.action) == program.ranks[rank].actions)
      #expect(actions.allSatisfy { $0.category == $0.action?.category })
      #expect(row.spans.allSatisfy { $0.start >= 0 && $0.end >= $0.start })
      #expect(zip(row.spans, row.spans.dropFirst()).allSatisfy { $0.end == $1.start })
    }
    #expect(trace.ranks.contains { $0.spans.first?.start == 0 })
    #expect(trace.makespan > 0)
    #expect(steps[0].secondsWithFreeMessages > 0)
    #expect(steps[0].secondsWithFreeMessages <= trace.makespan * (1 + 1e-9), "never longer")
    #expect((steps[0].clockUncertaintySeconds > 0) == (run.ranks > 1))
  }

  @Test(arguments: runs)
  func messagesOfATraceAreThoseOfTheProgram(_ run: Run) throws {
    let step = try #require(try trace(run).steps.first)
    let travelling = step.program.messages.filter { $0.from != $0.to }
    #expect(step.trace.messages.count == travelling.count)
    let slack = 2 * step.clockUncertaintySeconds
    for (found, message) in zip(step.trace.messages, travelling) {
      #expect(found.from == message.from && found.to == message.to)
      #expect(found.bytes == step.program.bytes(of: message))
      #expect(found.received >= found.sent)
      #expect(found.received <= step.trace.makespan + slack)
      // It leaves while the action runs that sends it.
      let sender = step.trace.ranks[found.from].spans.first {
        $0.category != .wait && $0.action == found.action
      }
      let span = try #require(sender)
      #expect(found.sent >= span.start && found.sent <= span.end)
      switch message.content {
      case .edge: #expect(found.action.category == .send)
      case .partial: #expect(found.action.category == .reduce)
      case .sum: #expect(found.action.category == .combine)
      }
    }
  }

  @Test func aTraceStandsBesideAnotherInAFile() throws {
    let step = try #require(try trace(Self.runs[1]).steps.first)
    let folder = FileManager.default.temporaryDirectory.appending(path: "trace-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = try TraceFile("\(folder.path)/made/trace.json")
    try file.write(
      [("measured", step.trace), ("again", step.trace)], notes: [("clocks", "within \"1\" us")])
    let text = try String(contentsOfFile: file.path, encoding: .utf8)
    let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let events = try #require(json?["traceEvents"] as? [[String: Any]])
    func count(_ kind: String, process: Int) -> Int {
      events.count { $0["ph"] as? String == kind && $0["pid"] as? Int == process }
    }
    for process in 0...1 {
      #expect(events.contains { $0["pid"] as? Int == process && $0["ph"] as? String == "X" })
      #expect(count("s", process: process) == count("f", process: process))
      #expect(count("s", process: process) > 0)
    }
    #expect((json?["otherData"] as? [String: String])?["clocks"] == "within \"1\" us")

    #expect(throws: FileError.self) { try TraceFile(folder.path) }
    #expect(throws: FileError.self) { try TraceFile("\(file.path)/under-a-file.json") }
    #expect(throws: FileError.self) { try TraceFile("") }
  }

  /// The median of several steps: no rank's row is longer than that step's own clock says.
  @Test func theMedianStepIsTraced() throws {
    let config = try RuntimeModel.mlp.config(["parallel.replicas=2", "parallel.stages=1"])
    let dataset = try config.loadData()
    let experiment = try Experiment(config, data: dataset.description, worldSize: 2)
    let measured = try LoopbackTransport.run(ranks: 2) { transport in
      try Trainer(experiment, dataset: dataset, device: CPUDevice(), transport: transport)
        .measure(steps: 5, warmup: 1, tracing: true)
    }[0]
    #expect(measured.seconds.count == 5)
    #expect(measured.median == measured.sorted[2])
    let trace = try #require(measured.trace)
    for row in trace.trace.ranks {
      let first = try #require(row.spans.first)
      let last = try #require(row.spans.last)
      #expect(last.end - first.start > 0)
      #expect(last.end - first.start <= measured.median + trace.clockUncertaintySeconds)
    }
  }
}
