/// What a sample takes and what a device needs, a mark for each way; or how its loss falls.
struct TradeoffPlot {
  /// A way's marks, joined where there are several.
  struct Line {
    let name: String
    let points: [(x: Double, y: Double)]
    /// Whether every device has room.
    let isFull: Bool
  }

  let title: String
  let xName, yName: String
  let lines: [Line]
  /// Where a line stands across, and what it is.
  var limit: (x: Double, words: String)?
  let xWords, yWords: (Double) -> String

  private static let (width, height) = (1060.0, 380.0)
  private static let shapes: [MarkShape] = [
    .circle, .diamond, .square, .triangle, .funnel, .cross, .plus,
  ]
  /// The picture.
  var picture: SVG {
    var svg = SVG(width: Self.width, height: Self.height, title: title)
    svg.text(title, x: 12, y: 20, .style("p-ink p-title"))
    let right = Self.width - 290
    let points = lines.flatMap(\.points)
    let most = (points.map(\.x) + [limit?.x ?? 0]).max() ?? 1
    let x = Scale(0...max(most * 1.08, 1e-12), from: 96, to: right)
    let ys = points.map(\.y)
    let y = Scale(
      0...max((ys.max() ?? 1) * 1.08, 1e-12), from: Self.height - 56, to: 40)
    for tick in Ticks.linear(y.range, count: 5) {
      svg.line(96, y(tick), right, y(tick), .style("p-grid"))
      svg.text(yWords(tick), x: 90, y: y(tick) + 4, .style("p-soft"), anchor: .end)
    }
    for tick in Ticks.linear(x.range, count: 5) {
      svg.text(xWords(tick), x: x(tick), y: Self.height - 38, .style("p-soft"), anchor: .middle)
    }
    svg.line(96, y(0), right, y(0), .style("p-axis"))
    svg.text(
      xName, x: (96 + right) / 2, y: Self.height - 14, .style("p-soft"), anchor: .middle)
    svg.text(yName, x: 12, y: 38, .style("p-soft"))
    if let limit {
      svg.line(x(limit.x), 40, x(limit.x), y(0), .style("p-line2"))
      svg.text(
        limit.words, x: x(limit.x) - 6, y: 52, .style("p-ink p-small"), anchor: .end)
    }
    var place = 60.0
    for (number, line) in lines.enumerated() {
      let hue = number % LinePlot.Series.hues
      let shape = Self.shapes[number % Self.shapes.count]
      let look = Look.style("p-markr\(hue)" + (line.isFull ? "" : " p-hollow"))
      if line.points.count > 1 {
        svg.polyline(line.points.map { (x($0.x), y($0.y)) }, .style("p-liner\(hue)"))
      }
      for point in line.points {
        svg.mark(
          shape, x: x(point.x), y: y(point.y), radius: line.points.count > 1 ? 2.5 : 6, look,
          tip: "\(line.name): \(xWords(point.x)), \(yWords(point.y))")
      }
      svg.mark(shape, x: right + 30, y: place - 4, radius: 6, look, tip: line.name)
      svg.text(line.name, x: right + 46, y: place, .style("p-ink"))
      place += 21
    }
    return svg
  }
}
