internal import PartitaPlan
internal import PartitaWorkload

/// Values of methods over the number of devices, both axes logarithmic: one line a method.
struct MethodPlot {
  /// One method's values.
  struct Series {
    let method: PartitionMethod
    /// Its name in the legend.
    let name: String
    /// Values by number of devices, ascending; `spread` where seeds differ.
    let points: [Point]
    /// Those that a clock has found, drawn as rings.
    var measured: [Point] = []
  }

  /// One value.
  struct Point {
    let devices: Int
    let value: Double
    var spread: ClosedRange<Double>? = nil
  }

  let title: String
  let measure: ValueAxis.Measure
  let series: [Series]
  /// What no value can be below; drawn dashed.
  var bound: [Point] = []
  /// What the values are over.
  var across = "devices"
  var width = 520.0
  var height = 400.0

  /// The picture.
  var picture: SVG {
    var svg = SVG(width: width, height: height, title: title)
    svg.text(title, x: 12, y: 20, .style("p-ink p-title"))
    let top = MethodLegend(
      series.map { ($0.method, $0.name) }, bound: bound.isEmpty ? nil : "lower bound"
    ).draw(into: &svg, width: width)
    let points = series.flatMap { $0.points + $0.measured } + bound
    let axis = ValueAxis(
      measure,
      values: points.flatMap { point in
        [point.value] + (point.spread.map { [$0.lowerBound, $0.upperBound] } ?? [])
      })
    let counts = Set(points.map { Double($0.devices) }).sorted()
    let (least, most) = (counts.first ?? 1, counts.last ?? 1)
    let x = Scale(least / 1.15...most * 1.15, from: 68, to: width - 20, isLogarithmic: true)
    let y = Scale(axis.range, from: height - 46, to: top, isLogarithmic: true)
    drawAxes(axis, counts, x, y, into: &svg)
    for series in series { drawLine(series, x, y, into: &svg) }
    svg.polyline(bound.map { (x(Double($0.devices)), y($0.value)) }, .style("p-bound"))
    for series in series { drawMarks(series, axis, x, y, into: &svg) }
    return svg
  }

  private func drawAxes(
    _ axis: ValueAxis, _ counts: [Double], _ x: Scale, _ y: Scale, into svg: inout SVG
  ) {
    for tick in axis.ticks(most: 9) {
      svg.line(x.places.from, y(tick), x.places.to, y(tick), .style("p-grid"))
      svg.text(
        axis.words(tick), x: x.places.from - 7, y: y(tick) + 4, .style("p-soft"), anchor: .end)
    }
    svg.line(x.places.from, y.places.from, x.places.to, y.places.from, .style("p-axis"))
    for tick in counts.count <= 9 ? counts : Ticks.powers(x.range, most: 9) {
      svg.line(x(tick), y.places.from, x(tick), y.places.from + 4, .style("p-axis"))
      svg.text(
        NumberText.count(Int(tick.rounded())), x: x(tick), y: y.places.from + 18,
        .style("p-soft"), anchor: .middle)
    }
    svg.text(
      across, x: (x.places.from + x.places.to) / 2, y: height - 9, .style("p-soft"),
      anchor: .middle)
  }

  private func drawLine(_ series: Series, _ x: Scale, _ y: Scale, into svg: inout SVG) {
    let style = MethodStyle(series.method)
    svg.polyline(
      series.points.map { (x(Double($0.devices)), y($0.value)) }, .style("p-ml \(style.line)"))
    for point in series.points {
      guard let spread = point.spread, spread.lowerBound < spread.upperBound else { continue }
      svg.whisker(
        x: x(Double(point.devices)), y(spread.lowerBound), y(spread.upperBound), style)
    }
  }

  private func drawMarks(
    _ series: Series, _ axis: ValueAxis, _ x: Scale, _ y: Scale, into svg: inout SVG
  ) {
    let style = MethodStyle(series.method)
    for point in series.points {
      svg.mark(
        style.shape, x: x(Double(point.devices)), y: y(point.value), radius: style.radius,
        .style(style.mark),
        tip: tip(series, point, axis))
    }
    for point in series.measured {
      svg.mark(
        .circle, x: x(Double(point.devices)), y: y(point.value), radius: 7,
        .style("p-whisker \(style.line)"), tip: tip(series, point, axis) + " measured")
    }
  }

  private func tip(_ series: Series, _ point: Point, _ axis: ValueAxis) -> String {
    let word = point.devices == 1 ? String(across.dropLast()) : across
    return "\(series.name), \(NumberText.count(point.devices)) \(word): "
      + axis.exactly(point.value)
  }
}

extension SVG {
  /// A range of values, with a stroke at each end.
  mutating func whisker(x: Double, _ low: Double, _ high: Double, _ style: MethodStyle) {
    let look = Look.style("p-whisker \(style.line)")
    line(x, low, x, high, look)
    for end in [low, high] { line(x - 3.5, end, x + 3.5, end, look) }
  }
}
