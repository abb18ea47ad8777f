internal import Foundation
internal import PartitaFiles

/// Bytes of memory that can be had without pushing anything out: what Linux says, or else all.
func availableMemoryBytes() -> Int {
  let all = Int(clamping: ProcessInfo.processInfo.physicalMemory)
  guard let text = try? readText("/proc/meminfo", atMost: 1 << 16),
    let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
    let kibibytes = line.split(separator: " ").compactMap({ Int($0) }).first
  else { return all }
  return min(all, kibibytes * 1024)
}
