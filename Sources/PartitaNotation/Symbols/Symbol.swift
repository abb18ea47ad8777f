/// The letter of a value in equations, as `W1`: in text, and in LaTeX as textbooks set it.
///
/// Scalars are plain; what has one axis is bold and small, what has more is bold and large
/// (Zhang et al., Dive into Deep Learning, "Notation").
public struct Symbol: Hashable, Sendable {
  /// The letter, without a number.
  public let letter: String
  /// Its number among the values with this letter; nil where there is only one.
  public let index: Int?
  /// The axes of the value as it is written: a batch has one more.
  public let rank: Int

  /// Names a value.
  init(_ letter: String, index: Int? = nil, rank: Int) {
    self.letter = letter
    self.index = index
    self.rank = rank
  }

  /// The letter as the value's axes ask for; those of parameters and scalars are as they are.
  private var sized: String {
    rank >= 2 && letter.utf8.count == 1 ? letter.uppercased() : letter
  }

  /// The symbol on a terminal: `W1`.
  public var text: String { sized + (index.map(String.init) ?? "") }

  /// The symbol in LaTeX's mathematics: `\mathbf{W}^{(1)}`.
  public var latex: String {
    let mark = index.map { "^{(\($0))}" } ?? ""
    if let greek = Self.greek[letter] {
      return (rank == 0 ? greek : "\\boldsymbol{\(greek)}") + mark
    }
    guard letter.utf8.count == 1 else { return "\\mathrm{\(letter)}" + mark }
    return (rank == 0 ? sized : "\\mathbf{\(sized)}") + mark
  }

  /// The gradient of J with respect to the value, on a terminal: `dJ/dW1`.
  public var gradientText: String { "dJ/d\(text)" }

  /// The same in LaTeX: a quotient of partial derivatives.
  public var gradientLatex: String { "\\frac{\\partial J}{\\partial \(latex)}" }

  private static let greek = ["γ": "\\gamma", "β": "\\beta"]
}
