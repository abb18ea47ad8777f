/// The signs of one way to write expressions.
protocol ExpressionStyle {
  var elementwise: String { get }
  var dots: String { get }
  func symbol(_ symbol: Symbol) -> String
  func derivative(_ top: Symbol, _ bottom: Symbol) -> String
  func coefficient(_ number: Coefficient) -> String
  func transposed(_ term: String, isDerivative: Bool) -> String
  func function(_ name: String, isSlope: Bool, _ arguments: [String]) -> String
  func squaredNorm(_ term: String) -> String
  func total(_ words: String) -> String
  func parenthesized(_ term: String) -> String
}

/// Signs for terminals.
struct TextStyle: ExpressionStyle {
  var elementwise: String { " ⊙ " }
  var dots: String { "..." }
  func symbol(_ symbol: Symbol) -> String { symbol.text }
  func derivative(_ top: Symbol, _ bottom: Symbol) -> String { "d\(top.text)/d\(bottom.text)" }
  func coefficient(_ number: Coefficient) -> String { number.text }
  func transposed(_ term: String, isDerivative: Bool) -> String {
    isDerivative ? "(\(term))ᵀ" : "\(term)ᵀ"
  }
  func function(_ name: String, isSlope: Bool, _ arguments: [String]) -> String {
    "\(name)\(isSlope ? "'" : "")(\(arguments.joined(separator: ", ")))"
  }
  func squaredNorm(_ term: String) -> String { "‖\(term)‖²" }
  func total(_ words: String) -> String { "Σ[\(words)]" }
  func parenthesized(_ term: String) -> String { "(\(term))" }
}

/// Commands of LaTeX with amsmath.
struct LatexStyle: ExpressionStyle {
  var elementwise: String { " \\odot " }
  var dots: String { "\\dots" }
  func symbol(_ symbol: Symbol) -> String { symbol.latex }
  func derivative(_ top: Symbol, _ bottom: Symbol) -> String {
    "\\frac{\\partial \(top.latex)}{\\partial \(bottom.latex)}"
  }
  func coefficient(_ number: Coefficient) -> String { number.latex }
  func transposed(_ term: String, isDerivative: Bool) -> String {
    isDerivative
      ? "\\left(\(term)\\right)^\\top"
      : term.contains("^") ? "{\(term)}^\\top" : "\(term)^\\top"
  }
  func function(_ name: String, isSlope: Bool, _ arguments: [String]) -> String {
    let word =
      name.count == 1
      ? name : "\\operatorname{\(name.replacing("-", with: "\\text{-}"))}"
    return "\(word)\(isSlope ? "'" : "")\\left(\(arguments.joined(separator: ", "))\\right)"
  }
  func squaredNorm(_ term: String) -> String { "\\left\\|\(term)\\right\\|_F^2" }
  func total(_ words: String) -> String { "\\sum_{\\text{\(words)}}" }
  func parenthesized(_ term: String) -> String { "\\left(\(term)\\right)" }
}
