import PartitaStudy

/// Ranks of this program that a verb has started, and whose words it passes on as they come.
struct LaunchedRanks {
  /// The exit code of `mpirun`.
  let exitCode: Int32
  /// How they failed, as far as the code tells.
  let failure: String?
  /// Whether one of them has said what went wrong.
  let complained: Bool

  /// Starts them and waits for their end.
  ///
  /// - Parameters:
  ///   - arguments: their command line.
  ///   - count: how many.
  ///   - place: where they are.
  ///   - forwards: whether the first request to end is theirs to meet.
  init(
    _ arguments: [String], count: Int, place: LaunchPlace = .here, forwards: Bool = false
  ) throws {
    var complained = false
    let result = try Launcher.run(
      executable: CommandLine.executable, arguments: arguments, ranks: count,
      place: place, forwards: forwards, keepsOutput: false
    ) { stream, line in
      switch stream {
      case .output: Console.emit(line + "\n")
      case .error:
        if line.hasPrefix(Console.mark), !line.hasSuffix(RankSession.sharedCoresWarning) {
          complained = true
        }
        Console.say(line + "\n")
      }
    }
    // Where no rank has said it, mpirun has.
    if !complained {
      for words in result.explanations { Console.say(words + "\n") }
    }
    (exitCode, failure, self.complained) = (result.exitCode, result.failure, complained)
  }
}
