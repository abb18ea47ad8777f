import Foundation
import Testing

/// Whatever is read, a value or words come of it: never a trap, a hang, or all memory.
@Suite struct FuzzTests {
  /// A slice of the cases; `fuzz-worker 0 100000` goes through more of them.
  @Test func twoThousandChangedInputs() throws {
    let worker = Process()
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    worker.executableURL = URL(filePath: bundle).deletingLastPathComponent()
      .appending(path: "fuzz-worker")
    worker.arguments = ["0", "2000"]
    let output = Pipe()
    worker.standardOutput = output
    worker.standardError = FileHandle.nullDevice
    try worker.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    worker.waitUntilExit()
    let lines = String(decoding: said, as: UTF8.self).split(separator: "\n")
    #expect(
      worker.terminationStatus == 0 && lines.last?.hasPrefix("done") == true,
      """
      \(lines.filter { $0.hasPrefix("fault") }.joined(separator: "\n"))
      ended with \(worker.terminationStatus) behind case \(lines.last ?? "none"); look at it with
      fuzz-worker show CASE
      """)
  }
}
