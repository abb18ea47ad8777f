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

/// The step of a measurement that is traced, and the file that it is written to.
@Suite struct TraceFileTests {
  private func measured() throws -> StepMeasurement {
    let config = try TrainerModel.mlp.config(["parallel.replicas=2", "parallel.stages=1"])
    let dataset = try config.loadData()
    let experiment = try Experiment(config, data: dataset.description, worldSize: 2)
    return try LoopbackTransport.run(ranks: 2) { transport in
      try Trainer(experiment, dataset: dataset, device: CPUDevice(), transport: transport)
        .measure(steps: 5, warmup: 1, tracing: true)
    }[0]
  }

  @Test func aTraceStandsBesideAnotherInAFile() throws {
    let step = try #require(try measured().trace)
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
    let measured = try measured()
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
