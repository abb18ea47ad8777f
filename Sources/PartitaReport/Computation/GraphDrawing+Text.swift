public import PartitaFiles
internal import PartitaGraph

extension GraphDrawing {
  /// The graph as lines: variables first used, then results, operands first.
  ///
  ///     W₁ : [128, 64]
  ///     z = linear(x, W₁, b₁) : n x [128]   (linear1)
  public var text: String {
    var lines: [String] = []
    var inputs = Array(repeating: [Int](), count: diagram.nodes.count)
    var results = inputs
    for arrow in diagram.arrows {
      inputs[arrow.to].append(arrow.from)
      results[arrow.from].append(arrow.to)
    }
    for (index, node) in diagram.nodes.enumerated() {
      let fact = facts[index]
      let layer = fact.layer.isEmpty ? "" : "   (\(fact.layer))"
      switch node.form {
      case .variable:
        if inputs[index].isEmpty { lines.append("\(node.label) : \(fact.shape)\(layer)") }
      case .operation:
        let made = results[index].map { diagram.nodes[$0].label }.joined(separator: ", ")
        let operands = inputs[index].map { words(of: $0) }.joined(separator: ", ")
        let shapes = results[index].map { facts[$0].shape }.filter { !$0.isEmpty }
        lines.append(
          "\(made) = \(fact.what)(\(operands))"
            + (shapes.isEmpty ? "" : " : \(shapes.joined(separator: ", "))") + layer)
      }
    }
    let frames = diagram.frames.map(\.label)
    return (lines + frames + crossingLines).map { $0 + "\n" }.joined()
  }

  /// An operand: a value's symbol, or what makes a value without a box.
  private func words(of index: Int) -> String {
    diagram.nodes[index].form == .variable
      ? diagram.nodes[index].label : "\(diagram.nodes[index].label)"
  }

  /// What crosses between stages, a line each.
  var crossingLines: [String] {
    crossings.map { crossing in
      let often =
        crossing.kind == .activation || crossing.kind == .gradient ? "a microbatch" : "a step"
      return "stage \(crossing.from) -> \(crossing.to): \(crossing.symbol) (\(crossing.kind)), "
        + "\(NumberText.bytes(crossing.bytes)) \(often)"
    }
  }

  /// The same for programs.
  public var json: JSON {
    [
      "title": .string(diagram.title),
      "nodes": .array(
        zip(diagram.nodes, facts).map { node, fact in
          [
            "name": .string(node.name), "symbol": .string(node.label),
            "form": .string(node.form.rawValue), "what": .string(fact.what),
            "layer": fact.layer.isEmpty ? .null : .string(fact.layer),
            "shape": fact.shape.isEmpty ? .null : .string(fact.shape),
            "flops": fact.flops.map { .integer($0) } ?? .null,
            "bytes": fact.bytes.map { .integer($0) } ?? .null,
            "gradient": node.twin.map { .string($0) } ?? .null,
            "stage": node.tint.map { .integer($0) } ?? .null,
          ]
        }),
      "arrows": .array(
        diagram.arrows.map {
          ["from": .string(diagram.nodes[$0.from].name), "to": .string(diagram.nodes[$0.to].name)]
        }),
      "folded": .array(diagram.frames.map { .string($0.label) }),
      "crossings": .array(
        crossings.map {
          [
            "value": .string($0.symbol), "kind": .string($0.kind.rawValue),
            "from": .integer($0.from), "to": .integer($0.to), "bytes": .integer($0.bytes),
          ]
        }),
    ]
  }
}
