internal import PartitaCurvature

/// How eigenvalues are distributed: the density on a logarithmic axis, with the eigenvalues of both ends.
struct DensityPlot {
  /// The headline.
  let title: String
  /// The nodes of the quadrature.
  let density: SpectralDensity
  /// The standard deviation of the normal distribution that each node is spread to.
  let smoothing: Double
  /// The eigenvalues of both ends.
  let ends: [CurvatureStudy.Eigenvalue]
  /// Every eigenvalue, where the full Hessian is known.
  let all: SpectralDensity?
  /// How many eigenvalues there are.
  let dimension: Int

  private static let width = 1060.0
  private static let height = 380.0
  private static let points = 480

  /// The picture.
  var picture: SVG {
    var svg = SVG(width: Self.width, height: Self.height, title: title)
    svg.text(title, x: 12, y: 20, .style("p-ink p-title"))
    let (x, y) = (xScale, yScale)
    drawAxes(x, y, into: &svg)
    if let all { draw(all, "p-line3", x, y, into: &svg) }
    draw(density, "p-line0", x, y, into: &svg)
    for end in ends {
      svg.mark(
        .triangle, x: x(end.value), y: y.places.from - 5, radius: 5, .style("p-mark1"),
        tip: "λ = \(NumberText.digits(end.value, 6)), |H·v - λ·v| = "
          + NumberText.digits(end.residual, 2))
    }
    drawLegend(into: &svg)
    return svg
  }

  private var xScale: Scale {
    let values = density.nodes.map(\.value) + ends.map(\.value)
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    return Scale(low - 5 * smoothing...high + 5 * smoothing, from: 86, to: Self.width - 24)
  }

  /// Down to a tenth of what a single eigenvalue shows.
  private var yScale: Scale {
    let peak = 1 / (smoothing * (2 * Double.pi).squareRoot())
    let least = peak / (10 * Double(max(1, dimension)))
    let most = curve(density, xScale).map(\.y).max() ?? peak
    return Scale(
      least...max(most * 1.5, least * 100), from: Self.height - 50, to: 62, isLogarithmic: true)
  }

  private func drawAxes(_ x: Scale, _ y: Scale, into svg: inout SVG) {
    for tick in Ticks.decades(y.range, most: 7) {
      svg.line(x.places.from, y(tick), x.places.to, y(tick), .style("p-grid"))
      svg.text(
        NumberText.digits(tick, 1), x: x.places.from - 7, y: y(tick) + 4, .style("p-soft"),
        anchor: .end)
    }
    svg.line(x.places.from, y.places.from, x.places.to, y.places.from, .style("p-axis"))
    let step = (x.range.upperBound - x.range.lowerBound) / 8
    for tick in Ticks.linear(x.range, count: 8) {
      svg.line(x(tick), y.places.from, x(tick), y.places.from + 4, .style("p-axis"))
      // What is left of a difference is zero.
      svg.text(
        abs(tick) < step / 1000 ? "0" : NumberText.short(tick, decimals(step)), x: x(tick),
        y: y.places.from + 18, .style("p-soft"), anchor: .middle)
    }
    svg.text(
      "eigenvalue λ", x: (x.places.from + x.places.to) / 2, y: Self.height - 10,
      .style("p-soft"), anchor: .middle)
    svg.text(
      "density, per unit of λ", x: 16, y: (y.places.from + y.places.to) / 2, .style("p-soft"),
      anchor: .middle, turned: true)
  }

  /// Decimals that tell ticks apart.
  private func decimals(_ step: Double) -> Int {
    var (decimals, size) = (1, step)
    while size < 1, decimals < 12 {
      size *= 10
      decimals += 1
    }
    return decimals
  }

  private func curve(_ density: SpectralDensity, _ x: Scale) -> [(x: Double, y: Double)] {
    let (low, high) = (x.range.lowerBound, x.range.upperBound)
    return (0...Self.points).map { index in
      let value = low + (high - low) * Double(index) / Double(Self.points)
      return (value, density.density(at: value, width: smoothing))
    }
  }

  /// A line wherever there is more than the axis shows.
  private func draw(
    _ density: SpectralDensity, _ style: String, _ x: Scale, _ y: Scale, into svg: inout SVG
  ) {
    let (floor, points) = (y.range.lowerBound, curve(density, x))
    let shown = points.map { $0.y >= floor }
    var line: [(x: Double, y: Double)] = []
    for (index, point) in points.enumerated() {
      // With a neighbour on the axis, where the line comes from or goes to.
      if shown[max(0, index - 1)...min(index + 1, points.count - 1)].contains(true) {
        line.append((x(point.x), y(max(point.y, floor))))
      } else if !line.isEmpty {
        svg.polyline(line, .style(style))
        line = []
      }
    }
    if !line.isEmpty { svg.polyline(line, .style(style)) }
  }

  private func drawLegend(into svg: inout SVG) {
    var left = 86.0
    func next(_ words: String) {
      svg.text(words, x: left + 30, y: 44, .style("p-ink"))
      left += 60 + 6.6 * Double(words.count)
    }
    svg.line(left, 40, left + 24, 40, .style("p-line0"))
    next("stochastic Lanczos quadrature")
    if all != nil {
      svg.line(left, 40, left + 24, 40, .style("p-line3"))
      next("all eigenvalues of the full Hessian")
    }
    svg.mark(.triangle, x: left + 12, y: 40, radius: 5, .style("p-mark1"))
    next("eigenvalues of both ends")
  }
}
