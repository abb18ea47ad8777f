internal import PartitaGraph

extension Expression {
  /// The expression as text.
  public var text: String { written(in: TextStyle()) }

  /// The expression in LaTeX's mathematics.
  public var latex: String { written(in: LatexStyle()) }

  /// How closely the outermost sign binds: a sum 0, a product 1, all else 2.
  private var binding: Int {
    switch self {
    case .sum(let terms): terms.count == 1 ? 2 : 0
    case .difference: 0
    case .scaled, .product, .elementwise, .total: 1
    default: 2
    }
  }

  private func written(in style: some ExpressionStyle, binding least: Int) -> String {
    let written = written(in: style)
    return binding < least ? style.parenthesized(written) : written
  }

  /// One walk over the tree, whatever the signs.
  func written(in style: some ExpressionStyle) -> String {
    switch self {
    case .value(_, let symbol): style.symbol(symbol)
    case .derivative(let top, let bottom, _): style.derivative(top, bottom)
    case .hidden: ""
    case .number(let number): style.coefficient(number)
    case .scaled(let number, let term) where number.value == -1:
      "-\(term.written(in: style, binding: 2))"
    case .scaled(let number, let term):
      "\(style.coefficient(number)) \(term.written(in: style, binding: 1))"
    case .sum(let terms):
      // Of many terms, as of all weights' norms, print shows the first and the last.
      (terms.count > 10
        ? terms.prefix(3).map { $0.written(in: style, binding: 0) } + [style.dots]
          + terms.suffix(1).map { $0.written(in: style, binding: 0) }
        : terms.map { $0.written(in: style, binding: 0) }).joined(separator: " + ")
    case .difference(let left, let right):
      "\(left.written(in: style, binding: 0)) - \(right.written(in: style, binding: 1))"
    case .product(let left, let right):
      "\(left.written(in: style, binding: 1)) \(right.written(in: style, binding: 1))"
    case .transpose(let term):
      style.transposed(term.written(in: style, binding: 2), isDerivative: term.isDerivative)
    case .elementwise(let left, let right):
      left.written(in: style, binding: 1) + style.elementwise
        + right.written(in: style, binding: 1)
    case .applied(let op, let term):
      style.function(op.name, isSlope: false, [term.written(in: style)])
    case .slope(let op, let term):
      style.function(op.name, isSlope: true, [term.written(in: style)])
    case .squaredNorm(let term): style.squaredNorm(term.written(in: style))
    case .total(let term, _, let words):
      "\(style.total(words)) \(term.written(in: style, binding: 1))"
    case .call(let call):
      style.function(
        call.name, isSlope: false,
        call.printed.map { $0.written(in: style) })
    case .chain(let left, let right):
      style.function("prod", isSlope: false, [left.written(in: style), right.written(in: style)])
    }
  }

  private var isDerivative: Bool { if case .derivative = self { true } else { false } }
}

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
