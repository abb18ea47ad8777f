import Foundation
import TestFiles
import Testing

/// The verb `equations`.
struct EquationsTests {
  private static let chapter = [
    Partita.config("chapter.yaml"), "--set", "data.path=\(Partita.config("data/points.csv"))",
  ]

  private func equations(_ arguments: [String]) throws -> Partita.DirectResult {
    try Partita.runDirectly(["equations"] + arguments)
  }

  @Test func `numbers stand at every node, and a worksheet has blanks in their place`() throws {
    let example = Self.chapter + ["--input", "-1,2", "--label", "0"]
    let values = try equations(example + ["--values"])
    #expect(values.status == 0, "\(values.error)")
    try Golden.check(values.output, "equations-values.txt")
    let worksheet = try equations(example + ["--worksheet"])
    #expect(worksheet.status == 0)
    #expect(worksheet.output.contains("______"))
    #expect(
      worksheet.output.split(separator: "\n").count == values.output.split(separator: "\n").count)
  }

  @Test func `an imported network is derived like any other`() throws {
    let file = Partita.root.appending(path: "Tests/PartitaONNXTests/Fixtures/image-13.onnx").path
    let page = try equations([file])
    #expect(page.status == 0, "\(page.error)")
    try Golden.check(page.output, "equations-image.txt")
  }

  @Test func `the gradient with respect to the input has the input's shape`() throws {
    let page = try equations(Self.chapter + ["--with-respect-to", "input", "--batch", "3"])
    #expect(
      page.output.split(separator: "\n").map(String.init) == [
        "dJ/dO = dL/dO = 1/3 (softmax(O) - one-hot(y))   [3, 2]",
        "dJ/dH = dJ/dO W2   [3, 3]", "dJ/dZ = dJ/dH ⊙ relu'(Z)   [3, 3]",
        "dJ/dX = dJ/dZ W1   [3, 2]",
        "J is one number and X is [3, 2]: dJ/dX has one entry for each entry of X, so it is [3, 2] too",
      ])
  }

  @Test(arguments: [
    (["--with-respect-to", "w"], "did you mean", 1), (["--batch", "0"], "above 0", 64),
    (["--values"], "need --input and --label", 64), (["--input", "1"], "go with --values", 64),
    (["--values", "--input", "1,x", "--label", "0"], "numbers with commas", 64),
    (["--values", "--input", "1,2,3", "--label", "0"], "input n x [2] takes 2", 1),
    (["--values", "--input", "1,2", "--label", "7"], "no index below 2", 1),
  ])
  func `what can't work is refused with what would`(options: [String], words: String, code: Int32)
    throws
  {
    let page = try equations(Self.chapter + options)
    #expect(page.status == code)
    #expect(page.error.contains(words), "\(page.error)")
  }
}
