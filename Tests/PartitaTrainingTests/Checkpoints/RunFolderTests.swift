import PartitaConfig
import PartitaFiles
import PartitaTraining
import TestFiles
import Testing

/// A run's folder holds one run.
@Suite struct RunFolderTests {
  @Test func aSecondRunGoesToTheNextVersion() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run")
    do {
      let first = try RunFolder.claim(path, .version)
      let second = try RunFolder.claim(path, .version)
      #expect(first.path == path)
      #expect(second.path == "\(path)-2")
    }
    // Nothing was written, so the first name is free again.
    #expect(try RunFolder.claim(path, .version).path == path)
    try AtomicText.write("", to: "\(path)/metrics.jsonl")
    #expect(try RunFolder.claim("\(path)/", .version).path == "\(path)-2")
  }

  @Test func otherFilesOfAFolderAreNoRun() throws {
    let folder = try TemporaryFolder()
    try AtomicText.write("", to: folder.file("run/notes.txt"))
    #expect(try RunFolder.claim(folder.file("run"), .refuse).path == folder.file("run"))
  }

  @Test func refusing() throws {
    let folder = try TemporaryFolder()
    try AtomicText.write("{}", to: folder.file("run/run.json"))
    let error = #expect(throws: FileError.self) {
      try RunFolder.claim(folder.file("run"), .refuse)
    }
    #expect(error?.description.contains("it holds a run") == true)
  }

  @Test func replacingLeavesNothingOfTheOldRun() throws {
    let folder = try TemporaryFolder()
    for name in ["run.json", "weights.safetensors", "checkpoints/step-000000001/state.json"] {
      try AtomicText.write("", to: folder.file("run/\(name)"))
    }
    try AtomicText.write("", to: folder.file("run/notes.txt"))
    let claimed = try RunFolder.claim(folder.file("run"), .replace)
    #expect(entries(of: claimed.path).filter { $0 != ".lock" } == ["notes.txt"])
  }

  /// The second is told who holds it.
  @Test(arguments: [ExistingRunName.replace, .refuse]) func aHeldFolder(_ name: ExistingRunName)
    throws
  {
    let folder = try TemporaryFolder()
    let first = try RunFolder.claim(folder.file("run"), .version)
    let error = #expect(throws: FileError.self) {
      try RunFolder.claim(first.path, name == .replace ? .replace : .refuse)
    }
    #expect(error?.description.contains("it is held by process ") == true)
    withExtendedLifetime(first) {}
  }

  enum ExistingRunName: CaseIterable, Sendable { case replace, refuse }

  @Test func metricsGoOnBehindTheStep() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("metrics.jsonl")
    try AtomicText.write("a\nb\nc\nd", to: path)
    do {
      let file = try MetricsFile(continuing: path) { $0 != Array("b".utf8) }
      try file.append(["x": 1])
    }
    // A line without an end is one that was cut off.
    #expect(String(decoding: try readFile(path), as: UTF8.self) == "a\nc\n{\"x\":1}\n")
  }
}
