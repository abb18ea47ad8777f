import Foundation
import Testing

/// The example workloads are what Partita makes of its configurations, and what it plans.
@Suite(.serialized) struct WorkloadExampleTests {
  static let lines = ((try? PageLines("Examples/workloads/README.md").lines) ?? []).map(\.command)

  @Test func everyFileHasItsCommand() throws {
    let folder = Partita.root.appending(path: "Examples/workloads").path
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".json") }
    #expect(files.count == Self.lines.count && !files.isEmpty)
    for file in files {
      let option = "--workload Examples/workloads/\(file)"
      #expect(Self.lines.contains { $0.contains(option) }, "\(file)")
    }
  }

  @Test(arguments: lines) func theCommandMakesTheFile(line: String) throws {
    try Partita.withTemporaryFolder { folder in
      let words = line.split(separator: " ").map(String.init).filter { $0 != ">/dev/null" }
      let place = try #require(words.firstIndex { $0.hasPrefix("Examples/workloads/") })
      let made = folder.appending(path: "made.json").path
      var arguments = words.dropFirst().map {
        $0.hasPrefix("configs/") ? Partita.root.appending(path: $0).path : $0
      }
      arguments[place - 1] = made
      let result = try Partita.runDirectly(arguments)
      try #require(result.status == 0, "\(result.error)")
      let expected = try String(
        contentsOf: Partita.root.appending(path: words[place]), encoding: .utf8)
      #expect(try String(contentsOfFile: made, encoding: .utf8) == expected)

      let plan = try Partita.runDirectly(["plan", made, "--devices", "2", "--json"])
      #expect(plan.status == 0 && plan.output.contains(#""family":"pipedream""#), "\(plan.error)")
    }
  }
}
