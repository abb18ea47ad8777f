import Foundation
import PartitaStudy
import Testing

/// A file called `-` is standard output, which has nothing else then.
@Suite(.serialized) struct StandardOutputTests {
  private static let pipeline = ["--kind", "1f1b", "--stages", "2", "--microbatches", "2"]
  private static let digits = Partita.config("digits.yaml")
  private static let cluster = Partita.config("clusters/two-core-cpu.yaml")

  @Test func aTableAlone() throws {
    let result = try Partita.runDirectly(["schedule"] + Self.pipeline + ["--csv", "-"])
    #expect(result.status == 0)
    #expect(result.output == "0F0,0F1,,,0B0,,,0B1,\n,1F0,1B0,,1F1,1B1,\n", "\(result.output)")
    #expect(result.error.hasPrefix("rank 0 (stage 0, replica 0)  0F0"))
  }

  @Test(arguments: [
    (["schedule"] + pipeline, "--csv"), (["schedule"] + pipeline, "--svg"),
    (["simulate"] + pipeline, "--trace"),
    (["schedule", digits, "--ranks", "4"], "--program"),
    (["schedule", digits, "--ranks", "4"], "--svg"),
    (
      ["simulate", digits, "--set", "parallel.replicas=1", "--cluster", cluster], "--trace"
    ),
    (["profile", digits, "--analytic", "--cluster", cluster], "--output"),
  ]) func isWhatTheFileHolds(arguments: [String], option: String) throws {
    try Partita.withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      let toFile = try Partita.runDirectly(arguments + [option, file.path])
      try #require(toFile.status == 0, "\(toFile.error)")
      let text = try String(contentsOf: file, encoding: .utf8)
      let toOutput = try Partita.runDirectly(arguments + [option, "-"])
      #expect(toOutput.status == 0 && toOutput.output == text)
      let words = toFile.output.replacing(file.path, with: "standard output")
      #expect(toOutput.error == words + toFile.error)
    }
  }

  /// Of many ranks the first has the trace.
  @Test(arguments: ["bench", "train"]) func tracesOfRanks(_ verb: String) throws {
    try Partita.withTemporaryFolder { folder in
      let result = try Partita.run(
        [
          verb, Partita.config("digits.yaml"), "--steps", "5", "--trace", "-", "--set",
          "output.directory=\(folder.path)/run",
        ], ranks: 4)
      try #require(result.succeeded, "\(result.standardError)")
      let value = try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8))
      #expect((value as? [String: Any])?["traceEvents"] != nil)
      #expect(result.standardError.contains("trace of a step in standard output"))
    }
  }

  @Test func aMeasuredProfile() throws {
    let result = try Partita.runDirectly(
      ["profile", Partita.config("digits.yaml"), "--repeats", "1", "--output", "-"])
    try #require(result.status == 0, "\(result.error)")
    let value = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    #expect((value as? [String: Any])?["layers"] != nil)
    #expect(result.error.contains("written to standard output"))
  }

  @Test(arguments: [
    (["simulate"] + pipeline + ["--trace", "-", "--json"], "--trace - and --json"),
    (["bench", digits, "--trace", "-", "--json"], "--trace - and --json"),
    (["train", digits, "--trace", "-", "--json"], "--trace - and --json"),
    (["profile", digits, "--output", "-", "--json"], "--output - and --json"),
    (["schedule"] + pipeline + ["--csv", "-", "--svg", "-"], "--csv - and --svg -"),
    (["scale", digits, "--ranks", "2", "--output", "-"], "--output takes a folder"),
    (["compare", "a.json", "--devices", "2", "--output", "-"], "--output takes a folder"),
  ]) func whatCannotShareItIsRefused(arguments: [String], words: String) throws {
    let result = try Partita.runDirectly(arguments)
    #expect(result.status == 64 && result.output.isEmpty)
    #expect(result.error.contains(words), "\(result.error)")
  }
}
