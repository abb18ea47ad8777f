internal import PartitaPlan

/// How many times the best value each method's is: a group of marks for each number of devices.
struct RatioPlot {
  let title: String
  let series: [MethodPlot.Series]
  var width = 520.0
  var height = 400.0

  /// The picture.
  var picture: SVG {
    var svg = SVG(width: width, height: height, title: title)
    svg.text(title, x: 12, y: 20, .style("p-ink p-title"))
    let top = MethodLegend(series.map { ($0.method, $0.name) }).draw(into: &svg, width: width)
    let points = series.flatMap(\.points)
    let axis = ValueAxis(
      .factor, values: [1] + points.flatMap { [$0.value, $0.spread?.upperBound ?? $0.value] })
    let y = Scale(axis.range, from: height - 46, to: top, isLogarithmic: true)
    let (left, right) = (68.0, width - 20)
    for tick in axis.ticks(most: 9) {
      svg.line(left, y(tick), right, y(tick), .style("p-grid"))
      svg.text(axis.words(tick), x: left - 7, y: y(tick) + 4, .style("p-soft"), anchor: .end)
    }
    svg.line(left, y(1), right, y(1), .style("p-axis"))
    let counts = Set(points.map(\.devices)).sorted()
    let slot = (right - left) / Double(max(counts.count, 1))
    for (group, devices) in counts.enumerated() {
      let start = left + Double(group) * slot
      if group > 0 { svg.line(start, top, start, height - 46, .style("p-grid")) }
      svg.text(
        NumberText.count(devices), x: start + slot / 2, y: height - 28, .style("p-soft"),
        anchor: .middle)
      for (place, series) in series.enumerated() {
        guard let point = series.points.first(where: { $0.devices == devices }) else { continue }
        let x = start + slot * (Double(place) + 1) / Double(self.series.count + 1)
        let style = MethodStyle(series.method)
        svg.line(x, y(1), x, y(point.value), .style("p-ml p-stem \(style.line)"))
        if let spread = point.spread, spread.lowerBound < spread.upperBound {
          svg.whisker(x: x, y(spread.lowerBound), y(spread.upperBound), style)
        }
        svg.mark(
          style.shape, x: x, y: y(point.value), radius: style.radius, .style(style.mark),
          tip: "\(series.name), \(NumberText.count(devices)) "
            + "\(devices == 1 ? "device" : "devices"): \(axis.exactly(point.value))")
      }
    }
    svg.text("devices", x: (left + right) / 2, y: height - 9, .style("p-soft"), anchor: .middle)
    return svg
  }
}
