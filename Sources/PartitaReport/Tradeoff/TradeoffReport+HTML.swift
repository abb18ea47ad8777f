extension TradeoffReport {
  /// The report as one HTML file: style and pictures inside, nothing loaded, no script.
  /// - Parameter command: how to make the page again.
  public func html(command: String) -> String {
    var body = HTML.beginning(
      kicker: "Split it, or shrink the batch?",
      headline: "\(name) on devices of \(NumberText.bytes(memory))", remarks: sentences)
    body += HTML.section("Ways", HTML.figure(ways.picture) + table.html + refusalList)
    if rows.contains(where: { !$0.losses.isEmpty }) {
      body += HTML.section(
        "Loss", HTML.figure(lossBySamples.picture) + HTML.figure(lossBySeconds.picture))
    }
    let ending = PageEnding(command: command, facts: facts, definitions: Self.definitions)
    return HTML.page(
      title: "\(name): split it, or shrink the batch?",
      styles: StyleSheet.runs(LinePlot.Series.hues), body: body + ending.html)
  }

  private var refusalList: String { refusals.map(HTML.note).joined() }

  /// Time against memory.
  private var ways: TradeoffPlot {
    TradeoffPlot(
      title: "What a device needs, and what a sample takes",
      xName: "bytes of the device that needs most",
      yName: "a sample takes",
      lines: rows.compactMap { row in
        guard let bytes = row.bytes, let seconds = row.secondsOfSample else { return nil }
        return TradeoffPlot.Line(
          name: row.way + (row.fits ? "" : " (doesn't fit)"), points: [(Double(bytes), seconds)],
          isFull: row.fits)
      }, limit: (Double(memory), "a device has \(NumberText.bytes(memory))"),
      xWords: { NumberText.bytes(Int($0)) }, yWords: NumberText.seconds)
  }

  private var lossBySamples: TradeoffPlot {
    lossPlot(
      "Loss by samples", "samples seen", words: { NumberText.count(Int($0)) },
      x: { _, point in Double(point.samples) })
  }

  private var lossBySeconds: TradeoffPlot {
    lossPlot(
      "Loss by seconds of steps", "seconds", words: NumberText.seconds,
      x: { row, point in row.secondsOfSample.map { $0 * Double(point.samples) } })
  }

  private func lossPlot(
    _ title: String, _ xName: String, words xWords: @escaping (Double) -> String,
    x: (Row, Row.Point) -> Double?
  ) -> TradeoffPlot {
    TradeoffPlot(
      title: title, xName: xName, yName: "L",
      lines: compared.map { row in
        TradeoffPlot.Line(
          name: row.way,
          points: row.losses.compactMap { point in x(row, point).map { ($0, point.loss) } },
          isFull: true)
      }, xWords: xWords, yWords: { NumberText.short($0, 3) })
  }

  private static var definitions: [ReportFact] {
    [
      ReportFact("pieces", "microbatches: an update comes after all of them"),
      ReportFact(
        "memory",
        "the arena of the device that needs most, as it would be allocated; nothing is guessed"),
      ReportFact("updates", "how often weights change within the samples that are compared"),
      ReportFact(
        "noise",
        "the variance of a gradient, as a multiple of the whole batch's: samples are drawn one by one"
      ),
      ReportFact(
        "predicted then",
        "the step by costs that were measured between the turns of the same launch"),
      ReportFact(
        "loss",
        "L over the steps since the mark before; ways of one batch and rate have one curve, for their "
          + "gradients are the same up to rounding and to norms over microbatches"),
    ]
  }
}
