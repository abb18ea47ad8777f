internal import PartitaFiles

extension ScalingRuns {
  /// The version of the form that `json` has; it grows when a key goes or changes its meaning.
  public static let jsonVersion = 1

  /// The table as a terminal shows it.
  public var text: String { table.text }

  /// The report as one HTML file: style and pictures inside, nothing loaded, no script.
  public var html: String {
    var body = HTML.beginning(
      kicker: "Scaling, several runs", headline: headline, remarks: remarks)
    body += "<div class=\"pair\">\n"
    body += HTML.figure(plot("Speed-up", .factor).picture)
    body += HTML.figure(plot("Parallel efficiency", .share).picture)
    body += "</div>\n" + table.html
    if let differenceTable {
      body += HTML.section("What else differs", differenceTable.html)
    }
    return HTML.page(
      title: "Scaling, several runs", styles: StyleSheet.runs(runs.count),
      body: body + ending.html)
  }

  /// The report as Markdown, as GitHub shows it.
  public var markdown: String {
    var text = "# Scaling, several runs\n\n"
    text += ([headline] + remarks).map(Table.markdownCell).joined(separator: "\n\n")
    text += "\n\n" + table.markdown
    if let differenceTable { text += "\n## What else differs\n\n" + differenceTable.markdown }
    return text + ending.markdown
  }

  /// Everything as JSON; keys are in alphabetical order.
  public var json: String { JSON.text(ofReport: RunsRecord(self)) }

  private var ending: PageEnding {
    PageEnding(
      command: commandLine, facts: runs.map { ReportFact($0.label, $0.command) },
      definitions: [
        ReportFact(
          "Speed-up", "Samples a second over those of the same run on one rank."),
        ReportFact("Parallel efficiency", "Speed-up over the number of ranks."),
        ReportFact(
          "Against the first",
          "Seconds of a sample over those of the first run on as many ranks, medians over launches. "
            + "Faster or slower: every launch is on one side of every launch of the first."),
      ])
  }

  private var table: Table {
    var table = Table(
      [
        "ranks", "run", "plan", "schedule", "batch", "step", "launches", "spread", "speed-up",
        "efficiency", "against the first", "",
      ], wordColumns: 4)
    let counts = Set(runs.flatMap { $0.measurements.map(\.ranks) }).sorted()
    for ranks in counts {
      for (place, run) in runs.enumerated() {
        guard let one = run.measurements.first(where: { $0.ranks == ranks }) else { continue }
        let pair = place == 0 ? nil : pairs(run).first { $0.ranks == ranks }
        let speedUp = run.speedUp(one)
        table.add([
          NumberText.count(ranks) + (one.isOversubscribed ? " (shared cores)" : ""), run.label,
          one.plan, one.schedule, NumberText.count(one.batch), NumberText.seconds(one.seconds),
          "\(one.repeats.count)",
          NumberText.seconds(one.repeats.min() ?? .nan) + " to "
            + NumberText.seconds(one.repeats.max() ?? .nan),
          NumberText.fixed(speedUp, 2), NumberText.percent(speedUp / Double(ranks)),
          pair.map { NumberText.fixed($0.ratio, 3) }, pair?.verdict.rawValue,
        ])
      }
    }
    return table
  }

  private var differenceTable: Table? {
    guard !differences.isEmpty else { return nil }
    var table = Table([""] + runs.map(\.label), wordColumns: runs.count + 1)
    for difference in differences { table.add([difference.name] + difference.values) }
    return table
  }

  private func plot(_ title: String, _ measure: LinePlot.Measure) -> LinePlot {
    var series = runs.enumerated().map { place, run in
      let points = run.measurements.map { one in
        let speedUp = run.speedUp(one)
        let scale = measure == .factor ? 1 : 1 / Double(one.ranks)
        let serial = run.measurements[0].middle
        return LinePlot.Point(
          x: Double(one.ranks), y: speedUp * scale,
          spread: serial / one.most * scale...serial / one.least * scale,
          isHollow: one.isOversubscribed)
      }
      return LinePlot.Series(run.label, .measured, points, hue: place)
    }
    let most = Double(runs.flatMap { $0.measurements.map(\.ranks) }.max() ?? 1)
    series.append(
      LinePlot.Series(
        "ideal", .ideal,
        (most > 1 ? [1, most] : [1]).map {
          LinePlot.Point(x: $0, y: measure == .factor ? $0 : 1)
        }))
    return LinePlot(title, measure, series)
  }
}

/// Runs in the words of their JSON.
private struct RunsRecord: Encodable {
  let format = "partita-scaling-runs"
  let version = ScalingRuns.jsonVersion
  let partitaVersion = PartitaVersion.current
  let headline, command: String
  let runs: [Run]
  let differences: [Difference]

  struct Run: Encodable {
    let label, name, command, processor: String
    let cores: Int
    let measurements: [Measurement]
  }

  struct Measurement: Encodable {
    let ranks, batch: Int
    let plan: String
    let seconds, speedUp: Double
    let againstFirst: Double?
    let verdict: ScalingRuns.Verdict?
  }

  struct Difference: Encodable {
    let name: String
    let values: [String]
  }

  init(_ report: ScalingRuns) {
    headline = report.headline
    command = report.commandLine
    runs = report.runs.map { run in
      let pairs = report.pairs(run)
      return Run(
        label: run.label, name: run.name, command: run.command,
        processor: run.machine.processor, cores: run.machine.cores,
        measurements: run.measurements.map { one in
          let pair = pairs.first { $0.ranks == one.ranks }
          return Measurement(
            ranks: one.ranks, batch: one.batch, plan: one.plan, seconds: one.seconds,
            speedUp: run.speedUp(one), againstFirst: pair?.ratio, verdict: pair?.verdict)
        })
    }
    differences = report.differences.map { Difference(name: $0.name, values: $0.values) }
  }
}

extension StyleSheet {
  /// What plots of so many runs need beside `picture`: a hue each.
  static func runs(_ count: Int) -> String {
    let hues = [
      (0x1f5fae, 0x68a6f0), (0xc26a00, 0xf0a040), (0x12805f, 0x4cc3a0), (0xb5303a, 0xf0776a),
      (0x7a4fa3, 0xb795e0), (0x6e7781, 0x9aa5b1), (0xa08a00, 0xd9c64a), (0x0e7c86, 0x4fc3cf),
    ]
    func rules(_ colour: ((Int, Int)) -> Int) -> String {
      (0..<min(count, LinePlot.Series.hues)).map { number in
        let code = Colour(colour(hues[number])).code
        return ".p-liner\(number),.p-barr\(number){stroke:\(code)}"
          + ".p-markr\(number){fill:\(code);stroke:\(code);stroke-width:1.8}"
      }.joined()
    }
    let all = (0..<min(count, LinePlot.Series.hues))
    return """
      \(all.map { ".p-liner\($0)" }.joined(separator: ",")){fill:none;stroke-width:2;\
      stroke-linejoin:round}
      \(all.map { ".p-barr\($0)" }.joined(separator: ",")){stroke-width:1.3}
      \(rules { $0.0 })
      .p-hollow{fill:#ffffff}
      @media (prefers-color-scheme:dark){
      \(rules { $0.1 })
      .p-hollow{fill:#14181d}
      }

      """
  }
}
