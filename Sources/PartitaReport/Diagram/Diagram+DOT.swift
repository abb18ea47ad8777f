extension Diagram {
  /// The diagram in the language of Graphviz, for other programs to lay out.
  package var dot: String {
    var lines = [
      "digraph \(Self.quoted(title)) {", "  rankdir=LR;", "  node [fontname=\"Helvetica\"];",
    ]
    for node in nodes {
      lines.append(
        "  \(Self.quoted(node.name)) [label=\(Self.quoted(node.label)), \(Self.shape(node))"
          + "\(node.isMarked ? ", penwidth=2.5" : ""), tooltip=\(Self.quoted(node.tip))];")
      if let twin = node.twin {
        lines.append(
          "  \(Self.quoted(Self.twinName(node))) [label=\(Self.quoted(twin)), "
            + "\(Self.shape(node)), color=\"#c26a00\", tooltip=\(Self.quoted(node.twinTip))];")
        lines.append(
          "  { rank=same; \(Self.quoted(node.name)); \(Self.quoted(Self.twinName(node))); }")
      }
    }
    for (index, frame) in frames.enumerated() {
      let names = frame.nodes.flatMap { node in
        [nodes[node].name] + (nodes[node].twin == nil ? [] : [Self.twinName(nodes[node])])
      }
      lines.append(
        "  subgraph \"cluster\(index)\" { label=\(Self.quoted(frame.label)); style=dashed; "
          + names.map { Self.quoted($0) + ";" }.joined(separator: " ") + " }")
    }
    for arrow in arrows {
      let (from, to) = (nodes[arrow.from], nodes[arrow.to])
      lines.append("  \(Self.quoted(from.name)) -> \(Self.quoted(to.name));")
      guard arrow.hasTwin else { continue }
      lines.append(
        "  \(Self.quoted(Self.twinName(to))) -> \(Self.quoted(Self.twinName(from))) "
          + "[color=\"#c26a00\", constraint=false];")
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  /// What the gradient of a node is called.
  static func twinName(_ node: Node) -> String { "gradient of \(node.name)" }

  private static func shape(_ node: Node) -> String {
    let isRound = node.form == .layer || node.form == .operation && node.label.count > 2
    let shape = node.form == .operation && !isRound ? "shape=circle" : "shape=box"
    var styles = isRound ? ["rounded"] : []
    if node.tint != nil { styles.append("filled") }
    let style = styles.isEmpty ? "" : ", style=\"\(styles.joined(separator: ","))\""
    return shape + style
      + (node.tint.map { ", colorscheme=pastel18, fillcolor=\($0 % 8 + 1)" } ?? "")
  }

  /// A string of DOT: only the quote ends it, and a backslash starts an escape (Graphviz, The DOT
  /// Language).
  private static func quoted(_ words: String) -> String {
    let escaped = words.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n")
    return "\"\(escaped)\""
  }
}
