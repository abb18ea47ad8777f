extension GraphDrawing {
  /// The picture on a page: what a node is shows when a pointer rests on it, and stands below in a
  /// table.
  public var html: String {
    let picture = diagram.picture
    var body = HTML.beginning(
      kicker: "Computational graph", headline: request.title,
      remarks: [
        "Bytes and operations are those of a microbatch of \(request.samples) "
          + "\(request.samples == 1 ? "sample" : "samples"). Rest the pointer on a node to see its "
          + "shape, operations, bytes and readers; the table has them too."
      ])
    body += "<section class=\"graph\">\n" + HTML.figure(picture) + "</section>\n"
    if !crossings.isEmpty {
      body += HTML.section("What crosses between stages", crossingLines.map(HTML.note).joined())
    }
    body += HTML.section("Nodes", HTML.details("All nodes", table))
    return HTML.page(
      title: request.title, styles: StyleSheet.diagram + Self.pageStyles, body: body)
  }

  /// The drawing keeps its size and scrolls; on paper it is as wide as the page.
  private static let pageStyles = """
    main{max-width:none}
    section.graph>figure>svg.p{max-width:none;min-width:0}
    @media print{section.graph>figure>svg.p{max-width:100%}}

    """

  private var table: String {
    var table = Table(
      ["node", "gradient", "what", "layer", "shape", "reads or is read by", "bytes", "FLOP"],
      wordColumns: 6)
    for (node, fact) in zip(diagram.nodes, facts) {
      func words(_ text: String) -> String? { text.isEmpty ? nil : text }
      table.add([
        fact.name, node.twin, fact.what, words(fact.layer), words(fact.shape),
        words(fact.neighbours.joined(separator: ", ")), fact.bytes.map(NumberText.bytes),
        fact.flops.map(NumberText.count),
      ])
    }
    return table.withoutEmptyColumns.html
  }
}
