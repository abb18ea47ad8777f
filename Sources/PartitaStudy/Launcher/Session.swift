internal import Foundation
internal import Glibc
internal import PartitaFiles

/// A process and all its descendants, in a session of their own.
///
/// `mpirun` gives each rank its own process group, but a session is for life: by it every rank can
/// be found, even when `mpirun` has gone. MPICH's launcher gives each rank a session of its own, too:
/// there a variable that all inherit takes its place.
final class Session {
  /// The ends from which we read; both don't block.
  let output: Int32
  let error: Int32
  private let leader: pid_t
  /// `name=value` in the environment of all ranks, where their session doesn't tell them.
  private let mark: String?

  init(_ launcher: String, _ command: MPIRunLine) throws(LaunchError) {
    let output = try Self.makePipe()
    let error: (read: Int32, write: Int32)
    do throws(LaunchError) {
      error = try Self.makePipe()
    } catch {
      close(output.read)
      close(output.write)
      throw error
    }
    var leader: pid_t = 0
    let code = Self.spawn(launcher, command, output: output.write, error: error.write, &leader)
    close(output.write)
    close(error.write)
    self.output = output.read
    self.error = error.read
    self.leader = leader
    mark = command.mark
    guard code == 0 else { throw Self.failure("posix_spawn", code) }
  }

  deinit {
    close(output)
    close(error)
  }

  /// Whether the first process has ended; it stays a zombie, and its number taken, until `reap`.
  var hasEnded: Bool {
    var info = siginfo_t()
    let code = waitid(P_PID, id_t(leader), &info, WEXITED | WNOHANG | WNOWAIT)
    // Where this process ignores SIGCHLD no zombie waits for us.
    return code != 0 || info.si_signo == SIGCHLD
  }

  /// Has `mpirun` ask all ranks to stop: it forwards SIGUSR1, and kills nobody after it.
  func askToStop() { kill(leader, SIGUSR1) }

  /// Asks the first process to end; `mpirun` then ends its ranks.
  func terminate() { kill(leader, SIGTERM) }

  /// Kills all processes of the session and returns when they are gone.
  func killAll() {
    for _ in 0..<500 {
      let members = Self.members(of: leader) + (mark.map(Self.marked) ?? [])
      if members.isEmpty { return }
      for member in members { kill(member, SIGKILL) }
      usleep(2000)
    }
  }

  /// Returns the exit code of the first process, as a shell would.
  func reap() -> Int32 {
    var status: Int32 = 0
    var found = waitpid(leader, &status, 0)
    while found < 0, errno == EINTR { found = waitpid(leader, &status, 0) }
    // A code that nobody can know any more is not a good one.
    guard found == leader else { return 1 }
    let signal = status & 0x7f
    return signal == 0 ? status >> 8 & 0xff : 128 + signal
  }

  /// The living processes of a session.
  static func members(of session: pid_t) -> [pid_t] {
    processes.filter { process in
      guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        // The name before it can hold anything; then come state, parent, group and session.
        let nameEnd = line.lastIndex(of: ")")
      else { return false }
      let fields = line[nameEnd...].split(separator: " ")
      return fields.count > 4 && fields[1] != "Z" && fields[1] != "X"
        && fields[4] == "\(session)"
    }
  }

  /// The living processes whose environment has a text; that of a zombie is gone.
  private static func marked(_ mark: String) -> [pid_t] {
    let wanted = Array(mark.utf8)
    return processes.filter { process in
      guard process != getpid(), let bytes = try? readFile("/proc/\(process)/environ") else {
        return false
      }
      return bytes.split(separator: 0).contains { $0.elementsEqual(wanted) }
    }
  }

  private static var processes: [pid_t] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }
  }

  private static func spawn(
    _ launcher: String, _ command: MPIRunLine, output: Int32, error: Int32,
    _ leader: inout pid_t
  ) -> Int32 {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&files, error, STDERR_FILENO)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // POSIX_SPAWN_SETSID, which glibc has had since 2.26 but doesn't show to Swift.
    let setsid: Int32 = 0x80
    posix_spawnattr_setflags(
      &attributes,
      Int16(setsid | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)

    let arguments = command.arguments.map { strdup($0) }
    let environment = command.environment.map { strdup("\($0.key)=\($0.value)") }
    defer { for text in arguments + environment { free(text) } }
    return posix_spawn(
      &leader, launcher, &files, &attributes, arguments + [nil], environment + [nil])
  }

  /// A pipe whose read end doesn't block and which no other child inherits.
  private static func makePipe() throws(LaunchError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw failure("pipe", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    return (ends[0], ends[1])
  }

  private static func failure(_ call: String, _ code: Int32) -> LaunchError {
    .system(call: call, code: code, text: String(cString: strerror(code)))
  }
}
