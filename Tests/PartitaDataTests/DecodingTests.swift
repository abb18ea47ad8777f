import PartitaData
import TestFiles
import Testing

@Suite struct DecodingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Every form of PNG becomes bytes of red, green and blue; transparent parts are black.
  @Test func pngOfEveryForm() throws {
    typealias Files = ImageFiles
    let rgb: [UInt8] = [1, 2, 3, 4, 5, 6, 250, 251, 252, 253, 254, 255]
    let image = try decode(Files.png(2, 2, .rgb, rgb))
    #expect((image.rows, image.columns) == (2, 2))
    #expect(image.bytes == rgb)
    #expect(
      try decode(Files.png(1, 3, .grey, [0, 77, 255])).bytes == [
        0, 0, 0, 77, 77, 77, 255, 255, 255,
      ])
    #expect(
      try decode(Files.png(1, 2, .greyAlpha, [90, 255, 90, 0])).bytes == [90, 90, 90, 0, 0, 0])
    #expect(
      try decode(Files.png(2, 1, .rgba, [9, 8, 7, 255, 9, 8, 7, 0])).bytes == [9, 8, 7, 0, 0, 0])
    #expect(
      try decode(Files.png(1, 1, .rgb, depth: 16, [1, 1, 128, 128, 255, 255])).bytes == [
        1, 128, 255,
      ])
  }

  /// Grey and colour alike.
  @Test func jpeg() throws {
    let grey = try decode(ImageFiles.greyJPEG)
    #expect((grey.rows, grey.columns) == (8, 8))
    #expect(grey.bytes == Array(repeating: 77, count: 96) + Array(repeating: 200, count: 96))
    let red = try decode(ImageFiles.redJPEG)
    #expect((red.rows, red.columns) == (4, 6))
    #expect(red.bytes == (0..<24).flatMap { _ in [249, 20, 40] as [UInt8] })
  }

  /// No beginning of a file gives an image with other pixels: it is an error, or only an end without
  /// pixels is missing.
  @Test func everyTruncationIsAnError() throws {
    let png = ImageFiles.png(2, 2, .rgb, Array(0..<12))
    for length in png.indices {
      let image = try? decode(Array(png[..<length]))
      #expect(
        image == nil || (length > png.count - 14 && image?.bytes == Array(0..<12)), "\(length)")
    }
    for length in ImageFiles.greyJPEG.indices {
      #expect(throws: DataError.self, "length \(length)") {
        try decode(Array(ImageFiles.greyJPEG[..<length]))
      }
    }
  }

  /// A flipped bit never traps; in a PNG file it is an error or changes no pixel.
  @Test func flippedBits() throws {
    let png = ImageFiles.png(2, 2, .rgb, Array(0..<12))
    for index in png.indices {
      for bit in 0..<8 {
        var damaged = png
        damaged[index] ^= 1 << bit
        let image = try? decode(damaged)
        #expect(image == nil || image?.bytes == Array(0..<12), "byte \(index)")
      }
    }
    for index in ImageFiles.redJPEG.indices {
      var damaged = ImageFiles.redJPEG
      damaged[index] ^= 0x55
      _ = try? decode(damaged)
    }
  }

  /// A size that the file can't hold is refused before memory is taken.
  @Test func falseSizes() throws {
    var jpeg = ImageFiles.redJPEG
    let frame = try #require(jpeg.indices.first { jpeg[$0...].starts(with: [0xFF, 0xC0]) })
    jpeg.replaceSubrange((frame + 5)..<(frame + 9), with: [255, 0, 255, 0])
    expect(jpeg, "it says to have 65280x65280 pixels, more than its \(jpeg.count) bytes can hold")
    let png = ImageFiles.png(1, 1, .rgb, [1, 2, 3], says: 1_000_000)
    expect(png, "it says to have 1000000x1 pixels, more than its \(png.count) bytes can hold")
    let short = ImageFiles.png(1, 1, .rgb, [1, 2, 3], says: 2)
    #expect(throws: DataError.self) { try decode(short) }
  }

  @Test func otherFiles() throws {
    expect([], "this is neither PNG nor JPEG: it is empty")
    expect(
      Array("GIF89a".utf8),
      "this is neither PNG nor JPEG: its first bytes are 47 49 46 38 39 61")
    expect(
      [0xFF, 0xD8, 0xFF, 0xE0],
      "its JPEG data is cut off or corrupt: Premature end of JPEG file")
    expect(
      Array(ImageFiles.png(1, 1, .grey, [1]).prefix(8)),
      "its PNG data is cut off or corrupt: read beyond end of data")
    let error = #expect(throws: DataError.self) { try ImageDecoder().decode(folder.path) }
    #expect(
      error?.description == "\(folder.path): can't read this file: Is a directory")
  }

  private func expect(_ bytes: [UInt8], _ problem: String) {
    let error = #expect(throws: DataError.self) { try decode(bytes) }
    #expect(error?.description == "\(folder.file("image")): \(problem)")
  }

  private func decode(_ bytes: [UInt8]) throws -> DecodedImage {
    try folder.write(bytes, to: "image")
    return try ImageDecoder().decode(folder.file("image"))
  }
}
