/// Operations a second over operations a byte, a mark for each kernel below the processor's roof.
struct RooflinePlot {
  let roofline: Roofline

  private static let (width, height) = (1060.0, 420.0)

  /// The picture; both axes are logarithmic.
  var picture: SVG {
    let title = "Kernels below the roof"
    var svg = SVG(width: Self.width, height: Self.height, title: title)
    svg.text(title, x: 12, y: 20, .style("p-ink p-title"))
    let kernels = roofline.kernels.filter { $0.flops > 0 && $0.bytes > 0 && $0.seconds > 0 }
    let intensities = kernels.map { Double($0.flops) / Double($0.bytes) }
    let rates = kernels.map { Double($0.flops) / $0.seconds }
    let ridge = roofline.narrowFlopsPerSecond / roofline.bytesPerSecond
    let range = (
      x: min(intensities.min() ?? 0.1, ridge) / 2...max(intensities.max() ?? 10, ridge) * 2,
      y: (rates.min() ?? 1e8) / 2...max(roofline.narrowFlopsPerSecond, rates.max() ?? 0) * 2
    )
    let right = Self.width - 24
    let x = Scale(range.x, from: 110, to: right, isLogarithmic: true)
    let y = Scale(range.y, from: Self.height - 56, to: 40, isLogarithmic: true)
    for tick in Ticks.decades(range.y, most: 8) {
      svg.line(110, y(tick), right, y(tick), .style("p-grid"))
      svg.text(
        NumberText.short(tick / 1e9, 3), x: 104, y: y(tick) + 4, .style("p-soft"), anchor: .end)
    }
    for tick in Ticks.decades(range.x, most: 10) {
      svg.text(
        NumberText.short(tick, 3), x: x(tick), y: Self.height - 38, .style("p-soft"),
        anchor: .middle)
    }
    svg.text("GFLOP/s", x: 12, y: 38, .style("p-soft"))
    svg.text(
      "operations a byte", x: (110 + right) / 2, y: Self.height - 14, .style("p-soft"),
      anchor: .middle)
    // Products of bfloat16 have a roof of their own.
    for peak in Set([roofline.flopsPerSecond, roofline.narrowFlopsPerSecond]).sorted() {
      let ridge = peak / roofline.bytesPerSecond
      let roof = [range.x.lowerBound, ridge, range.x.upperBound].map { intensity in
        (
          x(intensity),
          y(max(range.y.lowerBound, min(peak, roofline.bytesPerSecond * intensity)))
        )
      }
      svg.polyline(roof, .style("p-line2"))
    }
    for (place, kernel) in kernels.enumerated() {
      let share = kernel.seconds / roofline.stepSeconds
      svg.mark(
        .circle, x: x(intensities[place]), y: y(rates[place]),
        radius: max(2.5, 14 * share.squareRoot()), .style("p-markr0"),
        tip: "\(kernel.name) \(kernel.shapes): \(NumberText.percent(share)) of the step, "
          + "\(NumberText.percent(kernel.ratio)) of the floor's rate")
    }
    return svg
  }
}

extension Roofline {
  /// The report as one HTML file: style and pictures inside, nothing loaded, no script.
  ///
  /// - Parameters:
  ///   - command: how to make the page again.
  ///   - facts: the circumstances.
  public func html(command: String, facts: [ReportFact]) -> String {
    let title = "\(name): kernels and their floors"
    let body =
      HTML.beginning(
        kicker: title,
        headline: "\(NumberText.percent(floor / stepSeconds)) of a step could not be faster",
        remarks: sentences)
      + HTML.section(
        "Roofline",
        HTML.figure(RooflinePlot(roofline: self).picture)
          + HTML.note("A mark's area is the kernel's share of the step."))
      + HTML.section("Kernels", table.html)
    let ending = PageEnding(
      command: command, facts: facts,
      definitions: [
        ReportFact(
          "floor",
          "the largest of operations at the peak rate, bytes (each value moved once) at the rate of arrays as "
            + "large as the arena, and, of matrix products, the best seconds of the same extents there"
        ),
        ReportFact("by", "which of the three"),
      ])
    return HTML.page(
      title: title, styles: StyleSheet.runs(LinePlot.Series.hues), body: body + ending.html)
  }
}
