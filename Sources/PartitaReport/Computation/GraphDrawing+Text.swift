public import PartitaFiles
internal import PartitaGraph

extension GraphDrawing {
  /// The graph as lines: variables first used, then results, operands first.
  ///
  ///     W1 : [128, 64]
  ///     z = linear(x, W1, b1) : n x [128]   (linear1)
  public var text: String {
    var lines: [String] = []
    var inputs = Array(repeating: [Int](), count: diagram.nodes.count)
    var results = inputs
    for arrow in diagram.arrows {
      inputs[arrow.to].append(arrow.from)
      results[arrow.from].append(arrow.to)
    }
    // An operator whose result has no box is written where it is read.
    func words(of index: Int) -> String {
      guard diagram.nodes[index].form == .operation else { return facts[index].name }
      return facts[index].what + "(" + inputs[index].map(words).joined(separator: ", ") + ")"
    }
    for (index, node) in diagram.nodes.enumerated() {
      let fact = facts[index]
      let layer = fact.layer.isEmpty ? "" : "   (\(fact.layer))"
      let made = results[index].filter { diagram.nodes[$0].form == .variable }
      if node.form == .variable, inputs[index].isEmpty {
        lines.append("\(fact.name) : \(fact.shape)\(layer)")
      } else if node.form == .layer {
        let operands = inputs[index].map(words).joined(separator: ", ")
        lines.append("\(fact.name)(\(operands)) : \(fact.shape)   \(fact.what)")
      } else if node.form == .operation, !made.isEmpty {
        let names = made.map { facts[$0].name }.joined(separator: ", ")
        let shapes = made.map { facts[$0].shape }.joined(separator: ", ")
        lines.append("\(names) = \(words(of: index)) : \(shapes)\(layer)")
      }
    }
    let frames = diagram.frames.map(\.label)
    return (lines + frames + crossingLines).map { $0 + "\n" }.joined()
  }

  /// What crosses between stages, a line each.
  var crossingLines: [String] {
    crossings.map { crossing in
      let often =
        crossing.kind == .activation || crossing.kind == .gradient ? "a microbatch" : "a step"
      return "stage \(crossing.from) -> \(crossing.to): \(crossing.words), "
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
            "name": .string(node.name), "symbol": .string(fact.name),
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
            "what": .string($0.words), "kind": .string($0.kind.rawValue),
            "from": .integer($0.from), "to": .integer($0.to), "bytes": .integer($0.bytes),
          ]
        }),
    ]
  }
}
