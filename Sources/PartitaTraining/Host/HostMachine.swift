internal import Foundation
internal import PartitaFiles

/// The machine that this process runs on, in words for reports.
public enum HostMachine {
  /// The processor's name; "unknown processor" where the system doesn't say.
  public static var processor: String { processorName ?? "unknown processor" }

  /// The processor's name as Linux has it, nil where the system doesn't say.
  static var processorName: String? {
    guard let bytes = try? readFile("/proc/cpuinfo"),
      let text = String(validating: bytes, as: UTF8.self),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("model name") }),
      let colon = line.firstIndex(of: ":")
    else { return nil }
    return String(line[line.index(after: colon)...].drop(while: \.isWhitespace))
  }

  /// The share of processor time that a control group leaves, in cores; nil for all of it.
  public static var quota: Double? { CPUQuota.cores }

  /// The whole cores that it gives to ranks, 0 where a quota leaves less than one.
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
