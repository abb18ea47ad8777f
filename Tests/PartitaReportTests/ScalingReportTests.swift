import Foundation
import PartitaReport
import PartitaSchedule
import PartitaSimulator
import TestFiles
import Testing

/// The numbers and the pages of a scaling report.
@Suite struct ScalingReportTests {
  /// Lost time by cause adds up to the measured step less the ideal, whatever was measured.
  @Test(
    arguments: [1, 2, 4, 8], [0.0005, 0.003, 0.01, 0.0123456789, 1])
  func lostTimeAddsUp(ranks: Int, measured: Double) throws {
    for cores in [1, 2, 3, 8] {
      for prediction in [nil, try Examples.simulation(ranks: min(ranks, 4)).prediction] {
        let lost = LostTime(
          measured: measured, ideal: 0.008 / Double(ranks), ranks: ranks, cores: cores,
          prediction: prediction)
        let sum = LostTime.Cause.allCases.reduce(0) { $0 + lost[$1] }
        #expect(abs(sum - (measured - 0.008 / Double(ranks))) <= 1e-12 * measured)
        for cause in LostTime.Cause.allCases where cause != .other {
          #expect(lost[cause] >= 0, "\(cause)")
        }
        #expect((lost[.oversubscription] > 0) == (ranks > cores && lost.total > 0))
      }
    }
  }

  /// Where each rank has a core, a cause has the share of the step that was predicted for it.
  @Test func causesAreScaledToTheMeasurement() throws {
    let prediction = try Examples.simulation(ranks: 4).prediction
    let bubble = prediction.ranks.reduce(0) { $0 + $1.idle.fillAndDrain } / 4
    try #require(bubble > 0)
    let measured = 1.5 * prediction.makespanSeconds
    let lost = LostTime(
      measured: measured, ideal: measured / 3, ranks: 4, cores: 4, prediction: prediction)
    #expect(abs(lost[.fillAndDrain] - 1.5 * bubble) < 1e-12)
    let alone = LostTime(
      measured: measured, ideal: measured / 3, ranks: 4, cores: 4, prediction: nil)
    #expect(alone[.other] == alone.total && alone.total > 0)
  }

  /// Of a traced step every wait has the trace's cause, and nothing is left unexplained.
  @Test func tracedWaitsHaveTheTracesCause() throws {
    let simulation = try Examples.simulation(ranks: 4)
    let (account, idle) = (TraceAccount(simulation.trace), simulation.prediction.ranks.map(\.idle))
    let measured = 1.5 * account.makespanSeconds
    let lost = LostTime(
      measured: measured, ideal: measured / 3, ranks: 4, cores: 4, prediction: nil, account: account
    )
    #expect(abs(lost[.other]) < 1e-12)
    #expect(abs(lost[.messages] - 1.5 * idle.reduce(0) { $0 + $1.messages } / 4) < 1e-12)
    #expect(lost[.fillAndDrain] > 0 && lost[.work] > 0)
    // With too few cores work and waiting can't be told apart.
    let shared = LostTime(
      measured: measured, ideal: measured / 3, ranks: 4, cores: 2, prediction: nil, account: account
    )
    #expect(shared[.work] == 0 && shared[.oversubscription] > 0)
  }

