internal import PartitaPlan
public import PartitaSchedule
public import PartitaSimulator

/// A step drawn to scale: a row for each rank, a box for each piece of work, its width the time that
/// it takes.
///
/// A box carries its microbatch's number where there is room; of several stages on one rank each
/// later one is a lighter shade. Boxes thinner than a pixel and a half are gathered in columns of that
/// width, where each colour has its share. Of more than 64 ranks 64 are shown.
public enum ScheduleDrawing {
  /// What a drawing may show beside the boxes.
  public struct Options: Hashable, Sendable {
    /// Pixels of the whole picture.
    public var width = 1100.0
    /// Whether messages are drawn, as lines from rank to rank.
    public var messages = false
    /// What times are written in; nil lets their length decide.
    public var unit: TimeUnit?

    /// The usual ones.
    public init() {}
  }

  /// The text of an SVG file of a program in which F, R, I and W take a slot each, B two, and all
  /// else nothing.
  /// - Throws: `SimulationError` for a program that ranks could not perform.
  public static func svg(_ program: Program, options: Options = Options())
    throws(SimulationError) -> String
  {
    let costs = StepCosts.uniform(
      stages: program.plan.stages.count, forward: 1, inputGradient: 1, weightGradient: 1)
    var options = options
    options.unit = .slots
    return svg(try Simulation(program, costs).trace, options: options)
  }

  /// The text of an SVG file of a trace, predicted or measured.
  public static func svg(_ trace: Trace, options: Options = Options()) -> String {
    picture([(name: "", trace: trace)], options: options).document
  }

  /// Traces above one another, all to the same scale, each under its name.
  ///
  /// Complexity: O(spans + messages).
  public static func picture(
    _ traces: [(name: String, trace: Trace)], options: Options = Options()
  ) -> SVG {
    let makespan = traces.map(\.trace.makespan).max() ?? 0
    let layout = ScheduleLayout(traces, makespan: makespan, options: options)
    let names = traces.map(\.name).filter { !$0.isEmpty }
    var svg = SVG(
      width: options.width, height: layout.height,
      title: (["A row for each rank, a box for each piece of work"] + names)
        .joined(separator: "; "))
    layout.drawLegend(into: &svg)
    if let only = traces.first, traces.count == 1, only.name.isEmpty {
      svg.text(
        layout.words(makespan), x: options.width - 18, y: 20, .style("p-soft"), anchor: .end)
    }
    for index in traces.indices { layout.draw(traces[index], panel: index, into: &svg) }
    return svg
  }
}

/// Where everything of a drawing stands.
package struct ScheduleLayout {
  /// The ranks of each trace that have a row.
  let rows: [[Int]]
  /// The upper edge of each panel.
  private(set) var tops: [Double] = []
  private(set) var height = 0.0
  let rowHeight: Double
  let scale: Scale
  let unit: TimeUnit
  let makespan: Double
  let options: ScheduleDrawing.Options
  private let legend: [(word: String, colour: Colour)]
  private let legendPlaces: [(x: Double, y: Double)]
  /// Whether boxes tell more when a pointer rests on them.
  let hasTips: Bool

  static let mostRows = 64
  static let mostTips = 4000
  static let mostArrows = 2000
  private static let titleHeight = 24.0
  private static let axisHeight = 36.0

  init(
    _ traces: [(name: String, trace: Trace)], makespan: Double,
    options: ScheduleDrawing.Options
  ) {
    rows = traces.map { Self.shownRanks(of: $0.trace.ranks.count) }
    let most = rows.map(\.count).max() ?? 1
    rowHeight = most <= 8 ? 26 : most <= 16 ? 20 : most <= 32 ? 15 : 11
    self.options = options
    self.makespan = makespan
    unit = options.unit ?? TimeUnit(for: makespan)
    let longest = traces.flatMap { $0.trace.ranks }.reduce(0) { max($0, $1.name.count) }
    let margin = 12 + 5.6 * Double(min(longest, Self.mostLetters))
    scale = Scale(0...max(makespan, .leastNormalMagnitude), from: margin, to: options.width - 18)
    hasTips = traces.reduce(0) { $0 + $1.trace.spanCount } <= Self.mostTips
    (legend, legendPlaces) = Self.legend(traces.map(\.trace), width: options.width)
    var y = (legendPlaces.last?.y ?? 0) + 20
    for (index, entry) in traces.enumerated() {
      y += entry.name.isEmpty ? 0 : Self.titleHeight
      tops.append(y)
      y += Double(rows[index].count) * rowHeight + Self.axisHeight
    }
    height = y + 6
  }

  /// Letters of a rank's name that have room beside its row.
  static let mostLetters = 34

  /// All ranks, or 64 of them spread evenly, the first and the last among them.
  package static func shownRanks(of count: Int) -> [Int] {
    guard count > mostRows else { return Array(0..<count) }
    return (0..<mostRows).map { $0 * (count - 1) / (mostRows - 1) }
  }

  private static func legend(
    _ traces: [Trace], width: Double
  ) -> ([(word: String, colour: Colour)], [(x: Double, y: Double)]) {
    var present: Set<Trace.Category> = []
    var stages = 1
    for trace in traces {
      for rank in trace.ranks {
        for span in rank.spans where span.end > span.start { present.insert(span.category) }
        stages = max(stages, rank.stages.count)
      }
    }
    var entries: [(word: String, colour: Colour)] = []
    for category in Trace.Category.allCases where present.contains(category) {
      let word = Palette.word(category)
      guard category != .wait, !entries.contains(where: { $0.word == word }) else { continue }
      entries.append((word, Palette.colour(category)))
    }
    if stages > 1 {
      let shade = ScheduleLayout.shade(Palette.colour(.forward), chunk: 1, of: stages)
      entries.append(("lighter: a rank's later stage", shade))
    }
    var (x, y) = (12.0, 20.0)
    var places: [(x: Double, y: Double)] = []
    for entry in entries + [("idle", Palette.colour(.wait))] {
      let length = 34 + 6.6 * Double(entry.0.count)
      if x + length > width { (x, y) = (12, y + 20) }
      places.append((x, y))
      x += length
    }
    return (entries, places)
  }

  func drawLegend(into svg: inout SVG) {
    for (place, entry) in zip(legendPlaces, legend) {
      svg.rectangle(
        x: place.x, y: place.y - 10, width: 14, height: 12, .box(entry.colour), radius: 2)
      svg.text(entry.word, x: place.x + 19, y: place.y, .style("p-ink"))
    }
    guard let last = legendPlaces.last else { return }
    svg.rectangle(x: last.x, y: last.y - 10, width: 14, height: 12, .style("p-idle"), radius: 2)
    svg.text("idle", x: last.x + 19, y: last.y, .style("p-ink"))
  }

  /// A time in the drawing's unit.
  func words(_ seconds: Double) -> String {
    "\(NumberText.short(seconds / unit.seconds, 3)) \(unit.name)"
  }

  /// The colour of the n-th of so many stages on a rank.
  static func shade(_ colour: Colour, chunk: Int, of chunks: Int) -> Colour {
    chunks < 2 ? colour : colour.lighter(0.5 * Double(chunk) / Double(chunks - 1))
  }
}

extension Trace {
  /// Spans of all ranks.
  fileprivate var spanCount: Int { ranks.reduce(0) { $0 + $1.spans.count } }
}

extension Trace.Rank {
  /// The stages that the rank computes, upstream first.
  var stages: [Int] {
    var found: Set<Int> = []
    for span in spans {
      if span.category != .wait, case .compute(let action)? = span.action {
        found.insert(action.stage)
      }
    }
    return found.sorted()
  }
}
