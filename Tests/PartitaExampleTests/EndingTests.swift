import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// How runs end, and what they leave: agreement, lost words, requests to stop, lost ranks.
@Suite(.serialized) struct EndingTests {
  /// Starts `partita` with words of its own on each rank: a shell asks which it is.
  private func run(
    _ common: String, ranks: Int, last more: String, timeoutSeconds: Double = 60
  ) throws -> LaunchResult {
    let script =
      "if [ \"$OMPI_COMM_WORLD_RANK\" = \(ranks - 1) ]; then exec \(Partita.executable) \(more); "
      + "else exec \(Partita.executable) \(common); fi"
    return try Launcher.run(
      executable: "/bin/sh", arguments: ["-c", script], ranks: ranks,
      timeoutSeconds: timeoutSeconds)
  }

  struct Difference: CustomTestStringConvertible, Sendable {
    let more: String
    let words: String
    var code: Int32 = 1
    var testDescription: String { words }
  }

  static let differences = [
    Difference(
      more: "--set training.learning_rate=0.3", words: "rank 2 has training.learning_rate 0.3"),
    Difference(more: "--set seed=9", words: "rank 2 has seed 9, rank 0 has 0"),
    Difference(more: "--steps 2", words: "rank 2 has the option --steps 2, rank 0 has none"),
    Difference(more: "--set parallel.schedule=gpipe", words: "rank 2 has parallel.schedule gpipe"),
    Difference(more: "--sets seed=9", words: "rank 2 can't read its command line", code: 64),
    Difference(more: "--set seed=x", words: "seed: found x"),
    Difference(
      more: "--set data.train_samples=1400", words: "rank 2 has data.train_samples 1400"),
  ]

  /// Law 9: each difference is named, all end within 5 s, and nothing is written.
  @Test(arguments: differences) func ranksThatDiffer(_ difference: Difference) throws {
    try Partita.withTemporaryFolder { folder in
      let common =
        "train \(Partita.config("digits.yaml")) --set output.directory=\(folder.path)/run "
        + "--set parallel.replicas=[2,1] --set parallel.stages=2"
      let start = ContinuousClock.now
      let result = try run(common, ranks: 3, last: "\(common) \(difference.more)")
      #expect(ContinuousClock.now - start < .seconds(5))
      #expect(result.exitCode == difference.code, "\(result.standardError)")
      let said = result.standardError.split(separator: "\n").filter { $0.contains("partita: ") }
      #expect(said.count == 1 && said[0].contains(difference.words), "\(result.standardError)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/run"))
    }
  }

