import PartitaFiles
import TestFiles
import Testing

/// A file that is mapped has the bytes of one that is read, and the same errors.
@Suite struct MappedFileTests {
  @Test func holdsTheBytesOfTheFile() throws {
    let folder = try TemporaryFolder()
    for count in [0, 1, 4095, 4096, 4097, 100_000] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      try folder.write(bytes, to: "a")
      #expect(try MappedFile(folder.file("a")).withBytes { Array($0) } == bytes)
    }
  }

  /// What is mapped stays where its name is gone or stands for another file.
  @Test func outlivesItsName() throws {
    let folder = try TemporaryFolder()
    try folder.write([1, 2, 3], to: "a")
    let file = try MappedFile(folder.file("a"))
    let other = try AtomicFile(folder.file("a"))
    try other.commit()
    #expect(file.withBytes { Array($0) } == [1, 2, 3])
  }

  @Test func errors() throws {
    func error(_ path: String) -> String? {
      let error = #expect(throws: FileError.self) { try MappedFile(path) }
      return error?.description
    }
    #expect(
      error("/nowhere/a") == "/nowhere/a: can't read this file: No such file or directory")
    #expect(error("/") == "/: can't read this file: Is a directory")
    #expect(error("/dev/zero") == "/dev/zero: can't read this file: it is no regular file")
  }
}
