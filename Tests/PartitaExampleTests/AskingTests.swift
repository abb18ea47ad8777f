import Foundation
import PartitaStudy
import Testing

/// A run's folder answers: `evaluate`, `generate`.
@Suite(.serialized) struct AskingTests {
  private func trained(
    _ config: String, _ settings: [String], steps: Int, _ body: (String) throws -> Void
  ) throws {
    try Partita.withTemporaryFolder { folder throws in
      let run = "\(folder.path)/run"
      let result = try Partita.train(
        config, ["output.directory=\(run)"] + settings, ranks: 4, steps: steps)
      try #require(result.succeeded, "\(result.standardError)")
      try body(run)
    }
  }

  /// The text of a network on text: a tiny one, trained on a text of its own.
  private func withText(_ body: (String) throws -> Void) throws {
    try Partita.withTemporaryFolder { folder throws in
      let text = folder.appending(path: "text.txt").path
      try String(repeating: "der Ähre Gold, die Rose rot. ", count: 40)
        .write(toFile: text, atomically: true, encoding: .utf8)
      let config = folder.appending(path: "text.yaml").path
      try """
      data: {name: text, path: \(text)}
      model: {kind: gpt, depth: 1, width: 16, heads: 2, context: 12}
      training: {batch: 8, microbatches: 2, epochs: 1, optimizer: adamw, learning_rate: 0.01}
      output: {directory: \(folder.path)/run}
      """.write(toFile: config, atomically: true, encoding: .utf8)
      let result = try Partita.train(config, [])
      try #require(result.succeeded, "\(result.standardError)")
      try body("\(folder.path)/run")
    }
  }

