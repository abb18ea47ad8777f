/// How wide words are, without a font at hand: an upper bound for those of `StyleSheet.picture`.
enum LabelText {
  /// The width of words of 13 pixels.
  static func width(_ words: String) -> Double {
    words.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// A symbol with its number, if it ends with one, below the line: W₁ of `W1`.
  static func lowered(_ symbol: String) -> String {
    let digits = symbol.reversed().prefix { ("0"..."9").contains($0) }.count
    guard digits < symbol.count else { return symbol }
    return symbol.dropLast(digits)
      + String(
        String.UnicodeScalarView(
          symbol.suffix(digits).unicodeScalars.map { Unicode.Scalar(0x2050 + $0.value) ?? $0 }))
  }

  private static func width(_ scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", ".", ",", ":", "'", "|", "f", "t", "r", "(", ")", "[", "]", " ", "·": 5
    case "m", "w", "M", "W", "—", "…", "%", "Σ", "‖", "&": 11.5
    case "∂", "J": 8
    case "/": 6
    case "₀"..."₉", "⁰"..."⁹", "²", "³", "¹": 5.5
    case "A"..."Z": 9.5
    case "\u{2E80}"...: 14
    default: 7.8
    }
  }
}
