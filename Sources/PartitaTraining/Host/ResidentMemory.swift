internal import Glibc
internal import PartitaFiles

/// The memory of this process that is really there, as the system counts it.
///
/// Linux: `VmRSS` and `VmHWM` of /proc/self/status (proc(5)); 0 where there is no such file.
enum ResidentMemory {
  /// Bytes now.
  static var now: Int { bytes("VmRSS:") }
  /// Bytes at the most so far.
  static var peak: Int { bytes("VmHWM:") }

  /// Forgets the peak so far: it begins again at what is there now.
  ///
  /// Linux: `5` in /proc/self/clear_refs (proc(5)). Where that can't be written, the old peak stays.
  static func forgetPeak() {
    let file = open("/proc/self/clear_refs", O_WRONLY)
    guard file >= 0 else { return }
    _ = write(file, "5", 1)
    close(file)
  }

  private static func bytes(_ key: String) -> Int {
    guard let status = try? readFile("/proc/self/status") else { return 0 }
    let text = String(decoding: status, as: UTF8.self)
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else {
      return 0
    }
    return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1024
  }
}
