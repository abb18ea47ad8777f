import Foundation
import PartitaFiles
import PartitaStudy
import Testing

/// `partita --version`, and the version in what Partita writes.
@Suite(.serialized) struct VersionTests {
  @Test func isPrinted() throws {
    let result = try Partita.run(["--version"])
    #expect(result.succeeded)
    #expect(result.standardOutput == "\(PartitaVersion.current)\n")
  }

  @Test func standsInEveryFileOfARun() throws {
    try Partita.withTemporaryFolder { folder in
      let run = folder.appending(path: "run")
      let trace = folder.appending(path: "trace.json").path
      let result = try Partita.run(
        [
          "train", Partita.config("digits.yaml"), "--set", "output.directory=\(run.path)", "--set",
          "parallel={}", "--steps", "2", "--trace", trace,
        ])
      try #require(result.succeeded, "\(result.standardError)")
      let files = ["metrics.jsonl", "weights.safetensors", "config.yaml"].map {
        run.appending(path: $0).path
      }
      for file in files + [trace] {
        let text = String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
        #expect(text.contains(PartitaVersion.current), "\(file)")
      }
    }
  }
}
