import Foundation

/// How long this process has been running: what a limit for the whole of it counts.
enum ProcessClock {
  /// Seconds since the system started the process, loading of its libraries included.
  static func seconds() -> Double {
    ageAtFirstUse + start.duration(to: ContinuousClock.now).seconds
  }

  private static let start = ContinuousClock.now

  /// The process's age when somebody asked first: the system counts its start in ticks since boot,
  /// behind the name in brackets the twentieth number (proc(5), /proc/pid/stat, `starttime`).
  private static let ageAtFirstUse: Double = {
    _ = start
    var now = timespec()
    guard clock_gettime(CLOCK_BOOTTIME, &now) == 0,
      let status = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
      let numbers = status.split(separator: ")").last?.split(separator: " "), numbers.count > 19,
      let ticks = Double(numbers[19])
    else { return 0 }
    let age =
      Double(now.tv_sec) + 1e-9 * Double(now.tv_nsec) - ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    // A system that counts otherwise says nonsense: no libraries take that long.
    return (0...5).contains(age) ? age : 0
  }()
}

extension Duration {
  /// The duration in seconds.
  fileprivate var seconds: Double {
    Double(components.seconds) + 1e-18 * Double(components.attoseconds)
  }
}
