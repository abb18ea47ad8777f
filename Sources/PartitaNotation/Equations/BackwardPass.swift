internal import PartitaGraph

/// Walks the shown operators from J back, and writes a gradient when all its readers' are written.
struct BackwardPass {
  /// The equations so far.
  private(set) var equations: [Equation] = []
  private var writer: ExpressionWriter
  private let gradients: [ValueID: ValueID]
  private let penaltyGradients: [ValueID: ValueID]
  /// The nodes that read a shown value.
  private var readers: [ValueID: [Node]] = [:]
  private var visited: Set<Int> = []

  /// Nothing is written yet.
  ///
  /// - Parameters:
  ///   - writer: what writes expressions.
  ///   - gradients: of J, with respect to all that is shown.
  ///   - penaltyGradients: of s, with respect to the parameters.
  init(
    _ writer: ExpressionWriter, gradients: [ValueID: ValueID],
    penaltyGradients: [ValueID: ValueID]
  ) {
    self.writer = writer
    self.gradients = gradients
    self.penaltyGradients = penaltyGradients
    for node in writer.notation.nodes {
      for operand in notation.operands(of: node) { readers[operand, default: []].append(node) }
    }
  }

  private var notation: NetworkNotation { writer.notation }

  /// The operators from the last to the first; s behind L, as textbooks go.
  private var order: [Node] {
    var order = Array(notation.nodes.reversed())
    if let penalty = order.firstIndex(where: { $0.outputs[0] == notation.penalty }),
      let loss = order.firstIndex(where: { $0.outputs[0] == notation.model.loss }), penalty < loss
    {
      order.insert(order.remove(at: penalty), at: loss)
    }
    return order
  }

  /// Writes all gradients.
  mutating func run() {
    if notation.model.objective == notation.model.loss { write(notation.model.loss) }
    for node in order {
      visited.insert(node.index)
      let operands = notation.operands(of: node)
      if node.outputs[0] == notation.penalty { for operand in operands { writePenalty(operand) } }
      let isParameter = { [graph = writer.graph] (id: ValueID) in graph[id].isParameter }
      for operand in operands.filter(isParameter) + operands.filter({ !isParameter($0) })
      where readers[operand, default: []].allSatisfy({ visited.contains($0.index) }) {
        write(operand)
      }
    }
  }

  /// ds/dW.
  private mutating func writePenalty(_ parameter: ValueID) {
    guard let id = penaltyGradients[parameter], let symbol = notation[parameter],
      let penalty = notation.penalty.flatMap({ notation[$0] })
    else { return }
    append(
      .derivative(of: penalty, by: symbol, id), id, of: parameter, steps: [],
      rule: "the derivative of \(penalty.text)")
  }

  /// dJ/dv.
  private mutating func write(_ value: ValueID) {
    guard let id = gradients[value], let symbol = notation[value], let objective else { return }
    let readers = readers[value, default: []].reversed().map { $0 }
    append(
      .derivative(of: objective, by: symbol, id), id, of: value,
      steps: steps(symbol, readers), rule: rule(readers),
      showsSteps: readers.map(\.outputs[0]) == [notation.model.loss])
  }

  /// J's symbol, that of L where they are the same.
  private var objective: Symbol? { notation[notation.model.objective] }

  private mutating func append(
    _ subject: Expression, _ id: ValueID, of value: ValueID, steps: [Expression], rule: String,
    showsSteps: Bool = false
  ) {
    let result = writer.gradients[id] ?? writer.definition(id)
    equations.append(
      Equation(
        subject: subject, value: id, target: value, steps: steps, result: result,
        shape: notation.shape(writer.graph.type(of: id), samples: writer.samples), rule: rule,
        showsSteps: showsSteps))
    if case .number = result { return }
    if writer.gradients[id] == nil { writer.gradients[id] = subject }
  }

  /// The chain rule's forms: through L and through s, then through each reader.
  private func steps(_ symbol: Symbol, _ readers: [Node]) -> [Expression] {
    guard let objective else { return [] }
    let model = notation.model
    func through(_ value: ValueID) -> Expression? {
      guard let reader = notation[value] else { return nil }
      let local = Expression.derivative(of: reader, by: symbol, nil)
      if value == model.objective { return nil }
      // A derivative that is one needs no factor.
      if value == model.loss, readers.count == 1 { return local }
      return .chain(.derivative(of: objective, by: reader, nil), local)
    }
    let results = readers.map(\.outputs[0])
    var forms: [Expression] = []
    if let penalty = notation.penalty, results.contains(penalty), readers.count > 1 {
      forms.append(.added([model.loss, penalty].compactMap(through)))
    }
    // The data's path first, as textbooks do.
    let terms =
      (results.filter { $0 != notation.penalty } + results.filter { $0 == notation.penalty })
      .compactMap(through)
    if !terms.isEmpty { forms.append(.added(terms)) }
    return forms
  }

  /// The rule in words.
  private func rule(_ readers: [Node]) -> String {
    let model = notation.model
    let results = readers.map(\.outputs[0])
    let data = readers.filter { $0.outputs[0] != notation.penalty }
    if data.count < readers.count, data.count == 1 { return "two paths: through L and through s" }
    if data.count < readers.count, data.count > 1 {
      return "two paths: through L, the sum over \(data.count) readers, and through s"
    }
    if data.count > 1 {
      return "sum over \(data.count) readers: "
        + data.compactMap { notation[$0.outputs[0]]?.text }.joined(separator: ", ")
    }
    guard let reader = data.first, let name = notation[reader.outputs[0]]?.text else {
      return results.isEmpty ? "J is L" : "through s alone"
    }
    if reader.outputs[0] == model.objective, model.objective != model.loss {
      return "\(name) = \(writer.definition(model.objective).text)"
    }
    return reader.op.isElementFunction
      ? "chain rule through \(name): elementwise product" : "chain rule through \(name)"
  }
}

extension Operator {
  /// Whether this is a function of each element by itself.
  fileprivate var isElementFunction: Bool {
    switch self {
    case is ReLU, is Sigmoid, is Tanh, is GELU, is Pointwise: true
    default: false
    }
  }
}
