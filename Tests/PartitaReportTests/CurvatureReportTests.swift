import PartitaCurvature
import PartitaFiles
import PartitaGraph
import PartitaReference
import PartitaReport
import TestFiles
import TestModels
import Testing

/// The page of a network's curvature: its words are golden, its pictures to scale.
@Suite struct CurvatureReportTests {
  /// A linear layer under the squared error: arithmetic alone, the same on every machine.
  private static func report(
    wantsMatrix: Bool, time: CurvatureTime = CurvatureTime(foretold: 0.02, measured: 0.0215)
  ) throws -> (report: CurvatureReport, text: CurvatureText, study: CurvatureStudy) {
    let line = TestModel(
      "line", [LayerDescription("line", .linear(features: 2))], input: .perSample([3]), classes: 2,
      objective: Objective(loss: .squaredError, weightDecay: 0.125))
    let model = try line.products()
    let request = CurvatureRequest(eigenvalues: 2, steps: 5, probes: 4, wantsMatrix: wantsMatrix)
    let space = try GraphSpace(
      model,
      shared: [
        "line.weight": Tensor([2, 3], [1, 2, 3, 4, 5, 6]), "line.bias": Tensor([2], [0, 1]),
      ],
      microbatches: [
        [
          "input": Tensor([3], samples: 4, [1, 0, 2, -1, 3, 0.5, 0, 0, 1, 2, 1, -2]),
          "label": Tensor([], samples: 4, [0, 1, 1, 0]),
        ]
      ], seed: 1)
    let study = try CurvatureStudy(request, of: space)
    let cost = try CurvatureCost(of: model, request, microbatches: [4])
    let report = CurvatureReport(
      "line", study, cost: cost, time: time, remarks: ["Weights & samples are made up."],
      command: "partita curvature line.yaml")
    return (report, CurvatureText(cost, time: time), study)
  }

  @Test func wordsAreGolden() throws {
    let (_, text, study) = try Self.report(wantsMatrix: true)
    let lines = text.before + ["", "--", ""] + text.after(study)
    try Golden.check(lines.joined(separator: "\n") + "\n", "curvature.txt")
  }

  @Test func theRecordIsGolden() throws {
    let (report, _, _) = try Self.report(wantsMatrix: true)
    try Golden.check("\(report.json)\n", "curvature.json")
    try Golden.check(try #require(report.matrixCSV), "curvature.csv")
    #expect(try Self.report(wantsMatrix: false).report.matrixCSV == nil)
  }

  @Test(arguments: [false, true]) func aPageIsWellFormed(_ wantsMatrix: Bool) throws {
    let html = try Self.report(wantsMatrix: wantsMatrix).report.html
      .replacing("<!DOCTYPE html>", with: "").replacing("initial-scale=1\">", with: "x\"/>")
      .replacing("<meta charset=\"utf-8\">", with: "")
    let elements = try XMLElements.read(html)
    #expect(elements.count { $0.name == "svg" } == (wantsMatrix ? 2 : 1))
    #expect(elements.contains { $0.text.contains("Weights & samples") })
    #expect(elements.contains { $0.text.contains("full Hessian takes") } == false)
  }

  /// The chapter's answer to exercise 4 is what is counted.
  @Test func theChapterTellsTheCost() throws {
    let cost = try CurvatureCost(
      of: TestModel.digits.products(), CurvatureRequest(), microbatches: [16, 16, 16, 16])
    let lines = CurvatureText(cost).before.map { $0 + "\n" }.joined()
    try Golden.check(
      "```\n\(lines)```\n", part: "second derivatives", of: "Documentation/Chapter.md")
  }

  /// Nothing is said of times that nobody knows.
  @Test func timesMayBeUnknown() throws {
    let (report, text, study) = try Self.report(wantsMatrix: false, time: CurvatureTime())
    let words = (text.before + text.after(study)).joined()
    #expect(!words.contains("foretold") && !words.contains("took"))
    #expect(!report.html.contains("foretold"))
  }
}
