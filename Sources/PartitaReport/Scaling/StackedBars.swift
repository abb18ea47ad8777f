/// A bar for each number of ranks: a step against its ideal, the difference piled up by cause.
///
/// Bars are drawn in parts of their ideal, so that a small step shows as much as a large one.
public struct StackedBars: Hashable, Sendable {
  /// One bar.
  public struct Bar: Hashable, Sendable {
    /// The words under it.
    public var label: String
    /// More words under those.
    public var note: String
    /// What it would be without loss.
    public var idealSeconds: Double
    /// What is piled upon that; what is negative hangs below the axis.
    public var lost: LostTime

    /// The whole step.
    public var seconds: Double { idealSeconds + lost.total }

    /// `idealSeconds` must be above 0: the pieces are drawn in parts of it.
    public init(_ label: String, note: String = "", idealSeconds: Double, lost: LostTime) {
      self.label = label
      self.note = note
      self.idealSeconds = idealSeconds
      self.lost = lost
    }
  }

  /// The headline.
  public var title: String
  /// The bars.
  public var bars: [Bar]
  /// Pixels.
  public var width = 1060.0, height = 360.0

  /// One slot a bar, from the left; the legend names the causes that occur.
  public init(_ title: String, _ bars: [Bar]) {
    self.title = title
    self.bars = bars
  }

  /// The causes that any bar has, in their order.
  private var causes: [LostTime.Cause] {
    LostTime.Cause.allCases.filter { cause in bars.contains { $0.lost[cause] != 0 } }
  }

  /// The picture.
  public var picture: SVG {
    var svg = SVG(width: width, height: height, title: title)
    svg.text(title, x: 12, y: 20, .style("p-ink p-title"))
    let right = width - 250
    let piles = bars.map(Pile.init)
    let top = piles.reduce(0) { max($0, $1.top) }
    let bottom = piles.reduce(0) { min($0, $1.bottom) }
    let y = Scale(bottom * 1.1...max(top * 1.1, .leastNormalMagnitude), from: height - 50, to: 40)
    for tick in Ticks.linear(y.range, count: 6) {
      svg.line(58, y(tick), right, y(tick), .style("p-grid"))
      svg.text(
        "\(NumberText.short(100 * tick)) %", x: 51, y: y(tick) + 4, .style("p-soft"), anchor: .end)
    }
    let slot = (right - 70) / Double(max(bars.count, 1))
    let barWidth = min(slot * 0.62, 92)
    for (index, pile) in piles.enumerated() {
      let middle = 64 + (Double(index) + 0.5) * slot
      draw(pile, bars[index], middle: middle, width: barWidth, y, into: &svg)
    }
    svg.line(58, y(0), right, y(0), .style("p-axis"))
    drawLegend(x: right + 26, into: &svg)
    return svg
  }

  private func draw(
    _ pile: Pile, _ bar: Bar, middle: Double, width: Double, _ y: Scale, into svg: inout SVG
  ) {
    for piece in pile.pieces {
      let name = piece.cause?.words ?? Self.idealWords
      svg.rectangle(
        x: middle - width / 2, y: y(piece.to), width: width, height: y(piece.from) - y(piece.to),
        piece.cause.map { .box($0.colour) } ?? .style("p-share p-edge"),
        tip: "\(bar.label), \(name): \(NumberText.seconds(piece.seconds))")
    }
    svg.text(
      NumberText.seconds(bar.seconds), x: middle, y: y(pile.top) - 6,
      .style("p-ink"), anchor: .middle)
    svg.text(bar.label, x: middle, y: height - 30, .style("p-ink"), anchor: .middle)
    svg.text(bar.note, x: middle, y: height - 14, .style("p-soft p-small"), anchor: .middle)
  }

  private static let idealWords = "ideal share of the work"

  private func drawLegend(x: Double, into svg: inout SVG) {
    var line = 52.0
    // From the top of a bar down.
    for cause in causes.reversed() {
      svg.rectangle(
        x: x, y: line - 10, width: 14, height: 12, .box(cause.colour), radius: 2)
      svg.text(cause.words, x: x + 20, y: line, .style("p-ink"))
      line += 22
    }
    svg.rectangle(x: x, y: line - 10, width: 14, height: 12, .style("p-share"), radius: 2)
    svg.text(Self.idealWords, x: x + 20, y: line, .style("p-ink"))
  }
}

/// The pieces of a bar, each from where to where.
private struct Pile {
  struct Piece {
    /// nil for the ideal.
    let cause: LostTime.Cause?
    /// In parts of the ideal.
    let from, to: Double
    /// Below 0 where the piece hangs down.
    let seconds: Double
  }

  private(set) var pieces: [Piece] = []
  private(set) var top: Double
  private(set) var bottom = 0.0

  init(_ bar: StackedBars.Bar) {
    top = 1
    pieces.append(Piece(cause: nil, from: 0, to: 1, seconds: bar.idealSeconds))
    for cause in LostTime.Cause.allCases {
      let seconds = bar.lost[cause]
      let part = seconds / bar.idealSeconds
      if part > 0 {
        pieces.append(Piece(cause: cause, from: top, to: top + part, seconds: seconds))
        top += part
      } else if part < 0 {
        pieces.append(Piece(cause: cause, from: bottom + part, to: bottom, seconds: seconds))
        bottom += part
      }
    }
  }
}

extension LostTime.Cause {
  /// Told apart as kinds of work are, and in the same colour where they are about the same.
  fileprivate var colour: Colour {
    switch self {
    case .fillAndDrain: Colour(0xe69f00)
    case .imbalance: Colour(0xf2cf63)
    case .messages: Colour(0x56a5d8)
    case .reduction: Colour(0x8c5a9e)
    case .memory: Colour(0x4fa08b)
    case .work: Colour(0xa87d5c)
    case .oversubscription: Colour(0xb5403a)
    case .other: Colour(0x7d8791)
    }
  }
}
