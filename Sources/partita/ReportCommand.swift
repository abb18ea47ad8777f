import ArgumentParser
import PartitaFiles
import PartitaReport
import PartitaStudy

/// `partita report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Joins scaling reports of different days and machines in one, and compares them.",
    discussion: """
      Takes the report.json of several scale studies. Prints a table, the others against the first; \
      --output writes runs.html (speed-up and efficiency of all, drawn), runs.md and runs.json. What \
      else differs between the runs, as processors or configurations, is listed.
      """)

  @Argument(
    help: ArgumentHelp("The reports: files report.json, or their folders.", valueName: "file"))
  var files: [String]

  @Option(help: ArgumentHelp("The folder of the report. Default: none.", valueName: "folder"))
  var output: String?

  @Flag(help: "Prints runs.json, and says nothing else on standard output.")
  var json = false

  mutating func validate() throws {
    try checkFolder(output, files: "runs.html and its neighbours")
  }

  func run() throws {
    try Console.attempt {
      let runs = try files.map { given in
        let given = withoutSlash(given)
        let path = isDirectory(given) ? "\(given)/report.json" : given
        return try ScalingRecord(contentsOf: path, label: Self.label(path))
      }
      let report = try ScalingRuns(runs, commandLine: CommandLine.words)
      if json { Console.show(report.json) } else { show(report) }
      guard let output else { return }
      let directory = try OutputDirectory(output)
      try AtomicText.write(report.html, to: directory.file("runs.html"))
      try AtomicText.write(report.markdown, to: directory.file("runs.md"))
      try AtomicText.write(report.json, to: directory.file("runs.json"))
      if !json { Console.print(directory.file("runs.html")) }
    }
  }

  private func show(_ report: ScalingRuns) {
    Console.show(report.text)
    Console.print("\n\(report.headline)")
    for remark in report.remarks { Console.print(remark) }
    for (name, values) in report.differences {
      Console.print("\(name) differs: \(values.joined(separator: "; "))")
    }
  }

  /// What people call a study: its folder, or its file's name without the ending.
  private static func label(_ path: String) -> String {
    for ending in ["/report.json", ".json"] where path.hasSuffix(ending) {
      return String(path.dropLast(ending.count))
    }
    return path
  }
}
