import PartitaReport
import PartitaWorkload
import TestFiles
import Testing

/// The page of a network's cuts: its words are golden, its pictures to scale.
@Suite struct NetworkReportTests {
  private static func report(isMeasured: Bool) -> NetworkReport {
    func row(
      _ method: PartitionMethod, _ stages: [Range<Int>], _ replicas: [Int], _ seconds: Double
    ) -> NetworkReport.Row {
      var row = NetworkReport.Row(method)
      row.cut = NetworkReport.Cut(stages: stages, replicas: replicas)
      row.seconds = 1.5 * seconds
      row.schedule = "zb-h1"
      row.bestSeconds = seconds
      if method == .random { row.spread = 0.9 * seconds...1.2 * seconds }
      if isMeasured {
        row.measured = 1.1 * seconds
        row.predictedThen = 1.05 * seconds
      }
      return row
    }
    var refused = NetworkReport.Row(.dataParallel)
    refused.refusal = "stage 0 has 2 replicas, but only 1 gradient groups"
    var cases = [2, 3].map { ranks in
      NetworkReport.Case(
        ranks: ranks, lowerBound: 0.004 / Double(ranks),
        rows: [
          row(.optimal, [0..<1, 1..<4], [ranks - 1, 1], 0.009 / Double(ranks)),
          row(.uniform, [0..<2, 2..<4], [ranks - 1, 1], 0.012 / Double(ranks)), refused,
          row(.random, [0..<3, 3..<4], [1, ranks - 1], 0.015 / Double(ranks)),
        ])
    }
    if isMeasured { for index in cases.indices { cases[index].floor = 0.004 } }
    return NetworkReport(
      name: "net", commandLine: "partita compare net.yaml --ranks 2,3", schedule: "1f1b",
      facts: [ReportFact("cluster", "two hosts, as simulated")],
      layers: ["a", "b", "c|d", "<e>"].enumerated().map {
        NetworkReport.Layer(name: $0.element, seconds: 1e-3 * Double($0.offset + 1))
      }, connections: [.init(from: 0, to: 1), .init(from: 0, to: 3)], crossing: [4096, 8192, 512],
      cases: cases)
  }

  @Test(arguments: [false, true]) func markdownIsGolden(isMeasured: Bool) throws {
    try Golden.check(
      Self.report(isMeasured: isMeasured).markdown,
      isMeasured ? "network-measured.md" : "network.md")
  }

  @Test(arguments: [false, true]) func aPageIsWellFormed(isMeasured: Bool) throws {
    let html = Self.report(isMeasured: isMeasured).html
      .replacing("<!DOCTYPE html>", with: "").replacing("initial-scale=1\">", with: "x\"/>")
      .replacing("<meta charset=\"utf-8\">", with: "")
    let elements = try XMLElements.read(html)
    #expect(elements.count { $0.name == "svg" } == 3)
    #expect(elements.contains { $0.text.contains("Rings: as measured") } == isMeasured)
  }

  /// A stage is as wide as its layers, and stands where they do.
  @Test func stagesLieUnderTheirLayers() throws {
    let report = Self.report(isMeasured: false)
    let boxes = try XMLElements.read(report.drawing(report.cases[0]).document)
      .filter { $0.name == "rect" && $0.attributes["rx"] != nil }
    let layers = boxes.filter { $0.attributes["rx"] == "2" }
    let stages = boxes.filter { $0.attributes["rx"] == "3" }
    #expect(layers.count == 4 && stages.count == 6)
    #expect(stages[0].number("x") == layers[0].number("x"))
    #expect(stages[1].number("x") == layers[1].number("x"))
    let end = { (box: XMLElements.Element) in box.number("x") + box.number("width") }
    #expect(abs(end(stages[1]) - end(layers[3])) < 0.01)
  }
}
