internal import PartitaSchedule

extension ScheduleLayout {
  /// One trace: its name, rows, messages and axis.
  func draw(
    _ entry: (name: String, trace: Trace), panel: Int, into svg: inout SVG
  ) {
    let (shown, top) = (rows[panel], tops[panel])
    let bottom = top + Double(shown.count) * rowHeight
    if !entry.name.isEmpty {
      svg.text(entry.name, x: 12, y: top - 9, .style("p-ink p-title"))
    }
    for (row, rank) in shown.enumerated() {
      draw(entry.trace.ranks[rank], y: top + Double(row) * rowHeight, into: &svg)
    }
    if options.messages { drawMessages(of: entry.trace, shown, top: top, into: &svg) }
    drawAxis(y: bottom, count: (shown.count, entry.trace.ranks.count), into: &svg)
  }

  private func draw(_ rank: Trace.Rank, y: Double, into svg: inout SVG) {
    let gap = rowHeight > 12 ? 2.0 : 0.5
    let (top, boxHeight) = (y + gap, rowHeight - 2 * gap)
    let name =
      rank.name.count <= Self.mostLetters
      ? rank.name : String(rank.name.prefix(Self.mostLetters - 1)) + "…"
    svg.text(
      name, x: scale.places.from - 6, y: y + rowHeight / 2 + 3.5,
      .style(rowHeight > 12 ? "p-soft p-small" : "p-soft p-tiny"), anchor: .end)
    svg.rectangle(
      x: scale(0), y: top, width: scale(makespan) - scale(0), height: boxHeight, .style("p-idle"))

    let stages = rank.stages
    var columns = ThinColumns()
    for span in rank.spans where span.category != .wait && span.end > span.start {
      let (left, right) = (scale(span.start), scale(span.end))
      let colour = colour(of: span, stages: stages)
      guard right - left >= ThinColumns.width else {
        columns.add(from: left, length: right - left, colour)
        continue
      }
      svg.rectangle(
        x: left, y: top, width: right - left, height: boxHeight,
        right - left > 4 ? .box(colour) : .fill(colour), tip: hasTips ? tip(span) : nil)
      guard case .compute(let action)? = span.action else { continue }
      let number = "\(action.microbatch)"
      let isTiny = boxHeight < 12
      if right - left > 3 + (isTiny ? 5 : 6.2) * Double(number.count) {
        svg.text(
          number, x: (left + right) / 2, y: top + boxHeight / 2 + (isTiny ? 3 : 3.7),
          .style(colour.words + (isTiny ? " p-tiny" : " p-box")), anchor: .middle)
      }
    }
    columns.draw(y: top, height: boxHeight, into: &svg)
  }

  private func colour(of span: Trace.Span, stages: [Int]) -> Colour {
    let colour = Palette.colour(span.category)
    guard case .compute(let action)? = span.action,
      let chunk = stages.firstIndex(of: action.stage)
    else { return colour }
    return Self.shade(colour, chunk: chunk, of: stages.count)
  }

  private func tip(_ span: Trace.Span) -> String {
    func words(_ seconds: Double) -> String { NumberText.short(seconds / unit.seconds, 3) }
    return "\(span.label): \(words(span.start)) to \(words(span.end)) \(unit.name)"
  }

  private func drawMessages(of trace: Trace, _ shown: [Int], top: Double, into svg: inout SVG) {
    guard trace.messages.count <= Self.mostArrows else { return }
    var rowOfRank: [Int: Int] = [:]
    for (row, rank) in shown.enumerated() { rowOfRank[rank] = row }
    for message in trace.messages {
      guard let from = rowOfRank[message.from], let to = rowOfRank[message.to] else { continue }
      func middle(_ row: Int) -> Double { top + (Double(row) + 0.5) * rowHeight }
      svg.line(
        scale(message.sent), middle(from), scale(message.received), middle(to), .style("p-arrow"))
    }
  }

  private func drawAxis(y: Double, count: (shown: Int, all: Int), into svg: inout SVG) {
    svg.line(scale(0), y + 3, scale(makespan), y + 3, .style("p-axis"))
    let length = makespan / unit.seconds
    let ticks = Ticks.linear(0...max(length, .leastNormalMagnitude), count: 10)
    for tick in ticks {
      let x = scale(tick * unit.seconds)
      svg.line(x, y + 3, x, y + 7, .style("p-axis"))
      let word = NumberText.short(tick, 3)
      svg.text(
        tick == ticks.last ? "\(word) \(unit.name)" : word, x: x, y: y + 19,
        .style("p-soft p-small"), anchor: x > options.width - 40 ? .end : .middle)
    }
    if count.shown < count.all {
      svg.text(
        "\(count.shown) of \(NumberText.count(count.all)) ranks", x: scale.places.from - 6,
        y: y + 19, .style("p-soft p-small"), anchor: .end)
    }
  }
}

/// Work that is too short for a box of its own, gathered in columns of a pixel and a half: each colour
/// has as much of the column as its work has of the time.
private struct ThinColumns {
  static let width = 1.5

  private struct Column {
    let index: Int
    var parts: [(colour: Colour, length: Double)] = []
  }

  private var columns: [Column] = []

  mutating func add(from left: Double, length: Double, _ colour: Colour) {
    let index = Int(((left + length / 2) / Self.width).rounded(.down))
    if columns.last?.index != index { columns.append(Column(index: index)) }
    let last = columns.count - 1
    if let place = columns[last].parts.firstIndex(where: { $0.colour == colour }) {
      columns[last].parts[place].length += length
    } else {
      columns[last].parts.append((colour, length))
    }
  }

  /// A path for each colour, so that thousands of columns stay a small file.
  func draw(y: Double, height: Double, into svg: inout SVG) {
    var paths: [(colour: Colour, commands: String)] = []
    for column in columns {
      var x = Double(column.index) * Self.width
      for part in column.parts {
        let width = NumberText.short(part.length)
        let commands =
          "M\(NumberText.short(x)) \(NumberText.short(y))"
          + "h\(width)v\(NumberText.short(height))h-\(width)z"
        if let place = paths.firstIndex(where: { $0.colour == part.colour }) {
          paths[place].commands += commands
        } else {
          paths.append((part.colour, commands))
        }
        x += part.length
      }
    }
    for path in paths { svg.path(path.commands, .fill(path.colour)) }
  }
}
