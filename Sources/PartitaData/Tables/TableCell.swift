/// What the text of a cell is, where a number is wanted.
enum TableCell: Equatable {
  /// A finite number.
  case number(Double)
  /// Nothing, or a word for it.
  case missing
  /// No number that is finite.
  case other

  /// Reads decimal and scientific notation; blanks around it don't count.
  init(_ text: String) {
    var text = text
    self = text.withUTF8 { TableCell(UnsafeRawBufferPointer($0)) }
  }

  /// Reads UTF-8.
  init(_ bytes: UnsafeRawBufferPointer) {
    var (start, end) = (0, bytes.count)
    while start < end, Self.isBlank(bytes[start]) { start += 1 }
    while end > start, Self.isBlank(bytes[end - 1]) { end -= 1 }
    let word = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    if let value = Self.shortNumber(word) {
      self = .number(value)
    } else if Self.words.contains(where: { $0.elementsEqual(word) }) {
      self = .missing
    } else if word.allSatisfy(Self.isOfNumbers),
      let value = Double(String(decoding: word, as: UTF8.self)), value.isFinite
    {
      self = .number(value)
    } else {
      self = .other
    }
  }

  private static let words = ["", "NA", "NaN", "?"].map { Array($0.utf8) }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  /// Leaves out what else `Double` reads: infinities and hexadecimal digits.
  private static func isOfNumbers(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  /// A number of few digits without an exponent, which most are; nil for all others.
  ///
  /// Digits below 2⁵³ and a power of ten up to 10²² are Doubles, so their quotient is rounded once, as
  /// it must be. Source: W. D. Clinger (1990), "How to Read Floating Point Numbers Accurately".
  private static func shortNumber(_ word: UnsafeRawBufferPointer) -> Double? {
    guard word.count <= 17, let first = word.first else { return nil }
    let isNegative = first == UInt8(ascii: "-")
    var digits = 0
    var value: UInt64 = 0
    var point: Int?
    for index in (isNegative ? 1 : 0)..<word.count {
      let byte = word[index]
      if byte == UInt8(ascii: "."), point == nil {
        point = digits
      } else if UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte {
        value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
        digits += 1
      } else {
        return nil
      }
    }
    // What begins or ends with a point isn't common.
    guard digits > 0, value <= 1 << 53, point != 0, point != digits else { return nil }
    let magnitude = Double(value) / powers[digits - (point ?? digits)]
    return isNegative ? -magnitude : magnitude
  }

  /// Powers of ten, all exact.
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  ]
}
