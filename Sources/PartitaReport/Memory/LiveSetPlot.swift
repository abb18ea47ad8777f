internal import PartitaSchedule

/// What is in use after each action of a step, kinds piled upon each other.
struct LiveSetPlot {
  /// The headline.
  let title: String
  /// What is in use when.
  let live: LiveSet
  /// Bytes of the arena, drawn as a line.
  let arenaBytes: Int

  private static let width = 1060.0
  private static let height = 360.0

  /// The colour of a kind.
  static func colour(_ kind: MemoryAccount.Kind) -> Colour {
    switch kind {
    case .weights: Colour(0x1f5fae)
    case .state: Colour(0x5c4f73)
    case .gradients: Colour(0xe69f00)
    case .kept: Colour(0x4fa08b)
    case .messages: Colour(0x7d8791)
    case .workspace: Colour(0xf2cf63)
    case .scratch: Colour(0xb5524a)
    case .numbers: Colour(0xc79bd1)
    }
  }

  /// The picture.
  var picture: SVG {
    var svg = SVG(width: Self.width, height: Self.height, title: title)
    svg.text(title, x: 12, y: 20, .style("p-ink p-title"))
    let right = Self.width - 210
    let top = Double(max(arenaBytes, live.peakBytes, 1))
    let y = Scale(0...top * 1.05, from: Self.height - 46, to: 40)
    for tick in Ticks.linear(y.range, count: 5) {
      svg.line(86, y(tick), right, y(tick), .style("p-grid"))
      svg.text(
        NumberText.bytes(Int(tick)), x: 80, y: y(tick) + 4, .style("p-soft"), anchor: .end)
    }
    drawPiles(y, right: right, into: &svg)
    svg.line(86, y(Double(arenaBytes)), right, y(Double(arenaBytes)), .style("p-line3"))
    svg.line(86, y(0), right, y(0), .style("p-axis"))
    if live.actions.indices.contains(live.peak) {
      let x = 86 + (Double(live.peak) + 0.5) * (right - 86) / Double(live.actions.count)
      svg.text(
        "\(live.actions[live.peak]): \(NumberText.bytes(live.peakBytes))", x: x,
        y: y(Double(live.peakBytes)) - 5, .style("p-ink p-small"),
        anchor: x < Self.width / 2 ? .start : .end)
    }
    svg.text(
      "actions of the step, in order", x: (86 + right) / 2, y: Self.height - 16, .style("p-soft"),
      anchor: .middle)
    drawLegend(x: right + 20, into: &svg)
    return svg
  }

  /// A box for each kind in each stretch of actions; of many actions the highest of neighbours.
  private func drawPiles(_ y: Scale, right: Double, into svg: inout SVG) {
    guard !live.actions.isEmpty else { return }
    let size = max(1, (live.actions.count + 399) / 400)
    let slot = (right - 86) / Double(live.actions.count)
    var first = 0
    while first < live.actions.count {
      let part = first..<min(first + size, live.actions.count)
      let place = part.max { live.total($0) < live.total($1) } ?? first
      var below = 0
      for (kind, bytes) in zip(MemoryAccount.Kind.allCases, live.bytes[place]) where bytes > 0 {
        svg.rectangle(
          x: 86 + Double(first) * slot, y: y(Double(below + bytes)),
          width: slot * Double(part.count), height: y(Double(below)) - y(Double(below + bytes)),
          .fill(Self.colour(kind)),
          tip: "\(live.actions[place]): \(kind.rawValue), \(NumberText.bytes(bytes))")
        below += bytes
      }
      first += size
    }
  }

  private func drawLegend(x: Double, into svg: inout SVG) {
    var y = 52.0
    for (index, kind) in MemoryAccount.Kind.allCases.enumerated().reversed()
    where live.bytes.contains(where: { $0[index] > 0 }) {
      svg.rectangle(x: x, y: y - 10, width: 12, height: 12, .fill(Self.colour(kind)))
      svg.text(kind.rawValue, x: x + 18, y: y, .style("p-ink"))
      y += 20
    }
    svg.line(x, y - 4, x + 12, y - 4, .style("p-line3"))
    svg.text("the arena", x: x + 18, y: y, .style("p-ink"))
  }
}
