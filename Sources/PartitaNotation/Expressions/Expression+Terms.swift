public import PartitaGraph

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
