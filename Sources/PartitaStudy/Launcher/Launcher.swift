internal import Foundation
internal import Glibc
internal import PartitaTraining

/// Starts `mpirun`: the one place in Partita that does.
///
/// It works as root, with more ranks than cores, and inside a process that `mpirun` started. Each
/// rank gets one compute thread, and a core of its own where there are enough. Whatever happens,
/// no rank survives the call.
public enum Launcher {
  /// Seconds that ranks have between the polite signal and the deadly one.
  private static let graceSeconds = 3.0

  /// Runs a program on so many ranks and waits until all have ended.
  ///
  /// When the time is up, or this process gets SIGINT, SIGTERM or SIGHUP, the ranks get SIGTERM and
  /// then SIGKILL. After such a signal it is raised again, so the process ends as it would have.
  ///
  /// - Parameters:
  ///   - executable: The path of the program.
  ///   - arguments: Its arguments.
  ///   - ranks: The number of ranks, at least one.
  ///   - timeoutSeconds: How long the launch may take.
  ///   - environment: Variables for the ranks, beside those of this process.
  ///   - place: On which hosts.
  ///   - forwards: Whether the first SIGINT, SIGTERM or SIGUSR1 to this process asks the ranks to stop
  ///     by themselves: they get SIGUSR1, and the launch ends when they have. A second one after a
  ///     second ends them.
  ///   - keepsOutput: Whether the result has all that was written; `onLine` gets it in any case.
  ///   - onLine: Gets each line of the ranks as it comes, on the calling thread; what `mpirun` itself
  ///     says is kept for the result.
  /// - Returns: The exit code and all output. A failed rank is a result, not an error.
  /// - Throws: `LaunchError` where there is no launcher or no such program, where the system refuses,
  ///   or after a signal to this process.
  public static func run(
    executable: String, arguments: [String] = [], ranks: Int, timeoutSeconds: Double = .infinity,
    environment: [String: String] = [:], place: LaunchPlace = .here,
    forwards: Bool = false, keepsOutput: Bool = true,
    onLine: (LaunchStream, String) -> Void = { _, _ in }
  ) throws(LaunchError) -> LaunchResult {
    precondition(ranks > 0, "a launch needs a rank")
    guard access(executable, X_OK) == 0 else { throw .noExecutable(path: executable) }
    return try place.withHostFile(.built) { hostFile throws(LaunchError) in
      try run(
        MPIRunLine(
          executable: executable, arguments: arguments, ranks: ranks, cores: Cores.available,
          place: place, hostFile: hostFile, isRoot: geteuid() == 0,
          inherited: ProcessInfo.processInfo.environment, additions: environment),
        timeoutSeconds, forwards, keepsOutput, onLine)
    }
  }

  private static func run(
    _ command: MPIRunLine, _ timeoutSeconds: Double, _ forwards: Bool, _ keepsOutput: Bool,
    _ onLine: (LaunchStream, String) -> Void
  ) throws(LaunchError) -> LaunchResult {
    let launcher = try command.findLauncher()
    Interruption.begin(forwards: forwards)
    let outcome: Result<LaunchResult, LaunchError>
    do throws(LaunchError) {
      outcome = .success(
        try watch(
          try Session(launcher, command), timeoutSeconds: timeoutSeconds, forwards: forwards,
          keepsOutput: keepsOutput, onLine: onLine))
    } catch {
      outcome = .failure(error)
    }
    if let signal = Interruption.end(raises: !forwards), !forwards {
      throw .interrupted(signal: signal)
    }
    return try outcome.get()
  }

  /// Reads what the ranks write until they have ended, and ends them when they must.
  private static func watch(
    _ session: Session, timeoutSeconds: Double, forwards: Bool, keepsOutput: Bool,
    onLine: (LaunchStream, String) -> Void
  ) throws(LaunchError) -> LaunchResult {
    let deadline = ContinuousClock.now + .seconds(min(timeoutSeconds, 3e9))
    var timedOut = false
    var killTime: ContinuousClock.Instant?
    var hasForwarded = false
    var output = LineReader(file: session.output, keepsAll: keepsOutput)
    var error = LineReader(file: session.error, keepsAll: keepsOutput)
    var notices = LauncherNotices()

    while !session.hasEnded {
      waitForInput(from: output, error)
      output.read { onLine(.output, $0) }
      error.read { for line in notices.take($0) { onLine(.error, line) } }
      if let time = killTime {
        if .now > time { session.killAll() }
      } else if forwards, Interruption.signal != nil, !Interruption.isSecond {
        if !hasForwarded { session.askToStop() }
        hasForwarded = true
      } else if .now > deadline || Interruption.signal != nil {
        timedOut = Interruption.signal == nil
        killTime = .now + .seconds(graceSeconds)
        session.terminate()
      }
    }
    // Nothing may be left: neither ranks, when mpirun itself was killed, nor words in the pipes.
    session.killAll()
    output.finish { onLine(.output, $0) }
    error.finish { for line in notices.take($0) { onLine(.error, line) } }
    for line in notices.end() { onLine(.error, line) }
    return LaunchResult(
      exitCode: session.reap(), standardOutput: output.text, standardError: error.text,
      timedOut: timedOut, notices: notices)
  }

  /// Sleeps until there is something to read, or for a moment.
  private static func waitForInput(from readers: LineReader...) {
    var files = readers.filter(\.isOpen).map {
      pollfd(fd: $0.file, events: Int16(POLLIN), revents: 0)
    }
    poll(&files, nfds_t(files.count), files.isEmpty ? 5 : 50)
  }
}
