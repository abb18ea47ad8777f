internal import PartitaGraph

/// Equations as text for terminals: variables, forward, backward, and what letters stand for.
public struct EquationPage: Sendable {
  /// The equations.
  public let derivation: Derivation
  /// Whether the chain rule's forms are shown.
  public let withSteps: Bool

  /// Whether every one of blocks that repeat is shown.
  public let unfolds: Bool

  /// Lays equations out.
  ///
  /// - Parameters:
  ///   - derivation: the equations.
  ///   - withSteps: whether the chain rule's forms are shown.
  ///   - unfolds: whether every one of blocks that repeat is shown.
  public init(_ derivation: Derivation, withSteps: Bool = false, unfolds: Bool = false) {
    self.derivation = derivation
    self.unfolds = unfolds
    self.withSteps = withSteps
  }

  /// The lines.
  public var lines: [String] {
    let name =
      derivation.notation.isBatch
      ? "a batch of \(derivation.samples) samples, each a row" : "one example"
    var lines = ["Variables (\(name))"] + variableLines
    lines += ["", "Forward"] + table(derivation.forward)
    lines += ["", "Backward"] + table(derivation.backward)
    return notes.isEmpty ? lines : lines + ["", "where"] + notes.map { "  \($0)" }
  }

  /// The lines, each ended.
  public var text: String {
    lines.map { $0 + "\n" }.joined()
  }

  private var variableLines: [String] {
    let rows = derivation.variables.map { id in
      let value = derivation.graph[id]
      let shape = derivation.notation.shape(value.type, samples: derivation.samples)
      return (symbol: derivation.notation[id], shape: "\(shape)", name: value.name)
    }
    let symbols = rows.map { $0.symbol?.text ?? "" }
    let widths = (symbols.map(\.count).max() ?? 0, rows.map(\.shape.count).max() ?? 0)
    let lines = zip(rows, symbols).map { row, symbol in
      ["  \(symbol.padded(to: widths.0))   \(row.shape.padded(to: widths.1))   \(row.name)"]
    }
    let keys = rows.map { row in
      RepeatedLines.Key(
        skeleton: "\(row.symbol?.letter ?? "") \(row.shape)",
        symbols: row.symbol.map { [$0] } ?? [])
    }
    return folded(lines, keys, symbols)
  }

  private func table(_ equations: [Equation]) -> [String] {
    let texts = equations.map { withSteps ? $0.stepLines : [$0.text()] }
    let width = min(texts.compactMap { $0.last?.count }.max() ?? 0, 56)
    let shapes = equations.map { "\($0.shape)" }
    let shapeWidth = max(8, min(shapes.map(\.count).max() ?? 0, 20))
    let lines = zip(equations, texts).map { equation, lines in
      let last = lines.last ?? ""
      let shape = "\(equation.shape)".padded(to: equation.rule.isEmpty ? 0 : shapeWidth)
      let end = equation.rule.isEmpty ? shape : "\(shape)   \(equation.rule)"
      return (lines.dropLast() + ["\(last.padded(to: width))   \(end)"]).map { "  \($0)" }
    }
    return folded(lines, equations.map(\.key), equations.map(\.subject.text))
  }

  /// The lines, one for all of blocks that repeat.
  private func folded(_ lines: [[String]], _ keys: [RepeatedLines.Key], _ names: [String])
    -> [String]
  {
    guard !unfolds else { return lines.flatMap { $0 } }
    return RepeatedLines(keys).parts.flatMap { part in
      switch part {
      case .line(let index): lines[index]
      case .blocks(let count, let length, let last):
        ["  ... \(RepeatedLines.words(count: count, lines: length, last: names[last]))"]
      }
    }
  }

  /// What letters stand for.
  var notes: [String] {
    let graph = derivation.graph
    var notes: [String] = []
    if let loss = graph[derivation.notation.model.loss].producer.flatMap({
      graph[graph.nodes[$0].inputs[0]].producer
    }) {
      notes.append("l is \(graph.nodes[loss].op.name), of one example")
    }
    if let decay = derivation.weightDecay { notes.append("λ = \(decay.digits)") }
    return notes
  }
}

extension Equation {
  /// The equation with each form on a line of its own.
  fileprivate var stepLines: [String] {
    let sides = sides(withSteps: true).map(\.text)
    let lead = sides[0]
    let blank = String(repeating: " ", count: lead.count)
    return sides.dropFirst().enumerated().map { "\($0 == 0 ? lead : blank) = \($1)" }
  }
}

extension String {
  /// With blanks behind it.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 0))
  }
}
