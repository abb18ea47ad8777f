/// The types of elements that IDX files have and Partita reads.
///
/// Source: Y. LeCun, "The MNIST database", section "File formats".
package enum IDXElement: UInt8, Sendable {
  /// Bytes from 0.
  case uint8 = 0x08
  /// Bytes with a sign.
  case int8 = 0x09
  /// Two bytes with a sign, the high one first.
  case int16 = 0x0B
  /// Four bytes with a sign, the high one first.
  case int32 = 0x0C

  /// Bytes of an element.
  var byteCount: Int {
    switch self {
    case .uint8, .int8: 1
    case .int16: 2
    case .int32: 4
    }
  }
}

/// Which IDX files fit in one place: the first bytes that they may have.
struct IDXForm {
  private let elements: [IDXElement]
  private let dimensions: ClosedRange<Int>
  /// How errors call what must be there.
  private let words: String

  /// Bytes with so many dimensions.
  static func bytes(dimensions: Int) -> IDXForm {
    IDXForm(
      elements: [.uint8], dimensions: dimensions...dimensions,
      words: "the mark of \(dimensions)-dimensional IDX of bytes")
  }

  /// Images: vectors, rows and columns, or channels, rows and columns of bytes.
  static let images = IDXForm(
    elements: [.uint8], dimensions: 2...4, words: "the marks of IDX images, which are bytes")

  /// Labels: whole numbers of one, two or four bytes.
  static let labels = IDXForm(
    elements: [.uint8, .int8, .int16, .int32], dimensions: 1...1,
    words: "the marks of IDX labels, which are whole numbers")

  /// What a file says that begins with `mark`, nil where it doesn't fit.
  func read(_ mark: [UInt8]) -> (element: IDXElement, dimensions: Int)? {
    guard mark.count == 4, mark.starts(with: [0, 0]), let element = IDXElement(rawValue: mark[2]),
      elements.contains(element), dimensions.contains(Int(mark[3]))
    else { return nil }
    return (element, Int(mark[3]))
  }

  /// The complaint that a file begins with `mark`.
  func problem(_ mark: [UInt8]) -> String {
    let marks = elements.flatMap { element in
      dimensions.map { hexadecimal([0, 0, element.rawValue, UInt8($0)]) }
    }
    let last = marks.suffix(1).joined()
    let known =
      marks.count > 1 ? "\(marks.dropLast().joined(separator: ", ")) or \(last)" : last
    return "its first bytes are \(hexadecimal(mark)), not \(known), \(words)"
  }
}
