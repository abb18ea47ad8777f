internal import Foundation
internal import Glibc

/// The cores that this process may use.
package enum Cores {
  /// Their number; hardware threads of one core count once, as they do for `mpirun`.
  package static var available: Int { available(to: "self") }

  /// The number of those that this host gives to ranks: a rank itself may be bound to one of them,
  /// but not the launcher above it.
  package static var availableToRanks: Int { max(available, available(to: "\(getppid())")) }

  private static func available(to process: String) -> Int {
    let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let cores = allowedThreads(in: status).map { number in
      let path = "/sys/devices/system/cpu/cpu\(number)/topology/thread_siblings_list"
      return (try? String(contentsOfFile: path, encoding: .utf8)) ?? "\(number)"
    }
    return cores.isEmpty ? ProcessInfo.processInfo.activeProcessorCount : Set(cores).count
  }

  /// The hardware threads that Linux lists for a process, for instance `0-3,8`.
  package static func allowedThreads(in status: String) -> [Int] {
    let key = "Cpus_allowed_list:"
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else {
      return []
    }
    let list = line.dropFirst(key.count).filter { !$0.isWhitespace }
    return list.split(separator: ",").flatMap { range in
      let ends = range.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first <= last else { return [Int]() }
      return Array(first...last)
    }
  }
}
