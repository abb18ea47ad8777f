public import PartitaFiles
internal import PartitaGraph

extension GraphDrawing {
  /// The graph as lines: variables first used, then results, operands first; where gradients are drawn,
  /// what the chain rule hands back, from J on.
  ///
  ///     W1 : [128, 64]
  ///     z = linear(x, W1, b1) : n x [128]   (linear1)
  ///     dJ/dW1, dJ/db1 <- linear'(dJ/dz)   (linear1)
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
    return (lines + backwardLines + frames + crossingLines).map { $0 + "\n" }.joined()
  }

  /// What each operator hands back to the values that it reads, the last operator first; none where no
  /// gradients are drawn.
  private var backwardLines: [String] {
    let arrows = diagram.arrows.filter(\.hasTwin)
    func gradient(of index: Int) -> String {
      let fact = facts[index]
      guard diagram.nodes[index].form == .operation else { return "dJ/d\(fact.name)" }
      let read = arrows.filter { $0.from == index }.map { gradient(of: $0.to) }
      return "\(fact.what)'(\(read.joined(separator: ", ")))"
    }
    return diagram.nodes.indices.reversed().compactMap { index in
      guard diagram.nodes[index].form == .operation else { return nil }
      let values = arrows.filter { $0.to == index }.map(\.from)
        .filter { diagram.nodes[$0].form == .variable }
      guard !values.isEmpty else { return nil }
      let layer = facts[index].layer
      return values.map(gradient).joined(separator: ", ") + " <- " + gradient(of: index)
        + (layer.isEmpty ? "" : "   (\(layer))")
    }
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
