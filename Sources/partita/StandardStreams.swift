import Foundation
import PartitaFiles
import Synchronization

/// Standard output and standard error as a process finds them, and what becomes of writes to them.
///
/// What can't be written is said once, and the process ends with a code that is not 0: whoever
/// reads an empty file must not take it for a result. The work itself goes on, so that weights of a
/// long run are saved all the same; only when nobody reads any more (a closed pipe) it ends.
enum StandardStreams {
  /// The exit code of a filter that nobody reads.
  private static let closedPipe: Int32 = 128 + SIGPIPE
  private static let lost = Mutex<Set<Int32>>([])

  /// Puts /dev/null where one of the three is closed, so that no file gets its number; and has
  /// writes to a closed pipe fail instead of ending the process in the middle of a file, and those that
  /// reach a limit of files' sizes alike.
  static func secure() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    for file in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(file, F_GETFD) == -1 && errno == EBADF {
      _ = open("/dev/null", file == STDIN_FILENO ? O_RDONLY : O_WRONLY)
      if file != STDIN_FILENO { closed.withLock { _ = $0.insert(file) } }
    }
  }

  private static let closed = Mutex<Set<Int32>>([])

  /// Writes all of a text.
  static func write(_ text: String, to file: Int32) {
    if lost.withLock({ $0.contains(file) }) { return }
    if closed.withLock({ $0.contains(file) }) {
      return lose(file, because: "it is closed")
    }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EPIPE {
        leave(closedPipe)
      } else if errno == EAGAIN {
        var ready = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, -1)
      } else if errno != EINTR {
        return lose(file, because: String(cString: strerror(errno)))
      }
    }
  }

  private static func lose(_ file: Int32, because reason: String) {
    lost.withLock { _ = $0.insert(file) }
    guard file == STDOUT_FILENO else { return }
    Console.complain("standard output can't be written, and what was said is lost: \(reason)")
  }

  /// Ends the process; success is none where words were lost.
  static func leave(_ code: Int32) -> Never {
    // A file system may say only now that what was said didn't fit.
    var status = stat()
    if fstat(STDOUT_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      !lost.withLock({ $0.contains(STDOUT_FILENO) }), !isSettled(STDOUT_FILENO)
    {
      lose(STDOUT_FILENO, because: String(cString: strerror(errno)))
    }
    let isLost = lost.withLock { !$0.isEmpty }
    TemporaryPaths.removeAll()
    exit(code == 0 && isLost ? 1 : code)
  }
}
