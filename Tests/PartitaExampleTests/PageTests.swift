import Foundation
import Testing

/// Every command that README and the pages print does what they say, typed in a fresh folder.
///
/// Those that take minutes run where `PARTITA_SLOW_PAGES` is set, as `scripts/pages` does; for each there is
/// a reason.
@Suite(.serialized) struct PageTests {
  static let pages =
    ["README.md"]
    + ((try? FileManager.default.contentsOfDirectory(
      atPath: Partita.root.appending(path: "Documentation").path)) ?? [])
    // OwnDataTests and ChapterTests run those.
    .filter { $0.hasSuffix(".md") && !["OwnData.md", "Chapter.md"].contains($0) }.sorted().map {
      "Documentation/\($0)"
    }

  /// Commands that are not run beside the other tests, by how they begin, and why.
  static let slow = [
    "partita scale configs/fashion-lenet.yaml": "measures for minutes",
    "partita compare configs/fashion-mlp.yaml --ranks 2 --measure": "measures for minutes",
    "partita launch configs/fashion-mlp.yaml": "trains for a minute",
  ]

  /// Commands that no test runs, by how they begin, and why.
  static let elsewhere = [
    "./scripts/train": "installs packages and builds; continuous integration runs it",
    "./scripts/test": "runs this test",
    "mpirun ": "is mpirun's own, and root needs its leave; the tests start it by Partita",
  ]

  @Test(arguments: pages) func everyLineRuns(_ page: String) throws {
    let lines = try PageLines(page).lines
    try Partita.withTemporaryFolder { folder in
      let place = try PageFolder(folder)
      for line in lines where Self.isRun(line) {
        let result = try place.run(line)
        let isAsked = result.status == 75 && line.shown.contains { $0.contains("as asked") }
        #expect(
          result.status == 0 && !line.fails || result.status == 1 && line.fails || isAsked,
          "\(page): \(line.command): \(result.status) \(result.error)")
        check(line, result, page)
      }
    }
  }

  /// What a page shows of an output that is the same each time is what the command prints.
  private func check(_ line: PageLines.Line, _ result: Partita.DirectResult, _ page: String) {
    let isFixed = ["partita schedule ", "partita plan "].contains {
      line.command.hasPrefix($0)
    }
    guard isFixed else { return }
    // Pages fold long lines.
    let printed = Self.words(result.output + result.error)
    for shown in line.shown where !shown.contains("...") && !shown.isEmpty {
      #expect(
        printed.contains(Self.words(shown)), "\(page): \(line.command) doesn't print: \(shown)")
    }
  }

  private static func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func isRun(_ line: PageLines.Line) -> Bool {
    let isSlow = slow.keys.contains { line.command.hasPrefix($0) }
    return !elsewhere.keys.contains { line.command.hasPrefix($0) }
      && (!isSlow || ProcessInfo.processInfo.environment["PARTITA_SLOW_PAGES"] != nil)
  }

  /// No reason outlives its command.
  @Test func reasonsAreOfCommandsThatThereAre() throws {
    let commands = try Self.pages.flatMap { try PageLines($0).lines.map(\.command) }
    #expect(commands.count > 40)
    for beginning in Self.slow.keys where !commands.contains(where: { $0.hasPrefix(beginning) }) {
      Issue.record("no page prints \(beginning)")
    }
  }

  /// README's first commands do on one core, and as a user that is not root, what they do here.
  @Test(arguments: [["taskset", "-c", "0"], PageTests.asUser])
  func readmeRunsElsewhere(before: [String]) throws {
    guard !before.isEmpty else { return }
    let lines = try PageLines("README.md").lines.filter { $0.heading == "The verbs" }
      .filter(Self.isRun)
    #expect(lines.count >= 3)
    try Partita.withTemporaryFolder { folder in
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
      let place = try PageFolder(folder)
      for line in lines {
        let result = try place.run(line, before: before)
        #expect(
          result.status == 0 || result.status == 75, "\(line.command): \(result.error)")
      }
    }
  }

  /// What makes a user of root who can read the package; nothing where there is no root.
  static let asUser: [String] = {
    let user = [
      "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/tmp",
      "TMPDIR=/tmp",
    ]
    guard geteuid() == 0 else { return [] }
    let result = try? Partita.runDirectly(
      Array(user.dropFirst()) + ["test", "-r", Partita.config("digits.yaml")],
      program: "/usr/bin/setpriv")
    return result?.status == 0 ? user : []
  }()
}
