internal import Foundation

/// The machine that this process runs on, in words for reports.
public enum Host {
  /// The processor's name; "unknown processor" where the system doesn't say.
  public static var processor: String { HostProcessor.name ?? "unknown processor" }

  /// The cores that it gives to ranks.
  public static var cores: Int { Cores.availableToRanks }

  /// Its memory.
  public static var memoryBytes: Int { Int(ProcessInfo.processInfo.physicalMemory) }

  /// The system's name, as `Debian GNU/Linux 12 (bookworm)`; nil where it has none.
  public static var system: String? {
    guard let bytes = try? readFile("/etc/os-release"),
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    let key = "PRETTY_NAME="
    return text.split(separator: "\n").first { $0.hasPrefix(key) }
      .map { String($0.dropFirst(key.count)).trimmingCharacters(in: ["\""]) }
  }
}
