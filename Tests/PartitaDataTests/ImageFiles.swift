import Foundation

/// Image files that tests write.
enum ImageFiles {
  /// 8x8 pixels in grey: four rows of 77, four of 200.
  static let greyJPEG = jpeg(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
      + "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcI"
      + "CQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcY"
      + "GRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKj"
      + "pKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APVP"
      + "+HIP/Vzv/mFv/wAbNf/Z")

  /// 4 rows of 6 pixels in colour, all of 249, 20, 40.
  static let redJPEG = jpeg(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
      + "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/2wBDAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
      + "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAARCAAEAAYDAREAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAA"
      + "AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk"
      + "M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT"
      + "lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QA"
      + "HwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdh"
      + "cRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp"
      + "anN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk"
      + "5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwD816/hc/7iD//Z")

  private static func jpeg(_ text: String) -> [UInt8] {
    [UInt8](Data(base64Encoded: text) ?? Data())
  }

  /// What the components of a PNG file are.
  enum PNGColour: UInt8 {
    case grey = 0
    case rgb = 2
    case greyAlpha = 4
    case rgba = 6
  }

  /// A PNG file of components of 8 or 16 bits, its pixels in a stored block; it may say
  /// that it has another number of rows.
  static func png(
    _ rows: Int, _ columns: Int, _ colour: PNGColour, depth: UInt8 = 8, _ bytes: [UInt8],
    says saidRows: Int? = nil
  ) -> [UInt8] {
    func chunk(_ kind: String, _ content: [UInt8]) -> [UInt8] {
      big(content.count) + kind.utf8 + content + big(Int(crc32(Array(kind.utf8) + content)))
    }
    let length = bytes.count / rows
    let lines = (0..<rows).flatMap { [0] + bytes[($0 * length)..<(($0 + 1) * length)] }
    let (low, high) = (UInt8(lines.count & 255), UInt8(lines.count >> 8))
    let pixels = [0x78, 0x01, 1, low, high, ~low, ~high] + lines + big(adler32(lines))
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", big(columns) + big(saidRows ?? rows) + [depth, colour.rawValue, 0, 0, 0])
      + chunk("IDAT", pixels) + chunk("IEND", [])
  }

  private static func big(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) }
  }

  /// The check sum of zlib (RFC 1950, section 9).
  private static func adler32(_ bytes: [UInt8]) -> Int {
    var (a, b) = (1, 0)
    for byte in bytes {
      a = (a + Int(byte)) % 65521
      b = (b + a) % 65521
    }
    return b << 16 | a
  }
}
