import PartitaReport
import PartitaSchedule
import PartitaSimulator
import TestFiles
import Testing

/// Drawings are to scale and leave nothing out.
@Suite struct ScheduleDrawingTests {
  /// The boxes of a drawing, without legend, ground and idle rows, row by row.
  private func rows(_ svg: String) throws -> [[(x: Double, width: Double)]] {
    let boxes = try XMLElements.read(svg).filter {
      $0.name == "rect" && $0.attributes["fill"] != nil && $0.attributes["rx"] == nil
    }
    let tops = Set(boxes.map { $0.number("y") }).sorted()
    return tops.map { top in
      boxes.filter { $0.number("y") == top }.map { (x: $0.number("x"), width: $0.number("width")) }
    }
  }

  @Test(
    arguments: [
      (OneForwardOneBackward(), 4, 8, 1), (ZBH1(), 4, 8, 1), (ZBV(), 4, 8, 2),
      (InterleavedOneForwardOneBackward(), 4, 8, 2), (GPipe(), 16, 32, 1),
    ] as [(any Schedule, Int, Int, Int)])
  func boxesAreToScale(
    schedule: any Schedule, ranks: Int, microbatches: Int, virtual: Int
  ) throws {
    let program = try Examples.program(
      schedule, ranks: ranks, microbatches: microbatches, virtual: virtual)
    let trace = try Simulation(
      program,
      .uniform(stages: ranks * virtual, forward: 1, inputGradient: 1, weightGradient: 1)
    ).trace
    let rows = try rows(ScheduleDrawing.svg(program))
    #expect(rows.count == ranks)
    let spans = trace.ranks.map { $0.spans.filter { $0.category != .wait && $0.end > $0.start } }
    #expect(rows.map(\.count) == spans.map(\.count))

    // One line from seconds to pixels holds for every box of every row.
    let first = try #require(rows.first?.first)
    let last = try #require(rows.first?.last)
    let (firstSpan, lastSpan) = (spans[0][0], spans[0][spans[0].count - 1])
    let scale =
      (last.x + last.width - first.x) / (lastSpan.end - firstSpan.start)
    for (boxes, spans) in zip(rows, spans) {
      for (box, span) in zip(boxes, spans) {
        #expect(abs(box.x - first.x - (span.start - firstSpan.start) * scale) < 0.03)
        #expect(abs(box.width - (span.end - span.start) * scale) < 0.03)
      }
    }
  }

  @Test func numbersDropOutWhereBoxesAreSmall() throws {
    func numbers(_ ranks: Int, _ microbatches: Int) throws -> Int {
      let svg = try ScheduleDrawing.svg(
        Examples.program(ZBH1(), ranks: ranks, microbatches: microbatches))
      return try XMLElements.read(svg).filter { element in
        element.name == "text" && element.attributes["class"]?.contains("p-on") == true
      }.count
    }
    #expect(try numbers(4, 8) == 4 * 8 * 3)
    #expect(try numbers(16, 64) == 0)
  }

  /// Thin boxes are gathered, and what they cover stays what it was.
  @Test func thinBoxesKeepTheirArea() throws {
    let program = try Examples.program(OneForwardOneBackward(), ranks: 2, microbatches: 2000)
    let svg = try ScheduleDrawing.svg(program)
    let elements = try XMLElements.read(svg)
    let idle = try #require(
      elements.first {
        $0.attributes["class"] == "p-idle" && $0.attributes["rx"] == nil
      })
    var covered = 0.0
    for path in elements where path.name == "path" {
      for piece in (path.attributes["d"] ?? "").split(separator: "M") {
        let after = piece.split(separator: "h")[1]
        covered += Double(after.prefix { $0 != "v" }) ?? .nan
      }
    }
    // 2,000 microbatches of three slots on each of two ranks; one slot of fill, two of drain.
    let share = 2 * 6000.0 / 6003
    #expect(abs(covered / idle.number("width") - share) < 0.02 * share)
    #expect(svg.utf8.count < 200_000)
  }

  @Test func ofManyRanksSomeAreShown() throws {
    #expect(ScheduleLayout.shownRanks(of: 64) == Array(0..<64))
    let shown = ScheduleLayout.shownRanks(of: 1000)
    #expect(shown.count == 64 && shown.first == 0 && shown.last == 999)
    #expect(Set(shown).count == 64)
    let svg = try ScheduleDrawing.svg(
      Examples.program(OneForwardOneBackward(), ranks: 70, microbatches: 2))
    #expect(try XMLElements.read(svg).contains { $0.text == "64 of 70 ranks" })
  }

  @Test func tracesShareOneScale() throws {
    let slow = try Examples.simulation(ranks: 2).trace
    let fast = Trace(
      ranks: slow.ranks.map { rank in
        Trace.Rank(
          name: rank.name,
          spans: rank.spans.map {
            Trace.Span(
              start: $0.start / 2, end: $0.end / 2, category: $0.category, action: $0.action)
          })
      }, messages: [])
    let svg = ScheduleDrawing.picture([("predicted", slow), ("measured", fast)]).document
    let rows = try rows(svg)
    #expect(rows.count == 4)
    #expect(abs(rows[0][0].width - 2 * rows[2][0].width) < 0.02)
  }

  @Test func messagesAreDrawnWhenAsked() throws {
    var options = ScheduleDrawing.Options()
    let trace = try Examples.simulation(ranks: 3).trace
    func arrows() throws -> Int {
      try XMLElements.read(ScheduleDrawing.svg(trace, options: options))
        .filter { $0.attributes["class"] == "p-arrow" }.count
    }
    #expect(try arrows() == 0)
    options.messages = true
    #expect(try arrows() == trace.messages.count)
    #expect(trace.messages.count == 2 * 2 * 4)
  }

  @Test func anEmptyTraceIsAPicture() throws {
    _ = try XMLElements.read(ScheduleDrawing.svg(Trace(ranks: [], messages: [])))
    let idle = Trace(ranks: [Trace.Rank(name: "rank 0", spans: [])], messages: [])
    _ = try XMLElements.read(ScheduleDrawing.svg(idle))
  }

  @Test func aSmallScheduleIsGolden() throws {
    try Golden.check(
      ScheduleDrawing.svg(Examples.program(ZBH1(), ranks: 2, microbatches: 3)), "zb-h1-2x3.svg")
  }

  /// The lightness of F, R, B, I and W differs, so that they are told apart in print.
  @Test func coloursDifferInLightness() {
    let colours = [Trace.Category.forward, .recompute, .weightGradient, .backward, .inputGradient]
      .map(Palette.colour)
    let lightness = colours.map { 0.299 * $0.red + 0.587 * $0.green + 0.114 * $0.blue }
    for (one, next) in zip(lightness, lightness.dropFirst()) { #expect(next - one > 20) }
  }
}