  /// A machine that wandered is said to have.
  @Test func aBusyMachineIsSaid() throws {
    func remarks(_ repeats: [Double]) throws -> [String] {
      try ScalingReport(
        name: "", configuration: [], machine: ScalingReport.Machine(processor: "", cores: 2),
        commandLine: "", scaling: .strong,
        measurements: [(1, [1, 1.05]), (2, repeats)].map {
          ScalingMeasurement(
            ranks: $0, plan: "", schedule: "", batch: 1, microbatches: 1, repeats: $1)
        }
      ).remarks
    }
    #expect(try remarks([0.5, 0.59]).isEmpty)
    #expect(
      try remarks([0.5, 0.65]).first?.contains("launches of 2 ranks differ by 30.0 %") == true)
  }

  @Test func strongFigures() throws {
    let figures = try Examples.report().figures
    #expect(figures.map(\.measurement.ranks) == [1, 2, 4])
    #expect(figures[0].speedUp == 1)
    #expect(abs(figures[1].speedUp - 0.016 / 0.0091) < 1e-12)
    #expect(abs(figures[1].speedUpSpread.lowerBound - 0.016 / 0.0093) < 1e-12)
    #expect(abs(figures[1].speedUpSpread.upperBound - 0.016 / 0.009) < 1e-12)
    #expect(abs(figures[2].measurement.seconds - 0.0105) < 1e-12)
    #expect(figures.map(\.isOversubscribed) == [false, false, true])
    #expect(figures[1].idealSeconds == 0.008)
  }

  /// In weak scaling a step that takes as long as the serial one is ideal.
  @Test func weakFigures() throws {
    let figures = try Examples.report(scaling: .weak).figures
    #expect(figures.allSatisfy { $0.idealSeconds == 0.016 })
    #expect(abs(figures[1].efficiency - 0.016 / 0.0091) < 1e-12)
  }

  @Test func measurementsThatSayNothingAreRefused() throws {
    func make(_ measurements: [(Int, [Double])]) throws(ScalingReportError) -> ScalingReport {
      try ScalingReport(
        name: "", configuration: [], machine: ScalingReport.Machine(processor: "", cores: 1),
        commandLine: "", scaling: .strong,
        measurements: measurements.map {
          ScalingMeasurement(
            ranks: $0, plan: "", schedule: "", batch: 1, microbatches: 1, repeats: $1)
        })
    }
    #expect(throws: ScalingReportError.noSerialRun) { try make([(2, [1])]) }
    #expect(throws: ScalingReportError.noSerialRun) { try make([]) }
    #expect(throws: ScalingReportError.twice(ranks: 2)) {
      try make([(1, [1]), (2, [1]), (2, [1])])
    }
    #expect(throws: ScalingReportError.noTime(ranks: 1)) { try make([(1, [])]) }
    #expect(throws: ScalingReportError.noTime(ranks: 1)) { try make([(1, [0])]) }
  }

  @Test func markdownIsGolden() throws {
    try Golden.check(Examples.report().markdown, "report.md")
  }

  @Test func markdownTakesNothingForItsOwn() throws {
    let report = try Examples.report(name: "a|b *c* [d](e) <f>")
    let rows = report.markdown.split(separator: "\n").filter { $0.hasPrefix("| 2 ") }
    #expect(rows.first?.split(separator: " | ").count == 12)
    #expect(report.markdown.hasPrefix("# Scaling of a\\|b \\*c\\* \\[d\\](e) \\<f\\>\n"))
  }

  /// A page is one file: nothing in it makes a browser load anything, and no script runs.
  @Test(arguments: [true, false]) func aPageLoadsNothing(isPredicted: Bool) throws {
    let html = try Examples.report(isPredicted: isPredicted).html
      .replacing("xmlns=\"http://www.w3.org/2000/svg\"", with: "")
    for word in ["http:", "https:", "//", "src=", "href", "url(", "@import", "<script", "<link"] {
      #expect(!html.contains(word), "\(word)")
    }
  }

  /// The page is well-formed XML but for two things that HTML does otherwise.
  @Test(arguments: [true, false]) func aPageIsWellFormed(isPredicted: Bool) throws {
    let html = try Examples.report(name: "a & <b>", isPredicted: isPredicted).html
      .replacing("<!DOCTYPE html>", with: "").replacing("initial-scale=1\">", with: "x\"/>")
      .replacing("<meta charset=\"utf-8\">", with: "")
    let elements = try XMLElements.read(html)
    #expect(elements.contains { $0.name == "title" && $0.text == "Scaling of a & <b>" })
    let titles = elements.filter { $0.name == "h2" }.map(\.text)
    #expect(titles.contains("Where the time goes") && titles.contains("Method"))
    #expect(titles.contains("One step on 2 ranks") == isPredicted)
    #expect(titles.contains("Simulated beyond this machine") == isPredicted)
    #expect(titles.contains("Predicted against measured") == isPredicted)
  }

  /// More ranks than cores are drawn hollow, and said so.
  @Test func oversubscribedPointsAreHollow() throws {
    let report = try Examples.report()
    for plot in [report.speedUpPlot, report.efficiencyPlot] {
      let elements = try XMLElements.read(plot.picture.document)
      let hollow = elements.filter { $0.attributes["class"]?.contains("p-hollow") == true }
      #expect(hollow.count == 2, "the point of four ranks, and the legend's")
      #expect(elements.contains { $0.text == "hollow: more ranks than cores" })
    }
    #expect(report.headline.contains("2 ranks"))
    #expect(report.remarks.contains { $0.contains("4 ranks shared them") })
  }

  /// A bar's pieces are to scale and pile up to the measured step.
  @Test func barsAreToScale() throws {
    let report = try Examples.report()
    let elements = try XMLElements.read(report.lostPlot.picture.document)
    let boxes = elements.filter {
      $0.name == "rect" && $0.attributes["rx"] == nil && $0.attributes["class"] != "p-ground"
    }
    #expect(boxes.allSatisfy { $0.number("y") > 30 && $0.number("y") + $0.number("height") < 311 })
    let columns = Dictionary(grouping: boxes) { $0.number("x") }.sorted { $0.key < $1.key }
      .map(\.value)
    #expect(columns.count == 3)
    let unit = columns[0][0].number("height")
    for (column, figure) in zip(columns, report.figures) {
      let base = column[0].number("y") + column[0].number("height")
      let up = column.filter { $0.number("y") < base - 0.1 }.reduce(0) { $0 + $1.number("height") }
      let down = column.filter { $0.number("y") >= base - 0.1 }
        .reduce(0) { $0 + $1.number("height") }
      let whole = figure.measurement.seconds / figure.idealSeconds
      #expect(abs((up - down) / unit - whole) < 0.01)
      #expect(
        (down > 0.1) == (figure.lost[.other] + figure.lost[.work] < -1e-6),
        "what is negative hangs down")
    }
  }

  @Test func jsonHasStableKeys() throws {
    let text = try Examples.report().json
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(
      object.keys.sorted() == [
        "command", "configuration", "headline", "machine", "measurements", "name",
        "partita_version", "plan_error_median", "plan_error_worst", "plan_floor", "plan_orders",
        "plans", "scaling",
        "simulated", "version",
      ])
    let measurements = try #require(object["measurements"] as? [[String: Any]])
    #expect(
      measurements[1].keys.sorted() == [
        "batch", "bubble", "bubble_by_span", "efficiency", "ideal_seconds", "lost_by",
        "lost_seconds",
        "memory", "microbatches", "oversubscribed", "plan", "predicted_seconds",
        "prediction_error", "ranks", "repeats", "schedule", "seconds_per_step", "speed_up",
        "speed_up_least", "speed_up_most",
      ])
    let lost = try #require(measurements[1]["lost_seconds"] as? [String: Double])
    #expect(
      Set(lost.keys) == Set(LostTime.Cause.allCases.map(\.rawValue) + ["total"]))
    #expect(object["version"] as? Int == ScalingReport.jsonVersion)
    #expect(measurements[1]["repeats"] as? [Double] == [0.009, 0.0091, 0.0093])
  }
}