  /// Law 2: the same line on one rank and on several, and its numbers are those of the run's last epoch.
  @Test func evaluationIsThatOfTheRun() throws {
    try trained(Partita.config("digits.yaml"), [], steps: 40) { run throws in
      let alone = try Partita.run(["evaluate", run, "--json"])
      try #require(alone.succeeded, "\(alone.standardError)")
      for ranks in [2, 3] {
        let other = try Partita.run(["evaluate", run, "--json"], ranks: ranks)
        #expect(other.standardOutput == alone.standardOutput, "\(other.standardError)")
      }
      let line = try #require(
        try JSONSerialization.jsonObject(with: Data(alone.standardOutput.utf8)) as? [String: Any])
      let metrics = try String(contentsOfFile: "\(run)/metrics.jsonl", encoding: .utf8)
      let epoch = try #require(
        metrics.split(separator: "\n").last { $0.contains("\"test_loss\"") })
      let last = try #require(
        try JSONSerialization.jsonObject(with: Data(epoch.utf8)) as? [String: Any])
      #expect(line["loss"] as? Double == last["test_loss"] as? Double)
      #expect(line["accuracy"] as? Double == last["test_accuracy"] as? Double)
      #expect(line["answers"] as? Int == 297)

      let words = try Partita.run(["evaluate", run])
      #expect(words.standardOutput.contains("class  samples  right  precision  recall"))
      #expect(words.standardOutput.contains("taken for"))
      let fewer = try Partita.run(["evaluate", run, "--data", "test_samples=10", "--json"])
      #expect(fewer.standardOutput.contains("\"answers\":10"))
    }
  }

  /// New samples are encoded by what the run noted, and get the same answer on several ranks; as CSV and as
  /// lines of JSON.
  @Test func newSamplesAreAnswered() throws {
    let data = Partita.config("data/flowers.csv")
    try trained(Partita.config("csv.yaml"), ["data.path=\(data)", "parallel="], steps: 60) {
      run throws in
      let table = try String(contentsOfFile: data, encoding: .utf8).split(separator: "\n")
      let rows = URL(filePath: run).deletingLastPathComponent().appending(path: "new.csv").path
      try table.prefix(6).joined(separator: "\n").write(
        toFile: rows, atomically: true, encoding: .utf8)
      let alone = try Partita.run(["predict", run, rows])
      try #require(alone.succeeded, "\(alone.standardError)")
      let lines = alone.standardOutput.split(separator: "\n")
      #expect(lines.count == 6 && lines[0].hasPrefix("sample,class,"))
      #expect(lines[1].hasPrefix("\(rows):2,"))
      let two = try Partita.run(["predict", run, rows], ranks: 2)
      #expect(two.standardOutput == alone.standardOutput, "\(two.standardError)")
      let json = try Partita.run(["predict", run, rows, "--json"])
      for line in json.standardOutput.split(separator: "\n") {
        let answer = try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let classes = try #require(answer["classes"] as? [String: Double])
        #expect(abs(classes.values.reduce(0, +) - 1) < 1e-12)
        #expect(classes.max { $0.value < $1.value }?.key == answer["class"] as? String)
      }
      let none = try Partita.run(["predict", run, "nowhere.csv"])
      #expect(none.standardError.contains("nowhere.csv: can't read this file"))
    }
  }

  /// Runs below a folder are listed with what they came to; what is damaged is named, the rest is listed.
  @Test func runsAreListed() throws {
    try trained(Partita.config("digits.yaml"), [], steps: 2) { run throws in
      let above = URL(filePath: run).deletingLastPathComponent()
      let words = try Partita.run(["runs", above.path])
      let line = try #require(words.standardOutput.split(separator: "\n").last)
      #expect(line.hasPrefix("\(run)  finished  20") && line.contains("  2 x 2 "))
      let json = try Partita.run(["runs", above.path, "--json"])
      #expect(
        json.standardOutput.contains("\"steps\":2") && json.standardOutput.contains("finished"))

      let damaged = above.appending(path: "damaged")
      try FileManager.default.createDirectory(at: damaged, withIntermediateDirectories: true)
      try Data("{".utf8).write(to: damaged.appending(path: "run.json"))
      let both = try Partita.run(["runs", above.path])
      #expect(!both.succeeded && both.standardOutput == words.standardOutput)
      #expect(both.standardError.contains("damaged/run.json"))
      let none = try Partita.run(["runs", above.appending(path: "nowhere").path])
      #expect(!none.succeeded && none.standardError.contains("this is no folder"))
    }
  }

  /// The same seed gives the same text on any number of ranks; another one, another text.
  @Test func aTextGoesOn() throws {
    try withText { run throws in
      func text(_ more: [String], ranks: Int = 1) throws -> String {
        let result = try Partita.run(
          ["generate", run, "--prompt", "die Ähre", "--length", "30"] + more, ranks: ranks)
        #expect(result.succeeded, "\(result.standardError)")
        return result.standardOutput
      }
      let one = try text(["--seed", "3"])
      #expect(one.hasPrefix("die Ähre"))
      #expect(one.trimmingCharacters(in: .newlines).unicodeScalars.count == 38)
      #expect(try text(["--seed", "3"], ranks: 2) == one)
      #expect(try text(["--seed", "4"]) != one)
      #expect(try text(["--temperature", "0"], ranks: 2) == text(["--temperature", "0"]))
      #expect(try text(["--json"]).hasPrefix("{\"prompt\":\"die Ähre\",\"text\":\"die Ähre"))
    }
  }

  /// A verb that there isn't gets the nearest; a quiet run says nothing, and is the same run.
  @Test func verbsAndVoices() throws {
    let wrong = try Partita.run(["evalute", "x"])
    #expect(
      wrong.exitCode == 64
        && wrong.standardError.contains("there is no verb 'evalute'; did you mean 'evaluate'?"))
    try trained(Partita.config("digits.yaml"), [], steps: 3) { run throws in
      let other = "\(run)-quiet"
      let quiet = try Partita.run(
        [
          "train", Partita.config("digits.yaml"), "--quiet", "--analytic", "--steps", "3", "--set",
          "output.directory=\(other)",
        ], ranks: 4)
      #expect(quiet.succeeded && quiet.standardOutput.isEmpty, "\(quiet.standardError)")
      let files = try [run, other].map {
        try Data(contentsOf: URL(filePath: "\($0)/weights.safetensors"))
      }
      #expect(files[0] == files[1])
    }
  }

  /// Who asks in a wrong way is told what would fit.
  @Test func badQuestions() throws {
    func problem(_ arguments: [String]) throws -> String {
      let result = try Partita.run(arguments)
      #expect(!result.succeeded)
      return result.standardError
    }
    try Partita.withTemporaryFolder { folder throws in
      #expect(
        try problem(["evaluate", folder.path]).contains(
          "\(folder.path): can't read this file: this is no run's folder: it has no config.yaml"))
      try "model: {}".write(
        toFile: "\(folder.path)/config.yaml", atomically: true, encoding: .utf8)
      #expect(
        try problem(["evaluate", folder.path]).contains("the run has no last weights"))
      #expect(
        try problem(["evaluate", folder.path, "--best"]).contains(
          "the run has kept no best epoch"))
    }
    try withText { run throws in
      #expect(
        try problem(["generate", run, "--prompt", "die Öse"]).contains(
          "character 5 of the text, \"\\u{00D6}\", is none of the"))
      #expect(
        try problem(["generate", run, "--prompt", "", "--length", "3"]).contains(
          "--prompt takes a text of at least one character"))
      #expect(
        try problem(["generate", run, "--prompt", "die", "--temperature", "-1"]).contains(
          "--temperature"))
    }
    try trained(Partita.config("digits.yaml"), [], steps: 1) { run throws in
      #expect(
        try problem(["generate", run, "--prompt", "a"]).contains(
          "this network wasn't trained on text"))
      #expect(
        try problem(["evaluate", run, "--set", "model.widths=[64, 10]"]).contains(
          "weights.safetensors"))
    }
  }
}
