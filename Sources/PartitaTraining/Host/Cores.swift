internal import Foundation
internal import Glibc
internal import PartitaFiles

/// The cores that this process may use: those of its affinity, as far as a quota lets it.
package enum Cores {
  /// Their number; hardware threads of one core count once, as they do for `mpirun`.
  package static var available: Int { number(of: Set(threads), quota: CPUQuota.cores) }

  /// The number of those that this host gives to ranks: a rank itself may be bound to one of them,
  /// but not the launcher above it.
  package static var availableToRanks: Int {
    number(of: Set(threads).union(launcherThreads), quota: CPUQuota.cores)
  }

  /// The hardware threads that this process may run on.
  package static var threads: [Int] { threads(of: "self") }

  /// The cores of some hardware threads of this host, of which a quota leaves so many; 0 for less than
  /// one.
  package static func number(of threads: Set<Int>, quota: Double?) -> Int {
    let cores = threads.map { number in
      let path = "/sys/devices/system/cpu/cpu\(number)/topology/thread_siblings_list"
      return (try? readFile(path)).map { String(decoding: $0, as: UTF8.self) } ?? "\(number)"
    }
    let count = cores.isEmpty ? ProcessInfo.processInfo.activeProcessorCount : Set(cores).count
    return quota.map { min(count, Int($0)) } ?? count
  }

  private static func threads(of process: String) -> [Int] {
    allowedThreads(in: status(of: process))
  }

  private static func status(of process: String) -> String {
    ((try? readFile("/proc/\(process)/status")).map { String(decoding: $0, as: UTF8.self) }) ?? ""
  }

  private static let launchers = ["mpirun", "mpiexec", "orterun", "prterun", "orted", "prted"]

  /// The threads of the launcher that this process descends from, through shells and wrappers.
  private static var launcherThreads: [Int] {
    var process = "\(getppid())"
    for _ in 0..<8 {
      let status = status(of: process)
      if let name = field("Name:", of: status), launchers.contains(name) {
        return allowedThreads(in: status)
      }
      guard let parent = field("PPid:", of: status), parent != "0", parent != "1" else { return [] }
      process = parent
    }
    return []
  }

  private static func field(_ key: String, of status: String) -> String? {
    status.split(separator: "\n").first { $0.hasPrefix(key) }
      .map { $0.dropFirst(key.count).trimmingCharacters(in: .whitespaces) }
  }

  /// The hardware threads that Linux lists for a process, for instance `0-3,8`.
  package static func allowedThreads(in status: String) -> [Int] {
    let list = field("Cpus_allowed_list:", of: status) ?? ""
    return list.split(separator: ",").flatMap { range in
      let ends = range.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first <= last else { return [Int]() }
      return Array(first...last)
    }
  }
}
