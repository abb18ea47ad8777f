/// What came of a launch.
public struct LaunchResult: Hashable, Sendable {
  /// The exit code of `mpirun`: that of the first rank that failed, or 128 and the number of the
  /// signal that ended a rank.
  public let exitCode: Int32
  /// All that the ranks wrote to standard output.
  public let standardOutput: String
  /// All that came on standard error, the notices of `mpirun` included.
  public let standardError: String
  /// Whether the launch was ended because its time was up.
  public let timedOut: Bool
  /// What `mpirun` itself said.
  let notices: LauncherNotices

  /// What `mpirun` said that nobody else can have said: that there is no room, no host, no program.
  public var explanations: [String] { notices.explanations }

  /// Whether all ranks ended well and in time.
  public var succeeded: Bool { exitCode == 0 && !timedOut }

  /// One line that says how a launch failed, or nil when it didn't.
  ///
  /// What `mpirun` says of it is kept from the ranks' words, so this is the only word about a rank that
  /// was killed.
  public var failure: String? {
    if timedOut { return "the ranks were ended because their time was up" }
    if exitCode == 0 { return nil }
    let signal = exitCode - 128
    guard (1..<65).contains(signal) else {
      return explanations.isEmpty
        ? "a rank ended with exit code \(exitCode)"
        : "mpirun could not run the ranks (exit code \(exitCode))"
    }
    let rank = notices.killed.map { "rank \($0.rank) on \($0.host)" } ?? "a rank"
    return signal == 9
      ? "\(rank) was killed (signal 9): by hand, or because memory ran out"
      : "\(rank) was ended by signal \(signal)"
  }
}

/// One of the two streams that a rank writes to.
public enum LaunchStream: Hashable, Sendable {
  /// Standard output.
  case output
  /// Standard error.
  case error
}

/// Why ranks could not be launched.
public enum LaunchError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no `mpirun` in any folder of this `PATH`.
  case noLauncher(path: String)
  /// A batch system has given room for fewer ranks.
  case allocationTooSmall(ranks: Int, slots: Int, allocation: String)
  /// The hosts can't be handed to the launcher.
  case noHostFile(problem: String)
  /// The program for the ranks is not there, or not executable.
  case noExecutable(path: String)
  /// The operating system refused a process or a pipe.
  case system(call: String, code: Int32, text: String)
  /// This process was told to end; the ranks ended first.
  case interrupted(signal: Int32)

  /// What is missing, and how to get it.
  public var description: String {
    switch self {
    case .noLauncher(let path):
      "mpirun is not on the PATH (\(path.isEmpty ? "it is empty" : path)): install "
        + "\(LauncherKind.built.library.name), on Debian and Ubuntu by `apt-get install "
        + "\(LauncherKind.built.library.packages)`, or use one rank"
    case .allocationTooSmall(let ranks, let slots, let allocation):
      "\(allocation) has room for \(slots) \(slots == 1 ? "rank" : "ranks"), and \(ranks) are asked "
        + "for: ask for fewer, or the batch system for `--ntasks=\(ranks)`"
    case .noHostFile(let problem): problem
    case .noExecutable(let path):
      "\(path) is no executable file: build it first"
    case .system(let call, let code, let text):
      "\(call) failed with error \(code): \(text)"
    case .interrupted(let signal):
      "signal \(signal) ended the ranks"
    }
  }
}
