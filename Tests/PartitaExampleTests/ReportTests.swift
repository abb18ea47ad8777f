import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// `partita report`: studies that were made are read again, by their folders or files.
@Suite struct ReportTests {
  @Test func studiesAreJoined() throws {
    try Partita.withTemporaryFolder { folder in
      for name in ["one", "two"] {
        let made = try Partita.runDirectly([
          "scale", Partita.config("digits.yaml"), "--ranks", name == "one" ? "2" : "1",
          "--repeats", "1", "--steps", "2", "--output", folder.appending(path: name).path,
        ])
        try #require(made.status == 0, "\(made.error)")
      }
      let (one, two) = ("\(folder.path)/one/", "\(folder.path)/two/report.json")
      let output = folder.appending(path: "both")
      let joined = try Partita.runDirectly(["report", one, two, "--output", output.path])
      try #require(joined.status == 0, "\(joined.error)")
      #expect(joined.output.contains("\(folder.path)/two takes "))
      for file in ["runs.html", "runs.md", "runs.json"] {
        #expect(FileManager.default.fileExists(atPath: output.appending(path: file).path))
      }
      let alone = try Partita.runDirectly(["report", one])
      #expect(alone.status == 1)
      #expect(alone.error.contains("two reports or more"))
    }
  }

  @Test func otherFilesAreRefused() throws {
    let result = try Partita.runDirectly([
      "report", Partita.config("digits.yaml"), "/no/report.json",
    ])
    #expect(result.status == 1)
    #expect(result.error.contains("digits.yaml"))
  }
}
