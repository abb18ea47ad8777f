import PartitaFiles
import TestFiles
import Testing

@Suite struct FilesTests {
  @Test func metricsAreWholeLinesFromTheStart() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("an older run\n".utf8), to: "metrics.jsonl")
    let metrics = try MetricsFile(folder.file("metrics.jsonl"))
    #expect(try folder.read("metrics.jsonl").isEmpty)
    try metrics.append(["event": "step", "step": 1, "loss": 0.1])
    #expect(try text(folder) == #"{"event":"step","step":1,"loss":0.1}"# + "\n")
    try metrics.append(["event": "end", "accuracy": nil])
    #expect(try text(folder).hasSuffix("\n{\"event\":\"end\",\"accuracy\":null}\n"))
    #expect(try folder.names == ["metrics.jsonl"])
  }

  @Test func withoutACommitNothingChanges() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], to: "a")
    try abandon(folder.file("a"))
    #expect(try folder.read("a") == [1])
    #expect(try folder.names == ["a"])
  }

  private func abandon(_ path: String) throws {
    let file = try AtomicFile(path)
    try [UInt8](repeating: 2, count: 9).withUnsafeBytes { try file.write($0) }
  }

  @Test func unwritableFolders() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], to: "file")
    for (path, at, reason) in [
      (folder.file("file"), folder.file("file"), "it is a file, not a folder"),
      (folder.file("file/below"), folder.file("file"), "it is a file, not a folder"),
      ("/proc/partita/run", "/proc/partita", "No such file or directory"),
    ] {
      let error = #expect(throws: FileError.self) { try OutputDirectory(path) }
      #expect(error?.description == "\(at): can't write here: \(reason)")
    }
    #expect(throws: FileError.self) { _ = try MetricsFile("/proc/metrics.jsonl") }
  }

  @Test func foldersAreMade() throws {
    let folder = try TemporaryFolder()
    let output = try OutputDirectory(folder.file("a/b/"))
    let again = try OutputDirectory(folder.file("a/b"))
    #expect(output.file("x").hasSuffix("/x"))
    #expect(again.file("x") == folder.file("a/b/x"))
    #expect(try folder.names == ["a"])
  }

  @Test(arguments: [
    ("a/b", "a"), ("a", "."), ("/a", "/"), ("/a/b/", "/a"), ("/", "/"), ("./a", "."),
  ])
  func foldersOfPaths(path: String, expected: String) {
    #expect(folder(of: path) == expected)
  }

  @Test func json() {
    let cases: [(JSON, String)] = [
      (0.1, "0.1"), (.number(1), "1.0"), (-0.0, "-0.0"), (2.302585092994046, "2.302585092994046"),
      (.number(.leastNonzeroMagnitude), "5e-324"), (.number(.nan), "\"NaN\""),
      (.number(.infinity), "\"Infinity\""),
      (.number(-.infinity), "\"-Infinity\""), (.integer(.max), "9223372036854775807"),
      ("a\"\\\n\u{1}ü", #""a\"\\\n\u0001ü""#), ([1, true, nil], "[1,true,null]"),
      (["z": [:], "a": []], #"{"z":{},"a":[]}"#),
    ]
    for (value, text) in cases { #expect(value.description == text) }
  }

  @Test func numbersReadBack() {
    for word in stride(from: UInt64(0), to: .max, by: 0x0123_4567_89AB_CDE) {
      let number = Double(bitPattern: word)
      guard number.isFinite else { continue }
      #expect(Double(JSON.number(number).description) == number)
    }
  }

  private func text(_ folder: TemporaryFolder) throws -> String {
    String(decoding: try folder.read("metrics.jsonl"), as: UTF8.self)
  }
}
