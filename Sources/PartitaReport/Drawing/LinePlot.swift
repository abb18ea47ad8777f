internal import PartitaGraph

/// Points over the number of ranks, with their spread, joined by lines.
///
/// The x axis is logarithmic to base 2.
public struct LinePlot: Hashable, Sendable {
  /// One value.
  public struct Point: Hashable, Sendable {
    /// The number of ranks.
    public var x: Double
    /// The value.
    public var y: Double
    /// The least and the most that was seen; nil where it was one.
    public var spread: ClosedRange<Double>?
    /// Whether it is drawn hollow: more ranks than cores.
    public var isHollow: Bool

    /// `spread` is the least and the greatest of what `y` sums up; nil draws no bar.
    public init(
      x: Double, y: Double, spread: ClosedRange<Double>? = nil, isHollow: Bool = false
    ) {
      self.x = x
      self.y = y
      self.spread = spread
      self.isHollow = isHollow
    }
  }

  /// Where numbers come from, and so how they are drawn.
  public enum Kind: Int, Hashable, Sendable {
    /// Full line, circles.
    case measured
    /// Full line, diamonds.
    case predicted
    /// Dashed line, diamonds: predicted for a machine that wasn't there.
    case simulated
    /// Dotted line, no marks.
    case ideal
  }

  /// Points of one kind.
  public struct Series: Hashable, Sendable {
    /// Its name in the legend.
    public var name: String
    /// Its kind.
    public var kind: Kind
    /// Its points, x ascending.
    public var points: [Point]
    /// Its number among series of one kind that are told apart by hue; nil for the kind's own.
    public var hue: Int?

    /// A line whose look follows from its kind, or its hue; x must ascend.
    public init(_ name: String, _ kind: Kind, _ points: [Point], hue: Int? = nil) {
      self.name = name
      self.kind = kind
      self.points = points
      self.hue = hue
    }

    /// So many hues are told apart; then they begin again.
    static let hues = 8

    /// What the classes of its lines and marks end with.
    var look: String { hue.map { "r\($0 % Self.hues)" } ?? "\(kind.rawValue)" }
  }

  /// What the y axis measures.
  public enum Measure: Hashable, Sendable {
    /// A factor; the axis is logarithmic to base 2, too.
    case factor
    /// A share; the axis starts at 0 and shows per cent.
    case share
  }

  /// The headline.
  public var title: String
  /// What the y axis measures.
  public var measure: Measure
  /// The values.
  public var series: [Series]
  /// Pixels.
  public var width = 520.0, height = 360.0

  /// Axes and their range follow from the points of all series.
  public init(_ title: String, _ measure: Measure, _ series: [Series]) {
    self.title = title
    self.measure = measure
    self.series = series
  }

  /// The picture.
  public var picture: SVG {
    var svg = SVG(width: width, height: height, title: title)
    svg.text(title, x: 12, y: 20, .style("p-ink p-title"))
    let bottom = drawLegend(into: &svg)
    let (x, y) = scales(top: bottom)
    drawAxes(x, y, into: &svg)
    // What was measured lies on top.
    for series in series.sorted(by: { $0.kind.rawValue > $1.kind.rawValue }) {
      draw(series, x, y, into: &svg)
    }
    return svg
  }

  private var points: [Point] { series.flatMap(\.points) }

  private func scales(top: Double) -> (x: Scale, y: Scale) {
    let xs = points.map(\.x)
    let (least, most) = (xs.min() ?? 1, xs.max() ?? 1)
    // Some room left and right, and for one point alone a range of its own.
    let x = Scale(
      least / 1.15...max(most, least) * 1.15, from: 58, to: width - 20, isLogarithmic: true)
    let ys = points.flatMap {
      [$0.y, $0.spread?.lowerBound ?? $0.y, $0.spread?.upperBound ?? $0.y]
    }
    switch measure {
    case .factor:
      let (low, high) = (min(ys.min() ?? 1, 1), max(ys.max() ?? 1, 1))
      return (
        x, Scale(low / 1.15...high * 1.15, from: height - 46, to: top, isLogarithmic: true)
      )
    case .share:
      return (x, Scale(0...max(1, (ys.max() ?? 1)) * 1.05, from: height - 46, to: top))
    }
  }

  private func drawAxes(_ x: Scale, _ y: Scale, into svg: inout SVG) {
    let yTicks =
      measure == .factor ? Ticks.powers(y.range, most: 8) : Ticks.linear(y.range, count: 5)
    for tick in yTicks {
      svg.line(x.places.from, y(tick), x.places.to, y(tick), .style("p-grid"))
      let word =
        measure == .factor ? factor(tick) : NumberText.short(100 * tick) + " %"
      svg.text(word, x: x.places.from - 7, y: y(tick) + 4, .style("p-soft"), anchor: .end)
    }
    func factor(_ value: Double) -> String {
      value < 1 ? NumberText.short(value, 4) : NumberText.count(Int(clamping: value.rounded()))
    }
    svg.line(x.places.from, y.places.from, x.places.to, y.places.from, .style("p-axis"))
    // The counts that were measured, where their words fit; powers of two otherwise.
    let known = Set(points.map(\.x)).sorted()
    for tick in known.count <= 8 ? known : Ticks.powers(x.range, most: 9) {
      svg.line(x(tick), y.places.from, x(tick), y.places.from + 4, .style("p-axis"))
      svg.text(
        NumberText.count(Int(tick.rounded())), x: x(tick), y: y.places.from + 18,
        .style("p-soft"), anchor: .middle)
    }
    svg.text(
      "ranks", x: (x.places.from + x.places.to) / 2, y: height - 9, .style("p-soft"),
      anchor: .middle)
  }
}
