internal import PartitaPlan
internal import PartitaWorkload

/// A row of dots for each method, one for each workload and number of devices.
struct StripPlot {
  /// One method's dots.
  struct Row {
    let method: PartitionMethod
    let name: String
    let dots: [(value: Double, tip: String)]
    /// Words at the right end.
    let note: String
  }

  let title: String
  let measure: ValueAxis.Measure
  let rows: [Row]
  /// What the words at the right end are.
  let noteTitle: String
  var width = 1060.0

  /// The picture.
  var picture: SVG {
    let height = 84 + 30 * Double(rows.count)
    var svg = SVG(width: width, height: height, title: title)
    svg.text(title, x: 12, y: 20, .style("p-ink p-title"))
    let (left, right, top, bottom) = (120.0, width - 210, 36.0, height - 34)
    var axis = ValueAxis(measure, values: rows.flatMap { $0.dots.map(\.value) })
    if measure == .factor { axis = axis.starting(at: min(axis.range.lowerBound, 1 / 1.05)) }
    let x = Scale(axis.range, from: left, to: right, isLogarithmic: true)
    for tick in axis.ticks(most: 12) {
      svg.line(x(tick), top, x(tick), bottom, .style("p-grid"))
      svg.text(axis.words(tick), x: x(tick), y: bottom + 18, .style("p-soft"), anchor: .middle)
    }
    svg.line(left, bottom, right, bottom, .style("p-axis"))
    svg.text(noteTitle, x: right + 16, y: top - 6, .style("p-soft"))
    for (index, row) in rows.enumerated() {
      let y = top + 30 * (Double(index) + 0.5)
      draw(row, axis, x, y: y, into: &svg)
      svg.text(row.name, x: left - 12, y: y + 4, .style("p-ink"), anchor: .end)
      svg.text(row.note, x: right + 16, y: y + 4, .style("p-ink"))
    }
    return svg
  }

  private func draw(_ row: Row, _ axis: ValueAxis, _ x: Scale, y: Double, into svg: inout SVG) {
    let style = MethodStyle(row.method)
    for (index, dot) in row.dots.enumerated() {
      // Dots on one spot are spread over three lines.
      svg.mark(
        style.shape, x: x(dot.value), y: y + 6 * Double(index % 3 - 1), radius: 3.6,
        .style("\(style.mark) p-dot"), tip: "\(row.name), \(dot.tip): \(axis.exactly(dot.value))")
    }
    guard let median = row.dots.lowerMedian(by: \.value) else { return }
    let middle = x(median.value)
    svg.line(middle, y - 11, middle, y + 11, .style("p-median"))
  }
}
