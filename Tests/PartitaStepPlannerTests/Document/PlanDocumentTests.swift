import Foundation
import PartitaFiles
import PartitaPlan
import PartitaSchedule
import PartitaStepPlanner
import StepProblems
import TestFiles
import Testing

/// A plan's file says what was chosen, and what isn't one is refused.
@Suite struct PlanDocumentTests {
  private func document(_ seed: UInt64 = 11) throws -> PlanDocument {
    let problem = try SeededProblem(seed: seed, layers: 5, ranks: 3).problem()
    let plan = try StepPlanner(problem) { choice in choice.plan.holdings.map { _ in 7 } }.best()
    return PlanDocument(
      plan,
      of: PlanDocument.Origin(
        modelSHA256: "m", profileSHA256: "p", layers: problem.layers.names,
        microbatchSizes: problem.microbatchSizes),
      pins: problem.pins, memoryLimit: 7)
  }

  @Test(arguments: UInt64(8)..<14) func readsBack(seed: UInt64) throws {
    let document = try document(seed)
    let text = try JSON.text(of: document, PlanFile.layout)
    #expect(try JSON.value(PlanDocument.self, from: text.utf8) == document)
  }

  @Test(arguments: [
    ("\"partita-plan\"", "\"other\"", "found 'other', expected 'partita-plan'"),
    ("\"version\": 1", "\"version\": 2", "found 2, expected 1"),
    ("\"layer1\"", "\"layer7\"", "doesn't hold the layers"),
    ("\"gradient_groups\": 2", "\"gradient_groups\": 3", "power of two"),
    ("\"promise\"", "\"promises\"", "did you mean 'promise'"),
  ])
  func whatIsNoPlanIsRefused(_ old: String, _ new: String, _ words: String) throws {
    let text = try JSON.text(of: document(), PlanFile.layout)
    let place = try #require(text.range(of: old, options: .backwards))
    let changed = text.replacingCharacters(in: place, with: new)
    let folder = try TemporaryFolder()
    try folder.write(Array(changed.utf8), to: "a.plan.json")
    let error = #expect(throws: FileError.self) { try PlanFile.read(folder.file("a.plan.json")) }
    let said = error.map { "\($0)" } ?? ""
    #expect(said.contains(words), "\(said)")
  }
}
