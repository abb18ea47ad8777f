import Foundation

/// Programs that SwiftPM has built beside the tests.
enum Programs {
  static let transportWorker = path("transport-worker")
  static let launcherWorker = path("launcher-worker")

  private static func path(_ name: String) -> String {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appending(path: name).path
  }

  /// Whether a process is alive; a zombie isn't.
  static func isAlive(_ process: Int) -> Bool {
    fields(of: process).first.map { $0 != "Z" } ?? false
  }

  /// The number of a process's parent.
  static func parent(of process: Int) -> Int32? {
    fields(of: process).dropFirst().first.flatMap { Int32($0) }
  }

  /// State, parent and so on, or nothing when there is no such process.
  private static func fields(of process: Int) -> [Substring] {
    let line = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    return line.split(separator: ")").last?.split(separator: " ") ?? []
  }

  /// The numbers that ranks printed as `pid 123`.
  static func processes(in output: String) -> [Int] {
    output.split(separator: "\n").compactMap { line in
      line.hasPrefix("pid ") ? Int(line.dropFirst(4)) : nil
    }
  }
}
