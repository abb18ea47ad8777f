import Foundation
import PartitaPlan
import PartitaPlanner
import PartitaReport
import PartitaWorkload
import TestFiles
import Testing

/// The pages, tables and data of a comparison.
@Suite struct ComparisonReportTests {
  /// Two workloads of two cost models; `name` is the first one's.
  static func report(name: String = "chain") throws -> ComparisonReport {
    func trial(
      _ method: PartitionMethod, _ value: Double, claimed: Double? = nil, seed: UInt64? = nil,
      remark: String? = nil
    ) -> PartitionTrial {
      PartitionTrial(
        method: method, seed: seed, seconds: 0.25 + value,
        outcome: .scored(
          PartitionTrial.Score(
            value: value, claimedValue: claimed, devices: 2, parts: 2, remark: remark)))
    }
    func comparison(_ devices: Int, _ scale: Double) throws -> PartitionComparison {
      try PartitionComparison(
        devices: devices, lowerBound: scale,
        trials: [
          trial(.optimal, scale), trial(.uniform, 3 * scale), trial(.time, 1.5 * scale),
          PartitionTrial(
            method: .dataParallel, seconds: 0.001,
            outcome: .refused(reason: "stage 0 takes 20.0 bytes of 10.0")),
          trial(.pipedream, 1.1 * scale, claimed: 0.9 * scale),
          trial(.metis, 2 * scale, claimed: 1.2 * scale, seed: 1, remark: "put in an order"),
          trial(.metis, 2.5 * scale, seed: 2),
          trial(.random, 40 * scale, seed: 1), trial(.random, 4 * scale, seed: 2),
          trial(.random, 9 * scale, seed: 3),
        ])
    }
    let graph = try WorkloadGraph(ids: ["a", "b"], edges: [WorkloadGraph.Edge(from: 0, to: 1)])
    let pipeline = Workload(
      name: name, graph: graph,
      costs: .pipedream(
        PipedreamCosts(seconds: [1, 1], activationBytes: [1, 1], parameterBytes: [1, 1])))
    let placement = Workload(
      name: "placed", graph: graph,
      costs: .placement(
        PlacementCosts(
          acceleratorMilliseconds: [1, 1], cpuMilliseconds: [1, 1], transferMilliseconds: [1, 1],
          memoryBytes: [1, 1], isBackward: [false, false], colorClass: [nil, nil],
          accelerators: 2, cpus: 0, acceleratorMemoryBytes: 1)))
    return ComparisonReport(
      commandLine: "partita compare chain.json --devices 2,4",
      request: [ReportFact("seeds", "3")],
      subjects: [
        ComparisonReport.Subject(
          pipeline, inputSHA256: "00ff",
          comparisons: [try comparison(4, 0.125), try comparison(2, 0.1 + 0.2)]),
        ComparisonReport.Subject(
          placement, inputSHA256: "00fe", comparisons: [try comparison(2, 12.5)]),
      ])
  }

  @Test func markdownIsGolden() throws {
    try Golden.check(Self.report().markdown, "comparison.md")
  }

  @Test func valuesAreGolden() throws {
    try Golden.check(Self.report().csv, "comparison.csv")
  }

  @Test func jsonIsGolden() throws {
    try Golden.check(Self.report().json, "comparison.json")
  }

  @Test func theTerminalsTableIsGolden() throws {
    try Golden.check(Self.report().text, "comparison.txt")
  }

  /// What a file holds reads back as the same number.
  @Test func noDigitIsLost() throws {
    let rows = try Self.report().csv.split(separator: "\n").map { $0.split(separator: ",") }
    let optimal = try #require(rows.first { $0.contains("optimal") })
    #expect(Double(optimal[5]) == 0.1 + 0.2)
    // Foundation's reader of untyped JSON rounds: the text counts.
    #expect(try Self.report().json.contains("\"lower_bound\" : 0.30000000000000004,"))
  }

  /// A cell with a comma, a quote or a line's end is quoted.
  @Test func cellsAreQuoted() throws {
    let csv = try Self.report(name: "a,\"b\"").csv
    #expect(csv.contains("\n\"a,\"\"b\"\"\",pipedream,"))
  }

  @Test func aPageLoadsNothing() throws {
    let html = try Self.report().html
      .replacing("xmlns=\"http://www.w3.org/2000/svg\"", with: "")
    for word in ["http:", "https:", "//", "src=", "href", "url(", "@import", "<script", "<link"] {
      #expect(!html.contains(word), "\(word)")
    }
  }

  @Test func aPageIsWellFormed() throws {
    let html = try Self.report(name: "a & <b>").html
      .replacing("<!DOCTYPE html>", with: "").replacing("initial-scale=1\">", with: "x\"/>")
      .replacing("<meta charset=\"utf-8\">", with: "")
    let elements = try XMLElements.read(html)
    let titles = elements.filter { $0.name == "h2" }.map(\.text)
    #expect(titles == ["a & <b>", "placed", "Command", "Method"])
    #expect(elements.count { $0.name == "svg" } == 8)
  }

  /// In every picture no word lies on another, by a generous estimate of their widths.
  @Test func wordsDoNotOverlap() throws {
    let report = try Self.report()
    var pictures = [report.ratioStrip, report.secondsStrip]
    for subject in report.subjects {
      pictures += [
        report.valuePlot(subject), report.ratioPlot(subject), report.secondsPlot(subject),
      ]
    }
    for picture in pictures {
      let boxes = try XMLElements.read(picture.document).filter { $0.name == "text" }.map {
        text -> (words: String, left: Double, right: Double, base: Double) in
        let length = 6.6 * Double(text.text.count)
        let left =
          switch text.attributes["text-anchor"] {
          case "middle": text.number("x") - length / 2
          case "end": text.number("x") - length
          default: text.number("x")
          }
        return (text.text, left, left + length, text.number("y"))
      }
      for (index, box) in boxes.enumerated() {
        #expect(box.left >= 0 && box.right <= picture.width + 1, "\(box.words) sticks out")
        for other in boxes[..<index] where abs(box.base - other.base) < 11 {
          #expect(
            box.left >= other.right || other.left >= box.right,
            "'\(box.words)' on '\(other.words)'")
        }
      }
    }
  }

  /// The value of every plan has a mark, the better lower; the bound is dashed.
  @Test func marksAreToScale() throws {
    let report = try Self.report()
    let elements = try XMLElements.read(report.valuePlot(report.subjects[0]).document)
    let circles = elements.filter { $0.name == "circle" && $0.number("cy") > 70 }
    // Planner and random have circles: 0.3 and 0.125, 2.7 and 1.125 s.
    #expect(circles.count == 4)
    let heights = circles.map { $0.number("cy") }
    #expect(heights[1] > heights[0] && heights[0] > heights[3] && heights[3] > heights[2])
    let steps = [heights[1] - heights[0], heights[3] - heights[2]]
    #expect(abs(steps[0] - steps[1]) < 0.1, "equal ratios are equal lengths")
    #expect(elements.contains { $0.name == "polyline" && $0.attributes["class"] == "p-bound" })
  }

  @Test func theHeadlineCountsTheBestOther() throws {
    #expect(
      try Self.report().headline
        == "The best other method costs 1.10× what the planner's plan does in the geometric mean, "
        + "1.10× at most")
    #expect(
      try Self.report().remarks == [
        "2 workloads, 3 cases: 3 of the planner's plans are proved optimal."
      ])
  }
}
