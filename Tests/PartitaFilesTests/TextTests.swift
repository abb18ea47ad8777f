import PartitaFiles
import TestFiles
import Testing

/// Text as editors save it.
@Suite struct TextTests {
  static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  @Test(arguments: ["", "a: ü\n", "\u{FEFF}b"])
  func aByteOrderMarkIsNoPartOfTheText(text: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.mark + Array(text.utf8), to: "a.txt")
    #expect(try readText(folder.file("a.txt")) == text)
    #expect(try readTextBytes(folder.file("a.txt")) == Self.mark + Array(text.utf8))
  }

  @Test func valuesBehindAByteOrderMark() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.mark + Array("[1, 2]\n".utf8), to: "a.json")
    #expect(try JSONFile.read([Int].self, from: folder.file("a.json")) == [1, 2])
    try folder.write(Self.mark + Array("[1,\n true]\n".utf8), to: "a.json")
    let error = #expect(throws: FileError.self) {
      try JSONFile.read([Int].self, from: folder.file("a.json"))
    }
    #expect(error?.reason == "[1]: expected a whole number")
  }

  @Test(
    arguments: [
      ([0xFF, 0xFE, 0x61, 0], "begins with its byte order mark"),
      ([0xFE, 0xFF, 0, 0x61], "begins with its byte order mark"),
      ([0x61, 0, 0x3A, 0], "has a zero byte in front"),
      ([0, 0x61, 0, 0x3A], "has a zero byte in front"),
    ] as [([UInt8], String)])
  func utf16IsCalledByItsName(bytes: [UInt8], sign: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(bytes, to: "a.txt")
    let error = #expect(throws: FileError.self) { try readText(folder.file("a.txt")) }
    #expect(
      error?.reason
        == "it is UTF-16 text, for it \(sign); save it as UTF-8, with a byte order mark or without")
  }

  @Test func textHasAnEnd() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("12345".utf8), to: "a.txt")
    #expect(try readText(folder.file("a.txt"), atMost: 5) == "12345")
    for path in [folder.file("a.txt"), "/dev/zero"] {
      let error = #expect(throws: FileError.self) { try readText(path, atMost: 4) }
      #expect(
        error?.reason == "it has more than 4 bytes, the most that is read of such a file")
    }
  }

  /// A reader that goes down a step for each bracket would end without a word.
  @Test(arguments: ["[", "{\"a\":", "[{\"a\":"], [1000, 100_000])
  func deepNestingIsRefused(bracket: String, depth: Int) throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: bracket, count: depth)
    try folder.write(Array(text.utf8), to: "a.json")
    let error = #expect(throws: FileError.self) {
      try JSONFile.read([Int].self, from: folder.file("a.json"))
    }
    #expect(error?.reason.hasPrefix("this is not JSON: ") == true)
    #expect(try #require(error).description.utf8.count < 2000)
  }
}
