extension LinePlot {
  /// Draws a series: spread first, then the line, then the marks.
  func draw(_ series: Series, _ x: Scale, _ y: Scale, into svg: inout SVG) {
    let kind = series.look
    for (point, next) in zip(series.points, series.points.dropFirst()) {
      let isFaint = point.isHollow || next.isHollow
      svg.polyline(
        [(x(point.x), y(point.y)), (x(next.x), y(next.y))],
        .style("p-line\(kind)" + (isFaint ? " p-faint" : "")))
    }
    guard series.kind != .ideal else { return }
    for point in series.points {
      let (left, middle) = (x(point.x), y(point.y))
      if let spread = point.spread, spread.lowerBound < spread.upperBound {
        let (low, high) = (y(spread.lowerBound), y(spread.upperBound))
        svg.line(left, low, left, high, .style("p-bar\(kind)"))
        for end in [low, high] {
          svg.line(left - 4, end, left + 4, end, .style("p-bar\(kind)"))
        }
      }
      let look = Look.style("p-mark\(kind)" + (point.isHollow ? " p-hollow" : ""))
      svg.mark(
        series.kind == .measured ? .circle : .diamond, x: left, y: middle, radius: 4, look,
        tip: tip(series, point))
    }
  }

  private func tip(_ series: Series, _ point: Point) -> String {
    let ranks = Int(point.x.rounded())
    let value = measure == .factor ? NumberText.significant(point.y) : NumberText.percent(point.y)
    return "\(series.name), \(NumberText.count(ranks)) \(ranks == 1 ? "rank" : "ranks"): \(value)"
  }

  /// Draws what the lines are; returns where the plot may begin.
  func drawLegend(into svg: inout SVG) -> Double {
    var entries = series.map { (name: $0.name, kind: $0.kind, look: $0.look, isHollow: false) }
    let isHollow = { (series: Series) in
      series.kind == .measured && series.points.contains(where: \.isHollow)
    }
    if let hollow = series.first(where: isHollow) {
      entries.append(("hollow: more ranks than cores", .measured, hollow.look, true))
    }
    var (left, line) = (12.0, 42.0)
    for entry in entries {
      let length = 50 + 6.6 * Double(entry.name.count)
      if left + length > width, left > 12 { (left, line) = (12, line + 19) }
      let kind = entry.look
      if !entry.isHollow {
        svg.line(left, line - 4, left + 24, line - 4, .style("p-line\(kind)"))
      }
      if entry.kind != .ideal {
        svg.mark(
          entry.kind == .measured ? .circle : .diamond, x: left + 12, y: line - 4, radius: 4,
          .style("p-mark\(kind)" + (entry.isHollow ? " p-hollow" : "")))
      }
      svg.text(entry.name, x: left + 30, y: line, .style("p-ink"))
      left += length
    }
    return line + 16
  }
}
