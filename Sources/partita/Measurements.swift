import ArgumentParser
import PartitaFiles
import PartitaStudy

/// How a verb that measures for long keeps what it has, and the words about that.
enum Measurements {
  /// Behind a line about what was not measured anew.
  static let fromBefore = " (from before)"

  /// Measures and reports; whatever ends it early, what was measured can be taken up, and that is
  /// said.
  static func keep(
    _ study: StudyIdentity, in directory: OutputDirectory, resumes: Bool,
    _ body: (MeasuredFile) throws -> Void
  ) throws {
    let measured: MeasuredFile
    do {
      measured = try MeasuredFile(in: directory, for: study, resumes: resumes)
    } catch let error as OtherStudyError {
      throw Refusal(
        words: "\(error); --resume goes on with the same command alone, and without it a new study "
          + "begins")
    }
    say(measured, resumes: resumes)
    let advice = "\(Console.mark)what is measured is in \(measured.path); go on by: \(goingOn)\n"
    Signals.lastWords((Terminal.error.isWatched ? "\r\u{1B}[K" : "") + advice)
    defer { Signals.lastWords(nil) }
    do {
      try body(measured)
      try measured.end()
    } catch {
      guard !(error is ExitCode), !measured.isEmpty else { throw error }
      Console.complain("\(error)")
      Console.say(advice)
      throw ExitCode.failure
    }
  }

  private static var goingOn: String { CommandLine.words + " --resume" }

  private static func say(_ measured: MeasuredFile, resumes: Bool) {
    let path = measured.path
    switch measured.beginning {
    case .resumed(let count):
      Console.say("\(Console.mark)goes on from \(path): \(words(count))\n")
    case .setAside(let count, let aside):
      Console.say(
        "\(Console.mark)\(path) had \(words(count)) of a study that has not ended, which --resume "
          + "would have taken up; kept as \(aside)\n")
    case .anew:
      if resumes { Console.say("\(Console.mark)nothing to go on from at \(path): begins anew\n") }
    }
  }

  private static func words(_ count: Int) -> String {
    count == 1 ? "1 measurement" : "\(count) measurements"
  }
}
