import PartitaData
import Testing

@Suite struct IDXTests {
  /// Two images of 2x3 bytes, as IDX.
  private let sound: [UInt8] =
    [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + Array(0..<12)

  @Test func readsWhatIsThere() throws {
    let file = try IDXFile(gzip: gzip(sound), name: "a.gz", dimensions: 3)
    #expect(file.extents == [2, 2, 3])
    #expect(file.bytes == Array(0..<12))
  }

  /// The members of a gzip file are one text, wherever it was cut, empty ones included.
  @Test func membersAreReadAsOne() throws {
    for cut in 0...sound.count {
      let (head, tail) = (Array(sound[..<cut]), Array(sound[cut...]))
      let file = try IDXFile(
        gzip: gzip(head) + gzip(tail) + gzip([]), name: "a.gz", dimensions: 3)
      #expect(file.bytes == Array(0..<12))
    }
    let packed = gzip(Array(sound[..<9])) + gzip(Array(sound[9...]))
    for length in packed.indices { refuse(Array(packed[..<length]), "length \(length)") }
    expect(
      gzip(sound) + gzip([7]), dimensions: 3, "it has bytes after the end of its data")
    expect(gzip(sound) + [0x1F], dimensions: 3, "1 bytes follow its gzip data")
    expect(gzip(sound) + [0x1F, 0x8B], dimensions: 3, "it is truncated: its gzip data has no end")
  }

  @Test func everyTruncationOfTheGzipIsAnError() {
    let packed = gzip(sound)
    for length in packed.indices { refuse(Array(packed[..<length]), "length \(length)") }
  }

  @Test func everyTruncationOfTheIDXIsAnError() {
    for length in sound.indices { refuse(gzip(Array(sound[..<length])), "length \(length)") }
  }

  /// A flipped bit is an error, or it is in gzip's header or in the block's padding, and the data
  /// is the same.
  @Test func flippedBitsNeverChangeTheData() throws {
    let packed = gzip(sound)
    for index in packed.indices {
      for bit in 0..<8 {
        var damaged = packed
        damaged[index] ^= 1 << bit
        let file = try? IDXFile(gzip: damaged, name: "a.gz", dimensions: 3)
        #expect(file == nil || (index <= 10 && file?.bytes == Array(0..<12)), "byte \(index)")
      }
    }
  }

  @Test(arguments: [
    ([1, 2, 3], 3, "this is no gzip file; its first bytes are not 1f 8b"),
    ([], 3, "this is no gzip file; its first bytes are not 1f 8b"),
  ])
  func notGzip(bytes: [UInt8], dimensions: Int, problem: String) {
    expect(bytes, dimensions: dimensions, problem)
  }

  @Test func messages() {
    expect(
      gzip(sound), dimensions: 1,
      "its first bytes are 00 00 08 03, not 00 00 08 01, the mark of 1-dimensional IDX of bytes")
    expect(gzip(sound + [0]), dimensions: 3, "it has bytes after the end of its data")
    expect(gzip(sound) + [0, 0], dimensions: 3, "2 bytes follow its gzip data")
    expect(
      gzip(Array(sound[..<20])), dimensions: 3,
      "it is truncated: [2, 2, 3] asks for 12 bytes, and it has 4")
    expect(
      gzip(Array(sound[..<9])), dimensions: 3, "it is truncated: it ends inside the IDX header")
    expect(
      gzip([0, 0, 8, 3] + [UInt8](repeating: 0, count: 12)), dimensions: 3,
      "its extents [0, 0, 0] are impossible")
    expect(
      gzip([0, 0, 8, 3] + [UInt8](repeating: 255, count: 12)), dimensions: 3,
      "its extents [4294967295, 4294967295, 4294967295] are impossible")
    expect(
      Array(gzip(sound).dropLast(4)), dimensions: 3,
      "it is truncated: its gzip data has no end")
    var damaged = gzip(sound)
    damaged[damaged.count - 8] ^= 1
    expect(damaged, dimensions: 3, "its gzip data is corrupt: incorrect data check")
  }

  @Test func labelsMustFitImages() throws {
    let images = try IDXFile(gzip: gzip(sound), name: "i.gz", dimensions: 3)
    func labels(_ bytes: [UInt8]) throws -> IDXFile {
      let header: [UInt8] = [0, 0, 8, 1, 0, 0, 0, UInt8(bytes.count)]
      return try IDXFile(gzip: gzip(header + bytes), name: "l.gz", dimensions: 1)
    }
    func error(_ bytes: [UInt8]) throws -> String? {
      let labels = try labels(bytes)
      return #expect(throws: DataError.self) {
        try LabelledImages(images, labels, classes: 10, labelsName: "l.gz")
      }?.description
    }
    #expect(try error([1, 2, 3]) == "l.gz: 3 labels stand against 2 images")
    #expect(try error([1, 10]) == "l.gz: label 1 is 10; classes go from 0 to 9")
    _ = try LabelledImages(images, labels([0, 9]), classes: 10, labelsName: "l.gz")
  }

  private func refuse(_ bytes: [UInt8], _ comment: Comment) {
    #expect(throws: DataError.self, comment) {
      try IDXFile(gzip: bytes, name: "a.gz", dimensions: 3)
    }
  }

  private func expect(_ bytes: [UInt8], dimensions: Int, _ problem: String) {
    let error = #expect(throws: DataError.self) {
      try IDXFile(gzip: bytes, name: "a.gz", dimensions: dimensions)
    }
    #expect(error?.description == "a.gz: \(problem)")
  }
}

/// `bytes` as a gzip file of one member, in a stored block, so that flips reach the data itself.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  let length = UInt16(bytes.count)
  let check = crc32(bytes)
  func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 255) } }
  func little(_ value: UInt16) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
  return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(length) + little(~length) + bytes
    + little(check) + little(UInt32(bytes.count))
}

/// The check sum of gzip (RFC 1952, section 8) and zip, bit by bit.
func crc32(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(~0) { sum, byte in
    (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1) &* 0xEDB8_8320 }
  }
}
