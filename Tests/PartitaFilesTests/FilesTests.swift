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

  private struct Record: Codable, Equatable {
    var words = ["a : b/c", "d"]
    var aNumber = 0.5
    var parts = [[1, 2], [3]]
  }

  @Test func valuesAsText() throws {
    var record = Record()
    #expect(
      try JSON.text(of: record, .line)
        == #"{"aNumber":0.5,"parts":[[1,2],[3]],"words":["a : b/c","d"]}"# + "\n")
    #expect(
      try JSON.text(of: record, .table)
        == #"{ "aNumber": 0.5, "parts": [ [ 1, 2 ], [ 3 ] ], "words": [ "a : b/c", "d" ] }"# + "\n")
    record.words = (0..<40).map { "word \($0)" }
    let lines = try JSON.text(of: record, .table).split(separator: "\n")
    #expect(lines.first == "{" && lines.count == 46)
    #expect(lines.allSatisfy { $0.count <= 132 })
    #expect(lines.contains("  \"parts\": [ [ 1, 2 ], [ 3 ] ],"))
    record.aNumber = .nan
    #expect(JSON.text(ofReport: record).contains("  \"a_number\" : \"NaN\","))
    #expect(throws: EncodingError.self) { try JSON.text(of: record, .line) }
  }

  @Test func filesOfValues() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.json")
    try JSONFile.write(Record(), .table, to: path)
    #expect(try JSONFile.read(Record.self, from: path) == Record())
    try folder.write(
      Array(#"{"words": [], "parts": [[1], [true]], "aNumber": 1}"#.utf8), to: "a.json")
    let error = #expect(throws: FileError.self) { try JSONFile.read(Record.self, from: path) }
    #expect(error == .malformed(path: path, problem: "parts[1][0]: expected a whole number"))
    var record = Record()
    record.aNumber = .infinity
    #expect(throws: FileError.self) { try JSONFile.write(record, .line, to: path) }
    #expect(try folder.names == ["a.json"])
  }

  private func text(_ folder: TemporaryFolder) throws -> String {
    String(decoding: try folder.read("metrics.jsonl"), as: UTF8.self)
  }
}
