public import PartitaGraph

/// The right side of an equation: one tree that is printed, set in LaTeX and evaluated.
public indirect enum Expression: Sendable {
  /// A value by its symbol.
  case value(ValueID, Symbol)
  /// The derivative of a scalar, or in steps of any value, by another; without a value it is only
  /// spoken of.
  case derivative(of: Symbol, by: Symbol, ValueID?)
  /// A variable that calls read and print doesn't show, as a sample's number.
  case hidden(ValueID)
  /// A number.
  case number(Coefficient)
  /// A number times something.
  case scaled(Coefficient, Expression)
  /// A sum, of arrays of shapes that broadcast.
  case sum([Expression])
  /// The first less the second.
  case difference(Expression, Expression)
  /// A matrix product; what has one axis is a column.
  case product(Expression, Expression)
  /// With the last two axes exchanged; a column becomes a row.
  case transpose(Expression)
  /// An elementwise product.
  case elementwise(Expression, Expression)
  /// A function of each element or row.
  case applied(any Operator, Expression)
  /// The derivative of a function of each element, there.
  case slope(any Operator, Expression)
  /// The sum of all squares.
  case squaredNorm(Expression)
  /// The sum over some axes.
  case total(Expression, axes: [Int], over: String)
  /// An operator by its name, evaluated by the oracle.
  case call(Call)
  /// What the chain rule multiplies: the derivative of a reader, and of what it reads; only spoken of.
  case chain(Expression, Expression)
}

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

/// An operator applied to expressions.
public struct Call: Sendable {
  /// Its name in print.
  let name: String
  /// What computes it.
  let op: any Operator
  /// Which of its results it is.
  let output: Int
  /// The operands.
  let arguments: [Expression]
  /// The operands' types.
  let types: [ValueType]
  /// What print shows between the parentheses.
  let printed: [Expression]
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

extension Expression {
  /// Whether it is a number and no more.
  var isNumber: Bool { if case .number = self { true } else { false } }

  /// The symbols that print shows, in order.
  var symbols: [Symbol] {
    switch self {
    case .value(_, let symbol): [symbol]
    case .derivative(let top, let bottom, _): [top, bottom]
    case .hidden, .number: []
    case .scaled(_, let term), .transpose(let term), .applied(_, let term), .slope(_, let term),
      .squaredNorm(let term), .total(let term, _, _):
      term.symbols
    case .difference(let left, let right), .product(let left, let right),
      .elementwise(let left, let right), .chain(let left, let right):
      left.symbols + right.symbols
    case .sum(let terms): terms.flatMap(\.symbols)
    case .call(let call): call.printed.flatMap(\.symbols)
    }
  }

  /// The values that the expression names or reads.
  public var terms: Set<ValueID> {
    switch self {
    case .value(let id, _), .derivative(_, _, .some(let id)): [id]
    case .derivative(_, _, nil), .hidden, .number: []
    case .scaled(_, let term), .transpose(let term), .applied(_, let term), .slope(_, let term),
      .squaredNorm(let term), .total(let term, _, _):
      term.terms
    case .difference(let left, let right), .product(let left, let right),
      .elementwise(let left, let right), .chain(let left, let right):
      left.terms.union(right.terms)
    case .sum(let terms): terms.reduce(into: []) { $0.formUnion($1.terms) }
    case .call(let call): call.arguments.reduce(into: []) { $0.formUnion($1.terms) }
    }
  }
}
