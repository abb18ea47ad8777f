/// A number in an equation, with the letters that stand for it.
public struct Coefficient: Hashable, Sendable {
  /// The number.
  public let value: Double
  /// It in text.
  public let text: String
  /// It in LaTeX.
  public let latex: String

  /// A number by letters.
  init(_ value: Double, text: String, latex: String) {
    self.value = value
    self.text = text
    self.latex = latex
  }

  /// A number by its digits.
  init(_ value: Double) {
    let text = value.digits
    self.init(value, text: text, latex: text.latexDigits)
  }

  /// λ.
  static func lambda(_ value: Double) -> Coefficient {
    Coefficient(value, text: "λ", latex: "\\lambda")
  }

  /// λ/2.
  static func halfLambda(_ value: Double) -> Coefficient {
    Coefficient(value / 2, text: "(λ/2)", latex: "\\frac{\\lambda}{2}")
  }

  /// One over a whole number.
  static func one(over count: Int) -> Coefficient {
    Coefficient(1 / Double(count), text: "1/\(count)", latex: "\\frac{1}{\(count)}")
  }

  /// The product of two; one disappears.
  func times(_ other: Coefficient) -> Coefficient {
    if value == 1 { return other }
    if other.value == 1 { return self }
    return Coefficient(
      value * other.value, text: "\(text)·\(other.text)",
      latex: "\(latex) \\cdot \(other.latex)")
  }
}

extension Double {
  /// The shortest digits, without a fraction that is zero.
  package var digits: String {
    self == rounded() && abs(self) < 1e15 ? "\(Int(exactly: self) ?? 0)" : "\(self)"
  }
}

extension String {
  /// Digits in LaTeX: a power of ten is written as one.
  var latexDigits: String {
    guard let mark = firstIndex(of: "e") else { return self }
    return "\(self[..<mark]) \\cdot 10^{\(self[index(after: mark)...])}"
  }
}
