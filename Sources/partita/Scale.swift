import ArgumentParser
import Foundation
import PartitaReport
import PartitaTraining

/// `partita scale`.
struct Scale: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures a training step on several numbers of ranks and writes a report.",
    discussion: """
      Launches mpirun itself: each number of ranks once for nothing, then in rounds. One rank is \
      always measured, for speed-up is relative to it. Where the configuration's stages, replicas \
      or cuts don't make so many ranks, they are chosen anew; --set keeps them. Writes \
      report.html, report.md and report.json.
      """)

  @OptionGroup var config: ConfigOptions

  @Option(help: ArgumentHelp("The numbers of ranks.", valueName: "1,2,4"))
  var ranks: String

  @Flag(help: "Batch and microbatches grow with the ranks: weak scaling.")
  var weak = false

  @Option(help: "Launches of each number of ranks that count.")
  var repeats = 5

  @Option(help: "Steps that each launch measures.")
  var steps = 30

  @Option(help: "Seconds that one launch may take.")
  var timeout = 600.0

  @Option(
    help: ArgumentHelp(
      "The folder of the report. Default: scale- and the configuration's name.",
      valueName: "folder"))
  var output: String?

  mutating func validate() throws {
    do { _ = try RankList(ranks) } catch { throw ValidationError("--ranks \(error)") }
    if repeats < 1 { throw ValidationError("--repeats takes a number above 0, not \(repeats)") }
    if steps < 1 { throw ValidationError("--steps takes a number above 0, not \(steps)") }
    if !(timeout > 0) {
      throw ValidationError("--timeout takes seconds above 0, not \(timeout)")
    }
  }

  func run() throws {
    try Console.attempt {
      // All numbers of ranks are planned before the first is launched.
      let cases = try Set(RankList(ranks).counts + [1]).sorted().map { count in
        try ScalingCase(
          path: config.path, overrides: config.overrides, ranks: count, isWeak: weak)
      }
      let name = URL(fileURLWithPath: config.path).deletingPathExtension().lastPathComponent
      let directory = try OutputDirectory(output ?? "scale-\(name)")
      let study = ScalingStudy(
        path: config.path, cases: cases, repeats: repeats, steps: steps, timeoutSeconds: timeout)
      let results = try study.measure(executable: CommandLine.executable, onProgress: say)
      let report = try ScalingReport(
        name: name, scaling: weak ? .weak : .strong, commandLine: CommandLine.words,
        results: results)
      try AtomicText.write(report.html, to: directory.file("report.html"))
      try AtomicText.write(report.markdown, to: directory.file("report.md"))
      try AtomicText.write(report.json, to: directory.file("report.json"))
      Console.print(report.headline)
      for remark in report.remarks { Console.print(remark) }
      Console.print(directory.file("report.html"))
    }
  }

  private func say(_ progress: ScalingStudy.Progress) {
    Console.say(
      "launch \(progress.done) of \(progress.count): \(progress.ranks) "
        + "\(progress.ranks == 1 ? "rank" : "ranks"), "
        + String(format: "%.6f s a step", progress.seconds)
        + (progress.isWarmUp ? " (warm-up)\n" : "\n"))
  }
}

extension CommandLine {
  /// This command as one would type it.
  fileprivate static var words: String {
    (["partita"] + arguments.dropFirst()).map { word in
      let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=,:+".contains($0) }
      return isPlain && !word.isEmpty
        ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }
}
