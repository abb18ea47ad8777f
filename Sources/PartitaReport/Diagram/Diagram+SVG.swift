extension Diagram {
  /// The picture: boxes, circles, and arrows that bend between columns.
  package var picture: SVG { DiagramPicture(self, DiagramLayout(self)).svg }
}

/// A diagram that is being drawn.
struct DiagramPicture {
  private(set) var svg: SVG
  private let diagram: Diagram
  private let layout: DiagramLayout
  /// How far the layout's upper edge lies below the picture's.
  private let top: Double

  init(_ diagram: Diagram, _ layout: DiagramLayout) {
    self.diagram = diagram
    self.layout = layout
    let words = diagram.borders.map(\.words.count).max() ?? 0
    top = 30 + 13 * Double(words) + (diagram.frames.isEmpty ? 0 : 16)
    let bands = Self.bands(diagram, layout)
    let rows = (bands.map(\.row).max() ?? -1) + 1
    let notes = top + layout.height + 24 * Double(rows)
    let width = max(
      layout.width, LabelText.width(diagram.title) + 40,
      (diagram.notes.map(LabelText.width).max() ?? 0) + 24)
    svg = SVG(
      width: width, height: notes + 17 * Double(diagram.notes.count) + 8, title: diagram.title)
    svg.styles = StyleSheet.diagram
    svg.text(diagram.title, x: 12, y: 20, .style("p-ink p-title"))
    drawBorders()
    drawFrames()
    drawBands(bands)
    drawArrows()
    drawNodes()
    for (index, note) in diagram.notes.enumerated() {
      svg.text(note, x: 12, y: notes + 10 + 17 * Double(index), .style("p-soft"))
    }
  }

  private mutating func drawBorders() {
    for (border, x) in zip(diagram.borders, layout.borders) {
      let bottom = top + layout.height
      svg.line(x, top, x, bottom, .style("g-border"))
      for (index, words) in border.words.enumerated() {
        svg.text(words, x: x, y: 38 + 13 * Double(index), .style("p-small p-ink"), anchor: .middle)
      }
    }
  }

  private mutating func drawFrames() {
    for frame in diagram.frames {
      let places = frame.nodes.map { layout.nodes[$0] }
      guard let left = places.map({ $0.x - $0.width / 2 }).min(),
        let right = places.map({ $0.x + $0.width / 2 }).max()
      else { continue }
      svg.rectangle(
        x: left - 10, y: top, width: right - left + 20, height: layout.height - 10,
        .style("g-frame"), radius: 6)
      svg.text(frame.label, x: left - 8, y: top - 5, .style("p-ink p-box"))
    }
  }

  /// A name below its nodes' columns.
  struct Band {
    var words: String
    var left, right: Double
    var row: Int
  }

  /// Names in as few rows as they need.
  static func bands(_ diagram: Diagram, _ layout: DiagramLayout) -> [Band] {
    var ends: [Double] = []
    return diagram.bands.compactMap { band in
      let places = band.nodes.map { layout.nodes[$0] }
      guard let first = places.map({ $0.x - $0.width / 2 }).min(),
        let last = places.map({ $0.x + $0.width / 2 }).max()
      else { return nil }
      var words = band.label
      let middle = (first + last) / 2
      let half = max((last - first) / 2, min(60, 0.45 * LabelText.width(words)))
      while words.count > 3, 0.85 * LabelText.width(words) > 2 * half { words.removeLast() }
      if words.count < band.label.count { words = String(words.dropLast()) + "…" }
      let (left, right) = (max(4, middle - half), middle + half)
      let row = ends.firstIndex { $0 + 6 < left } ?? ends.count
      if row == ends.count { ends.append(right) } else { ends[row] = right }
      return Band(words: words, left: left, right: right, row: row)
    }
  }

  private mutating func drawBands(_ bands: [Band]) {
    for band in bands {
      let y = top + layout.height + 24 * Double(band.row)
      svg.line(band.left, y - 4, band.right, y - 4, .style("p-axis"))
      svg.text(
        band.words, x: (band.left + band.right) / 2, y: y + 9, .style("p-soft p-small"),
        anchor: .middle)
    }
  }

  private mutating func drawArrows() {
    let arrows = DiagramArrows(diagram, layout, top: top)
    for (index, arrow) in diagram.arrows.enumerated() {
      draw(arrows.forward(index), "g-arrow", "g-head")
      if arrow.hasTwin { draw(arrows.backward(index), "g-arrow g-back", "g-head g-backhead") }
    }
  }

  private mutating func draw(_ stroke: DiagramArrows.Stroke, _ line: String, _ head: String) {
    svg.path(stroke.line, .style(line))
    svg.path(stroke.head, .style(head))
  }

  private mutating func drawNodes() {
    for (node, place) in zip(diagram.nodes, layout.nodes) {
      let tint = node.tint.map { " g-t\($0 % StyleSheet.tintCount)" } ?? ""
      let mark = node.isMarked ? " g-marked" : ""
      let form = node.form == .variable ? "g-variable" : "g-operation"
      draw(node.label, node.tip, place, drop: 0, form: node.form, form + tint + mark)
      if let twin = node.twin {
        draw(
          twin, node.twinTip, place, drop: DiagramLayout.twinDrop, form: node.form, "g-twin")
      }
    }
  }

  private mutating func draw(
    _ label: String, _ tip: String, _ place: DiagramLayout.Place, drop: Double, form: Diagram.Form,
    _ classes: String
  ) {
    let y = top + place.y + drop
    svg.rectangle(
      x: place.x - place.width / 2, y: y - place.height / 2, width: place.width,
      height: place.height, .style(classes), radius: Self.radius(form, place),
      tip: tip.isEmpty ? nil : tip)
    svg.text(label, x: place.x, y: y + 4.5, .style("g-label"), anchor: .middle)
  }

  private static func radius(_ form: Diagram.Form, _ place: DiagramLayout.Place) -> Double {
    switch form {
    case .variable: 2
    case .layer: 8
    case .operation: place.height / 2
    }
  }
}