  @Test func ranksWithOtherVerbs() throws {
    let config = Partita.config("digits.yaml")
    for (last, other) in [
      ("bench \(config)", "bench"), ("schedule \(config) --ranks 2", "schedule"),
    ] {
      let result = try run("train \(config)", ranks: 2, last: last)
      #expect(result.exitCode == 1 && !result.timedOut)
      #expect(
        result.standardError.contains("rank 1 has the verb \(other), rank 0 has train"),
        "\(result.standardError)")
    }
  }

  /// Files of the same name that hold other bytes.
  @Test func ranksThatReadOtherFiles() throws {
    try Partita.withTemporaryFolder { folder in
      let text = String(repeating: "the quick brown fox jumps. ", count: 40)
      for (name, text) in [
        ("a", text), ("b", text.replacingOccurrences(of: "quick", with: "kciuq")),
      ] {
        let own = folder.appending(path: name)
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        try text.write(to: own.appending(path: "text"), atomically: true, encoding: .utf8)
      }
      let yaml = folder.appending(path: "gpt.yaml")
      try """
      data: {name: text, path: text, context: 8}
      model: {kind: gpt, depth: 1, width: 8, heads: 1}
      training: {batch: 8, microbatches: 2, steps: 2}
      parallel: {stages: 1, replicas: 2}
      """.write(to: yaml, atomically: true, encoding: .utf8)
      let script =
        "cd \(folder.path)/$([ $OMPI_COMM_WORLD_RANK = 1 ] && echo b || echo a) && exec "
        + "\(Partita.executable) train \(yaml.path) --set output.directory=\(folder.path)/run"
      let result = try Launcher.run(
        executable: "/bin/sh", arguments: ["-c", script], ranks: 2, timeoutSeconds: 60)
      #expect(result.exitCode == 1)
      #expect(
        result.standardError.contains("rank 1 read other bytes from data.path than rank 0"),
        "\(result.standardError)")
    }
  }

  // MARK: Words

  private func shell(_ line: String) throws -> (code: Int32, error: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", line]
    let error = Pipe()
    process.standardError = error
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let words = error.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: words, as: UTF8.self))
  }

  /// Law 10: what was not written is not reported as done.
  @Test(arguments: [">/dev/full", ">&-"]) func lostWords(_ redirection: String) throws {
    let config = Partita.config("digits.yaml")
    try Partita.withTemporaryFolder { folder in
      for verb in [
        "schedule \(config) --ranks 4", "--help", "--version",
        "train \(config) --steps 2 --set parallel.stages=1 --set parallel.replicas=1 "
          + "--set output.directory=\(folder.path)/run",
      ] {
        let result = try shell("\(Partita.executable) \(verb) \(redirection)")
        #expect(result.code == 1, "\(verb): \(result.error)")
        #expect(result.error.contains("standard output can't be written"), "\(verb)")
      }
      // What could be saved is saved.
      #expect(FileManager.default.fileExists(atPath: "\(folder.path)/run/weights.safetensors"))
    }
  }

  @Test func aClosedPipeIsQuiet() throws {
    let result = try shell(
      "\(Partita.executable) schedule --kind gpipe --stages 64 --microbatches 512 | head -c 1 "
        + ">/dev/null; exit ${PIPESTATUS[0]}")
    #expect(result.code == 141)
    #expect(result.error == "")
  }

  /// With all three closed no file gets their numbers.
  @Test func closedDescriptors() throws {
    try Partita.withTemporaryFolder { folder in
      _ = try shell(
        "\(Partita.executable) train \(Partita.config("digits.yaml")) --steps 2 --set "
          + "parallel.stages=1 --set parallel.replicas=1 --set output.directory=\(folder.path)/run "
          + "<&- >&- 2>&-")
      let metrics = try String(
        contentsOf: folder.appending(path: "run/metrics.jsonl"), encoding: .utf8)
      #expect(metrics.split(separator: "\n").allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
    }
  }

  /// A number that isn't finite in the weights after the last update, or in the test loss.
  @Test(arguments: [
    "--set data.test_samples=1 --set training.learning_rate=1.0e300",
    "--set training.learning_rate=1.0e30",
  ])
  func weightsThatAreNoNumbers(_ more: String) throws {
    try Partita.withTemporaryFolder { folder in
      let result = try shell(
        "\(Partita.executable) train \(Partita.config("digits.yaml")) --steps 1 --set "
          + "parallel.stages=1 --set parallel.replicas=1 --set output.directory=\(folder.path)/run "
          + more)
      #expect(result.code == 1)
      #expect(result.error.contains("try a smaller training.learning_rate"), "\(result.error)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/run/weights.safetensors"))
      let document = try String(contentsOf: folder.appending(path: "run/run.json"), encoding: .utf8)
      #expect(document.contains("\"ending\": \"failed\""))
    }
  }

  // MARK: Stopping and going on

  private static let long = [
    "training.epochs=100000", "output.checkpoint={every_steps: 500, keep: 2}",
  ]

  private func arguments(_ verb: String, _ run: String, _ overrides: [String]) -> [String] {
    [verb, Partita.config("digits.yaml"), "--json"]
      + (["output.directory=\(run)"] + overrides).flatMap { ["--set", $0] }
  }

  private func weights(_ run: String) throws -> Data {
    try Data(contentsOf: URL(filePath: "\(run)/weights.safetensors"))
  }

  /// A signal to one rank stops all at one step with code 75, and another number of ranks goes on to
  /// the bits of a run that was never stopped; its metrics have one line a step.
  @Test(arguments: [SIGTERM, SIGINT, SIGUSR1]) func aRequestToStop(_ signal: Int32) throws {
    try Partita.withTemporaryFolder { folder in
      let (run, whole) = ("\(folder.path)/run", "\(folder.path)/whole")
      let steps = "training.steps=6000"
      let serial = ["parallel.stages=1", "parallel.replicas=1"]
      #expect(
        try Partita.run(arguments("train", whole, Self.long + [steps] + serial)).succeeded)
      var asked = false
      let stopped = try Launcher.run(
        executable: Partita.executable, arguments: arguments("train", run, Self.long + [steps]),
        ranks: 4, timeoutSeconds: 120
      ) { stream, line in
        guard stream == .output, line.contains("\"step\":600,"), !asked else { return }
        asked = true
        _ = try? shell(
          "kill -\(signal) $(pgrep -f '^\(Partita.executable) train.*\(run)' | tail -1)")
      }
      #expect(stopped.exitCode == 75, "\(stopped.standardError)")
      #expect(stopped.standardError.contains("stopped after step"))
      let rest = try Partita.run(
        arguments("train", run, Self.long + [steps] + serial) + ["--resume"], ranks: 1)
      #expect(rest.succeeded, "\(rest.standardError)")
      #expect(try weights(run) == weights(whole))
      let lines = try String(contentsOfFile: "\(run)/metrics.jsonl", encoding: .utf8)
      let numbers = try Event.all(in: lines).filter { $0.event == "step" }.compactMap(\.step)
      #expect(numbers == Array(1...6000))
    }
  }

  /// A lost rank isn't a lost run.
  @Test func launchGoesOnAfterALoss() throws {
    try Partita.withTemporaryFolder { folder in
      let (run, whole) = ("\(folder.path)/run", "\(folder.path)/whole")
      let steps = "training.steps=6000"
      let serial = ["parallel.stages=1", "parallel.replicas=1"]
      #expect(
        try Partita.run(arguments("train", whole, Self.long + [steps] + serial)).succeeded)
      let line = arguments("launch", run, Self.long + [steps]).map { "'\($0)'" }.joined(
        separator: " ")
      let result = try shell(
        """
        (until grep -q '"step":1200,' '\(run)/metrics.jsonl' 2>/dev/null; do sleep 0.05; done
        kill -KILL $(pgrep -f '^\(Partita.executable) train.*\(run)' | tail -1)) &
        timeout 120 \(Partita.executable) \(line) --ranks 4
        """)
      #expect(result.code == 0, "\(result.error)")
      #expect(result.error.contains("launches 4 ranks again, from step"))
      #expect(try weights(run) == weights(whole))
    }
  }

  // MARK: Waiting

  /// A job of which every process stands still for longer than the time-out goes on; one rank that
  /// stands still alone ends it, in words that name it.
  @Test func timeInWhichNobodyRunsIsNotCounted() throws {
    try Partita.withTemporaryFolder { folder in
      let run = "\(folder.path)/run"
      let line = arguments("train", run, Self.long + ["parallel.timeout=3"])
        .map { "'\($0)'" }.joined(separator: " ")
      let result = try shell(
        """
        export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1
        for name in $(env | grep -oE '^(OMPI_COMM|PMIX|PRTE)[^=]*'); do unset $name; done
        ranks() { pgrep -f '^\(Partita.executable) train.*\(run)'; }
        (until grep -q '"step":300,' '\(run)/metrics.jsonl' 2>/dev/null; do sleep 0.05; done
        kill -STOP $(ranks); sleep 5; kill -CONT $(ranks)
        before=$(wc -l < '\(run)/metrics.jsonl'); sleep 2
        [ $(wc -l < '\(run)/metrics.jsonl') -gt $before ] && echo "partita: it goes on" >&2
        kill -STOP $(ranks | tail -1)) &
        timeout 100 mpirun --oversubscribe -n 4 \(Partita.executable) \(line)
        """)
      #expect(result.code == 1, "\(result.error)")
      #expect(result.error.contains("it goes on"), "\(result.error)")
      // For a message the rank itself gives up, in a call of MPI its watchdog.
      let words = [
        "waited 3.0 s", ", 3 s, in a sum over all ranks; rank", ", 3 s, in a collection of what",
      ]
      #expect(words.contains { result.error.contains($0) }, "\(result.error)")
    }
  }

  @Test func resumingRefusesAnotherConfiguration() throws {
    try Partita.withTemporaryFolder { folder in
      let run = "\(folder.path)/run"
      let serial = [
        "parallel.stages=1", "parallel.replicas=1", "output.checkpoint={every_steps: 2}",
      ]
      #expect(try Partita.run(arguments("train", run, serial) + ["--steps", "4"]).succeeded)
      let step = "\(run)/checkpoints/step-000000002"
      let other = "\(folder.path)/other"
      func resume(_ more: [String], _ options: [String] = []) throws -> LaunchResult {
        try Partita.run(
          arguments("train", other, serial + more) + ["--resume", step, "--steps", "4"] + options)
      }
      let refused = try resume(["training.momentum=0.5"])
      #expect(refused.exitCode == 1)
      #expect(refused.standardError.contains("training.momentum"), "\(refused.standardError)")
      #expect(!FileManager.default.fileExists(atPath: other))
      #expect(
        try resume(["training.momentum=0.5"], ["--allow-change", "training.momentum"]).succeeded)
      let nothing = try Partita.run(arguments("train", other, serial) + ["--resume", folder.path])
      #expect(nothing.exitCode == 1)
      #expect(nothing.standardError.contains("there is no checkpoint here"))
    }
  }
}
