import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// What can't work is refused: once, in words, with a non-zero exit, and nothing half-written.
@Suite(.serialized) struct BadInputTests {
  /// A mistake, and what is said of it.
  struct Mistake: CustomTestStringConvertible, Sendable {
    let overrides: [String]
    let words: String
    var ranks = 1
    var testDescription: String { overrides.joined(separator: " ") }
  }

  static let mistakes = [
    Mistake(
      overrides: ["training.learning_rat=0.1"], words: "did you mean \"learning_rate\"?",
      ranks: 2
    ),
    Mistake(overrides: ["training.batch=many"], words: "expected a whole number"),
    Mistake(overrides: ["data.name=digit"], words: "there is no choice \"digit\""),
    Mistake(
      overrides: ["data.name=fashion-mnist", "data.path=no-such-folder"], words: "no-such-folder"),
    Mistake(
      overrides: ["parallel.cuts=[linear3]"], words: "no layer is named 'linear3'; did you mean",
      ranks: 4),
    Mistake(
      overrides: ["parallel.stages=3", "parallel.replicas=1"],
      words: "3 stages need at least as many layers, and the model has 2", ranks: 3),
    Mistake(overrides: [], words: "needs 4 ranks, and there are 3", ranks: 3),
    Mistake(overrides: ["training.gradient_groups=3"], words: "3 is no power of two"),
    Mistake(overrides: ["training.gradient_groups=1"], words: "gradient_groups", ranks: 4),
    Mistake(
      overrides: ["training.batch=2000", "training.microbatches=4"],
      words: "a batch of 2000 is larger than the training data, 1500 samples", ranks: 4),
    Mistake(overrides: ["model.widths=[63, 128, 10]"], words: "63", ranks: 4),
    Mistake(overrides: ["model.widths=[64, 128, 9]"], words: "10", ranks: 4),
    Mistake(
      overrides: ["training.learning_rate=1.0e30"], words: "try a smaller training.learning_rate",
      ranks: 4),
  ]

  @Test(arguments: mistakes) func isRefused(_ mistake: Mistake) throws {
    try Partita.withTemporaryFolder { folder in
      let result = try Partita.train(
        Partita.config("digits.yaml"),
        ["output.directory=\(folder.path)/run"] + mistake.overrides, ranks: mistake.ranks)
      #expect(result.exitCode != 0 && !result.timedOut)
      let said = result.standardError.split(separator: "\n").filter {
        $0.contains("partita: ") && !$0.contains("ranks share")
      }
      #expect(said.count == 1, "\(result.standardError)")
      #expect(said.first?.contains(mistake.words) == true, "\(result.standardError)")
      #expect(
        !FileManager.default.fileExists(atPath: "\(folder.path)/run/weights.safetensors"))
    }
  }

  @Test func aMissingConfigurationIsSaidOnce() throws {
    let result = try Partita.train("no-such.yaml", [], ranks: 3)
    #expect(result.exitCode != 0)
    #expect(result.standardError.components(separatedBy: "no-such.yaml").count == 2)
  }

  /// A trace that can't be written is refused before the run, on all ranks.
  @Test func aTraceThatCannotBeWritten() throws {
    try Partita.withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try "".write(to: file, atomically: true, encoding: .utf8)
      for arguments in [["train"], ["bench"]] {
        let result = try Launcher.run(
          executable: Partita.executable,
          arguments: arguments + [
            Partita.config("digits.yaml"), "--set", "output.directory=\(folder.path)/run",
            "--trace", "\(file.path)/trace.json", "--json",
          ], ranks: 4, timeoutSeconds: 60)
        #expect(result.exitCode == 1 && !result.timedOut)
        #expect(result.standardError.components(separatedBy: "\(file.path)").count == 2)
        #expect(result.standardOutput == "")
      }
    }
  }

  @Test func aFolderThatCannotBeWritten() throws {
    try Partita.withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try "".write(to: file, atomically: true, encoding: .utf8)
      let result = try Partita.train(
        Partita.config("digits.yaml"), ["output.directory=\(file.path)/run"], ranks: 4)
      #expect(result.exitCode != 0)
      #expect(result.standardError.contains("file"))
    }
  }

  /// Truncated, corrupt, and with a label that is none of ten classes.
  @Test(arguments: ["truncated", "corrupt", "label"]) func damagedImages(_ damage: String) throws {
    try Partita.withTemporaryFolder { folder in
      let original = URL(filePath: "/usr/share/datasets/fashion-mnist")
      for name in try FileManager.default.contentsOfDirectory(atPath: original.path) {
        try FileManager.default.copyItem(
          at: original.appending(path: name).resolvingSymlinksInPath(),
          to: folder.appending(path: name))
      }
      let labels = folder.appending(path: "train-labels-idx1-ubyte.gz")
      var bytes = try Data(contentsOf: labels)
      switch damage {
      case "truncated": bytes = bytes.prefix(bytes.count / 2)
      case "corrupt": bytes[bytes.count / 2] ^= 0xFF
      default: bytes = try Self.gzip(labels: 60_000, one: 10)
      }
      try bytes.write(to: labels)
      let result = try Partita.train(
        Partita.config("fashion-mlp.yaml"),
        ["data.path=\(folder.path)", "output.directory=\(folder.path)/run"], ranks: 2, steps: 1)
      #expect(result.exitCode != 0 && !result.timedOut)
      #expect(result.standardError.contains("train-labels-idx1-ubyte"), "\(result.standardError)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/run"))
    }
  }

  /// An IDX file of labels 0 with one that is `one`, as the gzip program packs it.
  private static func gzip(labels count: Int, one label: UInt8) throws -> Data {
    var idx = Data([0, 0, 8, 1])
    withUnsafeBytes(of: UInt32(count).bigEndian) { idx.append(contentsOf: $0) }
    idx.append(Data(count: count))
    idx[idx.count - 1] = label
    let file = FileManager.default.temporaryDirectory.appending(path: "labels-\(UUID())")
    try idx.write(to: file)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", file.path]
    try process.run()
    process.waitUntilExit()
    let packed = URL(filePath: file.path + ".gz")
    defer { try? FileManager.default.removeItem(at: packed) }
    return try Data(contentsOf: packed)
  }

  /// Law 7: a rank that is killed in the middle of a step ends all within 5 s.
  @Test func aKilledRankEndsAll() throws {
    try Partita.withTemporaryFolder { folder in
      let marker = "\(folder.path)/run"
      let killer = Process()
      killer.executableURL = URL(filePath: "/bin/sh")
      // The last of the four processes that have this folder on their command line.
      killer.arguments = [
        "-c",
        "sleep 3; date +%s > \(folder.path)/killed; "
          + "kill -9 $(pgrep -f '[p]artita train.*\(marker)' | tail -n 1)",
      ]
      try killer.run()
      let result = try Partita.train(
        Partita.config("digits.yaml"),
        ["output.directory=\(marker)", "training.epochs=1000000"], ranks: 4)
      let ended = Date().timeIntervalSince1970
      killer.waitUntilExit()
      let killed = try String(contentsOfFile: "\(folder.path)/killed", encoding: .utf8)
      let when = try #require(Double(killed.trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(result.exitCode != 0 && !result.timedOut)
      #expect(ended - when < 6, "5 s, and the clock's own second")
      #expect(!FileManager.default.fileExists(atPath: "\(marker)/weights.safetensors"))
    }
  }
}
