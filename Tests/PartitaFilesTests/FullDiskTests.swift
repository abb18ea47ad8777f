import PartitaFiles
import TestFiles
import Testing

/// What a full disk makes of files: an error with path and reason, and what was there stays.
@Suite(.enabled(if: SmallDisk.isPermitted, "a small disk can't be mounted here"))
struct FullDiskTests {
  private static let full = "No space left on device"
  private let disk: SmallDisk
  private let old = [UInt8](repeating: 1, count: 20_000)

  init() throws {
    disk = try SmallDisk()
    try disk.write(old, to: "a")
  }

  @Test func theOlderFileStays() throws {
    let text = String(repeating: "x", count: 100_000)
    #expect(throws: FileError.unwritable(path: disk.file("a"), reason: Self.full)) {
      try AtomicText.write(text, to: disk.file("a"))
    }
    #expect(throws: FileError.unwritable(path: disk.file("b.json"), reason: Self.full)) {
      try JSONFile.write([text], .line, to: disk.file("b.json"))
    }
    #expect(throws: FileError.unwritable(path: disk.file("c"), reason: Self.full)) {
      try DurableFile.write(Array(text.utf8), to: disk.file("c"))
    }
    #expect(try disk.read("a") == old)
    #expect(try disk.names.filter { $0.hasSuffix(".part") } == [])
  }

  @Test func linesAreWholeUpToTheFullDisk() throws {
    let path = disk.file("metrics.jsonl")
    let word = String(repeating: "x", count: 3000)
    #expect(throws: FileError.unwritable(path: path, reason: Self.full)) {
      let metrics = try MetricsFile(path)
      for _ in 0..<100 { try metrics.append(["word": .string(word)]) }
    }
    #expect(throws: FileError.unwritable(path: disk.path, reason: Self.full)) {
      try OutputDirectory(disk.path)
    }
    #expect(throws: FileError.unwritable(path: disk.path, reason: Self.full)) {
      try FolderLock(disk.path)
    }
    #expect(try disk.names == ["a", "metrics.jsonl"])
  }
}
