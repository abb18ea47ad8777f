import Foundation
import PartitaGraph
import PartitaNotation
import TestFiles
import TestModels
import Testing

/// LaTeX documents: as recorded, and TeX takes them.
struct LatexTests {
  static let tex = "/usr/bin/pdflatex"

  @Test func `the chapter's document is as recorded`() throws {
    let derivation = try Derivation(EquationTests.chapterWithBias.training())
    try Golden.check(
      LatexDocument(derivation, title: "chapter", withSteps: true).text, "chapter-bias.tex")
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: tex), "there is no \(tex)"),
    arguments: EquationTests.models + [.lenet])
  func `TeX compiles every document`(model: TestModel) throws {
    for batch in [nil, 3] {
      let derivation = try Derivation(model.training(), batch: batch)
      let document = LatexDocument(
        derivation, title: "50 % of a_b & {c}^\\", withSteps: batch != nil)
      let folder = try TemporaryFolder()
      try folder.write(Array(document.text.utf8), to: "page.tex")
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/timeout")
      process.arguments = [
        "120", Self.tex, "-interaction=nonstopmode", "-halt-on-error", "page.tex",
      ]
      process.currentDirectoryURL = URL(filePath: folder.path)
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      let log = try? folder.read("page.log")
      #expect(process.terminationStatus == 0, "\(String(decoding: log ?? [], as: UTF8.self))")
    }
  }
}
