/// Some cuts on the graph of layers: the network on top, below it a row of stages for each cut, with the bytes that cross each border.
struct CutDrawing {
  let title: String
  let layers: [NetworkReport.Layer]
  let connections: [NetworkReport.Connection]
  /// Bytes over each border between two layers.
  let crossing: [Int]
  let rows: [(name: String, colour: Colour, cut: NetworkReport.Cut)]

  /// What pages need for it beside `StyleSheet.picture`.
  static let styles = ".p-skip{fill:none;stroke:#8a94a0;stroke-width:1.2}\n"

  private static let (left, right, rowHeight, boxHeight) = (104.0, 16.0, 38.0, 20.0)
  private static let width = 1060.0

  /// The picture.
  var picture: SVG {
    let arcs = arcHeight
    let top = 44 + arcs
    let names = 14 + 7 * Double(min(18, layers.map(\.name.count).max() ?? 0))
    let first = top + Self.boxHeight + names + 12
    var svg = SVG(
      width: Self.width, height: first + Self.rowHeight * Double(rows.count) + 8, title: title)
    svg.text(title, x: 12, y: 20, .style("p-ink p-title"))
    drawNetwork(top: top, into: &svg)
    for (index, row) in rows.enumerated() {
      draw(row.name, row.colour, row.cut, y: first + Self.rowHeight * Double(index), into: &svg)
    }
    return svg
  }

  private var step: Double {
    (Self.width - Self.left - Self.right) / Double(max(1, layers.count))
  }

  private func x(_ layer: Int) -> Double { Self.left + step * Double(layer) }

  /// Those that pass over a layer.
  private var skips: [NetworkReport.Connection] { connections.filter { $0.to > $0.from + 1 } }

  private var arcHeight: Double {
    guard let longest = skips.map({ $0.to - $0.from }).max() else { return 0 }
    return min(60, 12 + 4 * Double(longest))
  }

  /// The layers, as dark as they are slow, their names, and what skips some.
  private func drawNetwork(top: Double, into svg: inout SVG) {
    let slowest = layers.map(\.seconds).max() ?? 1
    for (index, layer) in layers.enumerated() {
      let share = slowest > 0 ? layer.seconds / slowest : 0
      svg.rectangle(
        x: x(index) + 1, y: top, width: max(1, step - 2), height: Self.boxHeight,
        .box(Colour(0x5c4f73).lighter(0.92 - 0.85 * share)), radius: 2,
        tip: "\(layer.name): \(NumberText.seconds(layer.seconds)) a microbatch, F and B")
      guard step >= 11 else { continue }
      let name = layer.name.count > 18 ? layer.name.prefix(17) + "…" : layer.name[...]
      svg.text(
        String(name), x: x(index) + step / 2 + 4, y: top + Self.boxHeight + 8, .style("p-soft"),
        anchor: .end, turned: true)
    }
    for skip in skips {
      let (from, to) = (x(skip.from) + step / 2, x(skip.to) + step / 2)
      let height = min(arcHeight, 12 + 4 * Double(skip.to - skip.from))
      let middle = NumberText.short((from + to) / 2)
      svg.path(
        "M\(NumberText.short(from)) \(NumberText.short(top)) Q\(middle) "
          + "\(NumberText.short(top - 2 * height)) \(NumberText.short(to)) \(NumberText.short(top))",
        .style("p-whisker p-skip"))
    }
  }

  /// A cut's stages, their ranks, and the bytes between them.
  private func draw(
    _ name: String, _ colour: Colour, _ cut: NetworkReport.Cut, y: Double, into svg: inout SVG
  ) {
    svg.text(name, x: Self.left - 8, y: y + 14, .style("p-ink"), anchor: .end)
    for (stage, replicas) in zip(cut.stages, cut.replicas) {
      let (start, end) = (x(stage.lowerBound), x(stage.upperBound))
      svg.rectangle(
        x: start + 1, y: y, width: max(1, end - start - 2), height: Self.boxHeight, .box(colour),
        radius: 3,
        tip: "\(stage.count) \(stage.count == 1 ? "layer" : "layers"), "
          + "\(replicas) \(replicas == 1 ? "rank" : "ranks")")
      let words = replicas == 1 ? "\(stage.count)" : "\(stage.count) x \(replicas)"
      if end - start > 8 * Double(words.count) {
        svg.text(
          words, x: (start + end) / 2, y: y + 14, .style(colour.words), anchor: .middle)
      }
    }
    var end = 0.0
    for stage in cut.stages.dropFirst() {
      let words = NumberText.bytes(crossing[stage.lowerBound - 1])
      let (middle, half) = (x(stage.lowerBound), 3.5 * Double(words.count))
      // Words don't lie on others: the border before has as many bytes most often.
      guard middle - half > end else { continue }
      svg.text(words, x: middle, y: y + Self.boxHeight + 11, .style("p-soft"), anchor: .middle)
      end = middle + half
    }
  }
}
