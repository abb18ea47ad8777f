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
    let text = text.drop { $0 == " " || $0 == "\t" }
    var end = text.endIndex
    while end > text.startIndex, " \t".contains(text[text.index(before: end)]) {
      end = text.index(before: end)
    }
    let word = text[..<end]
    if Self.words.contains(word) {
      self = .missing
    } else if word.utf8.allSatisfy(Self.isOfNumbers), let value = Double(word), value.isFinite {
      self = .number(value)
    } else {
      self = .other
    }
  }

  private static let words: Set<Substring> = ["", "NA", "NaN", "?"]

  /// Leaves out what else `Double` reads: infinities and hexadecimal digits.
  private static func isOfNumbers(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }
}
