import PartitaReport
import Testing

/// The words about ways out say what the numbers say, and nothing else.
struct TradeoffReportTests {
  private typealias Row = TradeoffReport.Row

  private static func row(
    _ way: String, ranks: Int = 1, batch: Int = 64, rate: Double = 0.1, seconds: Double?,
    bytes: Int, fits: Bool, measured: Double? = nil, then: Double? = nil,
    losses: [(Int, Double)] = []
  ) -> Row {
    var row = Row(way, ranks: ranks, batch: batch, microbatches: 1, rate: rate)
    (row.predicted, row.bytes, row.fits) = (seconds, bytes, fits)
    (row.measured, row.predictedThen) = (measured, then)
    row.plan = "\(ranks) x 1 1f1b"
    row.losses = losses.map { Row.Point(samples: $0.0, loss: $0.1) }
    return row
  }

  private static func report(_ rows: [Row], floor: Double? = nil) -> TradeoffReport {
    TradeoffReport(
      name: "net", memory: 1000, samples: 6400, ranks: 2, rows: rows, floor: floor)
  }

  private static let whole = row("as it is", seconds: 0.064, bytes: 1500, fits: false)

  @Test func whatFitsNeedsNoSplit() {
    let words = Self.report([
      Self.row("as it is", seconds: 0.064, bytes: 900, fits: true)
    ]).sentences
    #expect(words[0].hasSuffix("it fits, and nothing needs to be split or made smaller."))
    #expect(words.last == "So here, by the time of a sample: leave it whole on one device.")
  }

  @Test func whereNothingFitsNoWayIsCalledBest() {
    let words = Self.report([
      Self.whole, Self.row("pipeline", ranks: 2, seconds: nil, bytes: 1200, fits: false),
    ]).sentences
    #expect(words[0].hasSuffix("500 B are lacking."))
    #expect(words[1].hasPrefix("No way fits 1000 B on 2 devices"))
    #expect(!words.contains { $0.hasPrefix("So here") })
  }

  /// The same two ways: which is best turns with their times.
  @Test(arguments: [(0.032, "split it over 2 devices"), (0.096, "smaller minibatch of 16")])
  func theAnswerTurnsWithTheTimes(pipeline: Double, answer: String) {
    let report = Self.report([
      Self.whole, Self.row("smaller minibatch", batch: 16, seconds: 0.018, bytes: 800, fits: true),
      Self.row("pipeline", ranks: 2, seconds: pipeline, bytes: 800, fits: true),
    ])
    let words = report.sentences
    #expect(words.last?.contains(answer) == true, "\(words)")
    let noisy = "A batch of 16 makes 400 updates of 6,400 samples where the whole batch makes 100"
    #expect(words.contains { $0.hasPrefix(noisy) && $0.contains("by gradients of 4 times") })
    if pipeline < 0.07 {
      // 18 ms for 16 samples against 32 ms for 64.
      #expect(words[1].contains("500 µs, 2.25 times as fast as the best on one device"))
      #expect(words[1].contains("each device does 112.5 %"))
    }
  }

  /// Where losses are known they decide, not the time of a sample: the smaller batch learns more from each.
  @Test(arguments: [(0.5, "take the smaller minibatch of 16"), (0.9, "split it over 2 devices")])
  func lossesDecide(small: Double, answer: String) {
    let report = Self.report(
      [
        Self.whole,
        Self.row(
          "smaller minibatch", batch: 16, seconds: 0.018, bytes: 800, fits: true, measured: 0.020,
          then: 0.019, losses: [(1600, 1.0), (3200, small)]),
        Self.row(
          "pipeline", ranks: 2, seconds: 0.032, bytes: 800, fits: true, measured: 0.040,
          then: 0.030,
          losses: [(3200, 1.0), (6400, 0.7)]),
      ], floor: 0.02)
    let words = report.sentences
    #expect(words.last?.contains(answer) == true, "\(words)")
    #expect(
      words.contains {
        $0.hasPrefix("1 of 2 measured steps lie within the stated 17.0 %")
          && $0.hasSuffix("the worst is off by 25.0 %.")
      }, "\(words)")
  }

  /// What fits and has more devices than the machine is named, and not passed over.
  @Test func whatWasNotRunIsNamed() {
    let words = Self.report([
      Self.whole,
      Self.row(
        "smaller minibatch", batch: 16, seconds: 0.018, bytes: 800, fits: true, measured: 0.020),
      Self.row("pipeline", ranks: 4, seconds: 0.032, bytes: 800, fits: true),
    ]).sentences
    #expect(
      words.contains(
        "Not run on this machine, and left out of what follows: pipeline on 4 devices "
          + "(predicted 500 µs a sample)."), "\(words)")
  }

  /// After the same seconds a slower way has seen fewer samples.
  @Test func lossesAreReadAtTheSameSeconds() {
    let row = Self.row(
      "a", seconds: 0.064, bytes: 1, fits: true,
      losses: [(640, 4), (1280, 2), (1920, 1), (2560, 1)])
    #expect(row.loss(afterSamples: 639) == nil)
    #expect(row.loss(afterSamples: 640) == 4)
    #expect(row.loss(afterSeconds: 1.28) == 3)
    #expect(row.loss(afterSamples: 1e9) == 2)
  }

  @Test func whatHasNoPlanSaysWhy() {
    var refused = Row("data parallel", ranks: 2, batch: 64, microbatches: 1, rate: 0.1)
    refused.refusal = "no plan fits"
    let lines = Self.report([Self.whole, refused]).lines
    #expect(lines.contains("data parallel: no plan fits"))
    #expect(lines[2].contains("none"))
    #expect(Self.report([Self.whole, refused]).html(command: "partita").contains("no plan fits"))
  }
}
