internal import Foundation
internal import PartitaFiles

/// The memory of a host that processes may still take.
///
/// Source: proc(5), `MemAvailable` of /proc/meminfo; Linux, Documentation/admin-guide/cgroup-v2.rst,
/// `memory.max` and `memory.current`.
public enum AvailableMemory {
  /// Bytes now, as this process sees them; nil where the system doesn't say.
  public static var bytes: Int? { bytes(read: text) }

  /// - Parameter read: a file's text.
  package static func bytes(read: (String) -> String?) -> Int? {
    let system = read("/proc/meminfo").flatMap { text in
      text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        .flatMap { $0.split(separator: " ").compactMap { Int($0) }.first }
    }.map { $0 * 1024 }
    return ([system] + groups(read)).compactMap { $0 }.min()
  }

  /// What the process's control group and all above it leave.
  private static func groups(_ read: (String) -> String?) -> [Int?] {
    let line = read("/proc/self/cgroup")?.split(separator: "\n").first { $0.hasPrefix("0::") }
    guard let line else { return [] }
    var parts = line.dropFirst(3).split(separator: "/")
    var found: [Int?] = []
    while true {
      let folder = (["/sys/fs/cgroup"] + parts.map(String.init)).joined(separator: "/")
      if let most = number(read("\(folder)/memory.max")),
        let now = number(read("\(folder)/memory.current"))
      {
        found.append(max(0, most - now))
      }
      guard !parts.isEmpty else { return found }
      parts.removeLast()
    }
  }

  /// A file's number; `max` is none.
  private static func number(_ text: String?) -> Int? {
    text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  private static func text(_ path: String) -> String? {
    (try? readFile(path)).map { String(decoding: $0, as: UTF8.self) }
  }
}
