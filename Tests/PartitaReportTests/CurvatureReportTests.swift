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
    let elements = try XMLElements.read(
      Self.wellFormed(Self.report(wantsMatrix: wantsMatrix).report.html))
    #expect(elements.count { $0.name == "svg" } == (wantsMatrix ? 2 : 1))
    #expect(elements.contains { $0.text.contains("Weights & samples") })
    #expect(elements.contains { $0.text.contains("mirror image") } == wantsMatrix)
  }

  /// Where J is flat, and where the Hessian has more rows than a map has cells, there is a page as well.
  @Test(arguments: [(0.0, 3), (1, 130)])
  func anyHessianHasAPage(_ size: Double, inputs: Int) throws {
    let line = TestModel(
      "line", [LayerDescription("line", .linear(features: 1, bias: false))],
      input: .perSample([inputs]), classes: 1, objective: Objective(loss: .squaredError))
    let model = try line.products()
    let request = CurvatureRequest(wantsMatrix: true)
    let space = try GraphSpace(
      model, shared: ["line.weight": Tensor([1, inputs], Array(repeating: 0, count: inputs))],
      microbatches: [
        [
          "input": Tensor([inputs], samples: 1, (0..<inputs).map { size * Double($0 - 1) }),
          "label": Tensor([], samples: 1, [0]),
        ]
      ], seed: 1)
    let study = try CurvatureStudy(request, of: space)
    let report = CurvatureReport(
      "line", study, cost: try CurvatureCost(of: model, request, microbatches: [1]),
      time: CurvatureTime(), remarks: [], command: "partita curvature")
    let elements = try XMLElements.read(Self.wellFormed(report.html))
    #expect(elements.count { $0.name == "svg" } == 2)
    #expect(!report.html.contains("nan") && !report.html.contains("inf\""))
    let expected = 2 * size * (0..<inputs).reduce(0) { $0 + Double(($1 - 1) * ($1 - 1)) }
    #expect(abs((study.eigenvalues.last?.value ?? .nan) - expected) <= 1e-10 * expected)
  }

  /// HTML's own ways, put aside for a reader of XML.
  private static func wellFormed(_ html: String) -> String {
    html.replacing("<!DOCTYPE html>", with: "").replacing("initial-scale=1\">", with: "x\"/>")
      .replacing("<meta charset=\"utf-8\">", with: "")
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
