import Foundation
import PartitaStudy
import Testing

/// The command line: what it reads, and what it refuses rather than ignores.
@Suite(.serialized) struct CommandLineTests {
  private static let digits = Partita.config("digits.yaml")
  private static let pipeline = ["--kind", "1f1b", "--stages", "2", "--microbatches", "2"]

  /// A negative number is a value, not an option that there isn't.
  @Test(arguments: [
    (["bench", digits, "--steps", "-1"], "--steps takes a number above 0, not -1"),
    (["bench", digits, "--warmup", "-2"], "--warmup takes a number from 0 on, not -2"),
    (["race", digits, "--plan", "a", "--seconds", "-.5"], "--seconds takes a number above 0"),
    (["plan", digits, "--ranks", "-3", "--cluster", "c"], "--ranks takes a number from 1"),
    (["generate", "run", "--prompt", "x", "--temperature", "-1e3"], "not -1000"),
    (["launch", digits, "--ranks", "-1"], "--ranks takes a number above 0, not -1"),
  ]) func negativeNumbersAreValues(arguments: [String], words: String) throws {
    let result = try Partita.runDirectly(arguments)
    #expect(result.status == 64 && result.error.contains(words), "\(result.error)")
  }

  /// What would do nothing is refused.
  @Test(arguments: [
    (["schedule"] + pipeline + ["--costs", "1,1,1,0"], "--costs goes with"),
    (["schedule"] + pipeline + ["--json", "--wide"], "--wide is for words"),
    (["schedule", digits, "--ranks", "4", "--costs", "1,1,1,0"], "a pipeline without a model"),
    (["profile", digits, "--repeats", "3", "--seconds", "1"], "give one of them"),
    (["profile", digits, "--analytic", "--cluster", "c", "--seconds", "1"], "leave out"),
    (["profile", digits, "--analytic", "--cluster", "c", "--ranks", "2"], "leave out"),
    (["generate", "run", "--prompt", "x", "--temperature", "0", "--seed", "1"], "draws nothing"),
    (["launch", digits, "--ranks", "2", "--json", "--quiet"], "give one of them"),
    (["launch", digits, "--ranks", "2", "--allow-change", "seed"], "goes with --resume"),
    (
      ["plan", digits, "--cluster", "c", "--check", "p", "--time-limit", "1"],
      "takes no --time-limit"
    ),
  ]) func whatDoesNothingIsRefused(arguments: [String], words: String) throws {
    let result = try Partita.runDirectly(arguments)
    #expect(result.status == 64 && result.error.contains(words), "\(result.error)")
  }

  /// Of a workload the file says whether an option does something.
  @Test(arguments: [
    (["plan", "--devices", "2", "--contiguous"], "--contiguous does nothing"),
    (["plan", "--devices", "2", "--microbatches", "4"], "--microbatches does nothing"),
    (["plan", "--devices", "2", "--method", "time", "--time-limit", "1"], "--time-limit does"),
    (["plan", "--devices", "2", "--method", "time", "--straight"], "--straight does nothing"),
    (["plan", "--devices", "2", "--seed", "3"], "--seed does nothing"),
    (["compare", "--devices", "2", "--methods", "optimal,time", "--seeds", "3"], "--seed"),
  ]) func whatDoesNothingForAWorkload(arguments: [String], words: String) throws {
    try Partita.withTemporaryFolder { folder in
      let file = folder.appending(path: "chain.txt").path
      try PlanVerbTests.chain.write(toFile: file, atomically: true, encoding: .utf8)
      let result = try Partita.runDirectly([arguments[0], file] + arguments[1...])
      #expect(result.status == 1 && result.error.contains(words), "\(result.error)")
    }
  }

  /// `--ranks` starts ranks, and only where none are.
  @Test func ranksStartRanks() throws {
    let alone = try Partita.runDirectly(["bench", Self.digits, "--steps", "3", "--ranks", "4"])
    #expect(alone.status == 0 && alone.output.hasPrefix("digits: "), "\(alone.error)")
    let below = try Partita.run(["bench", Self.digits, "--ranks", "4"], ranks: 2)
    #expect(below.exitCode == 64)
    #expect(below.standardError.contains("--ranks starts mpirun, which has started this one"))
  }

  /// What went wrong is said once, last, and mpirun says nothing.
  @Test(arguments: ["launch", "bench"]) func ourSentenceStandsLast(verb: String) throws {
    try Partita.withTemporaryFolder { folder in
      let result = try Partita.runDirectly(
        [verb, Self.digits, "--ranks", "2", "--set", "parallel.replicas=1", "--set"] + [
          "training.learning_rate=1e30", "--set", "output.directory=\(folder.path)/run",
        ])
      #expect(result.status == 1)
      #expect(result.complaints.count >= 1)
      #expect(result.error.split(separator: "\n").last == result.complaints.last)
      #expect(!result.error.contains("-----"), "\(result.error)")
    }
  }

  /// Where only mpirun knows what went wrong, its words are kept.
  @Test func mpirunIsHeardWhereNobodyElseSpeaks() throws {
    try Partita.withTemporaryFolder { folder in
      let hosts = folder.appending(path: "hosts").path
      try "no-such-host.invalid slots=2\n".write(
        toFile: hosts, atomically: true, encoding: .utf8)
      let result = try Partita.runDirectly([
        "launch", Self.digits, "--ranks", "2", "--set", "parallel.replicas=1", "--retries", "0",
        "--hostfile", hosts, "--set", "output.directory=\(folder.path)/run",
      ])
      #expect(result.status == 1)
      #expect(result.error.contains("no-such-host") || result.error.contains("daemon"))
      #expect(result.complaints.last?.contains("mpirun could not run the ranks") == true)
    }
  }

  /// `launch --quiet` says nothing on standard output, and writes what `train` writes.
  @Test func launchIsQuiet() throws {
    try Partita.withTemporaryFolder { folder in
      let run = folder.appending(path: "run").path
      let result = try Partita.runDirectly([
        "launch", Self.digits, "--ranks", "4", "--steps", "2", "--quiet", "--set",
        "output.directory=\(run)",
      ])
      #expect(result.status == 0 && result.output.isEmpty, "\(result.error)")
      #expect(FileManager.default.fileExists(atPath: "\(run)/weights.safetensors"))
    }
  }

  /// On a terminal the grid is folded to its width, and nothing is coloured, whatever NO_COLOR says.
  @Test func theGridFoldsToTheTerminal() throws {
    let line =
      "stty cols 60; '\(Partita.executable)' schedule --kind 1f1b --stages 2 --microbatches 12"
    func shown(_ line: String) throws -> [Substring] {
      let result = try Partita.runDirectly(["-qec", line, "/dev/null"], program: "/usr/bin/script")
      #expect(result.status == 0 && !result.output.contains("\u{1B}"), "\(result.output)")
      return result.output.split(whereSeparator: \.isNewline)
    }
    let folded = try shown(line)
    #expect(folded.count > 6 && folded.allSatisfy { $0.count <= 60 })
    #expect(folded.first == "slots 0 to 5")
    let wide = try shown(line + " --wide")
    #expect(wide.count == 2 && wide.allSatisfy { $0.count > 60 })
  }
}
