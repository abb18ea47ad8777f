/// What a text may have beside YAML's aliases, checked before anything is composed.
///
/// An alias stands for a whole node, so a few lines can ask for more nodes than there is memory.
/// Composed nodes share what they repeat and cost nothing; what walks them all is a look at a key,
/// and their end, which goes down a step for each level. Both are bounded here, on the safe side:
/// a character in quotes or in a comment counts as if it stood alone.
struct AliasBounds {
  /// The most characters that can open a list or a mapping: no path through aliases is deeper.
  static let openings = 5_000

  /// What is too much, and where; nil where nothing is.
  let problem: (line: Int, words: String)?

  init(_ text: String) {
    var (line, aliasLine, opened) = (1, 0, 0)
    var keyLine: Int?
    // Whether a list, a mapping or an alias has just ended, and whether an alias goes on.
    var (endsNode, isInAlias) = (false, false)
    var before: UInt8 = 0x0A
    let bytes = Array(text.utf8)
    for (place, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "*")
      where Self.opensToken(before) && Self.isName(place + 1 < bytes.count ? bytes[place + 1] : 0):
        aliasLine = aliasLine > 0 ? aliasLine : line
        isInAlias = true
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        (endsNode, isInAlias) = (true, false)
      case UInt8(ascii: ":"):
        if endsNode || isInAlias { keyLine = keyLine ?? line }
        (endsNode, isInAlias) = (false, false)
        opened += 1
      case UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "-"):
        if byte == UInt8(ascii: "?"), Self.opensToken(before) { keyLine = keyLine ?? line }
        endsNode = false
        opened += 1
      case 0x0A:
        line += 1
        (endsNode, isInAlias) = (false, false)
      case 0x20, 0x09, 0x0D:
        if isInAlias { (endsNode, isInAlias) = (true, false) }
      default:
        if byte == UInt8(ascii: ",") { isInAlias = false }
        endsNode = false
      }
      before = byte
    }
    problem =
      if aliasLine == 0 {
        nil
      } else if let keyLine {
        (keyLine, "where there are aliases, as in line \(aliasLine), every key must be a word")
      } else if opened > Self.openings {
        (
          aliasLine,
          "a text with aliases, as here, has at most \(Self.openings) lists and mappings, and this "
            + "one may have \(opened): write out what the aliases repeat"
        )
      } else {
        nil
      }
  }

  /// Whether an alias's name can have a character; libyaml's are letters, digits, - and _.
  private static func isName(_ byte: UInt8) -> Bool {
    let character = Character(Unicode.Scalar(byte))
    return byte >= 0x80 || character.isLetter || character.isNumber || "-_".contains(character)
  }

  /// Whether a token can begin behind a character.
  private static func opensToken(_ before: UInt8) -> Bool {
    [0x0A, 0x0D, 0x20, 0x09].contains(before) || "[{,:-?".utf8.contains(before)
  }
}
