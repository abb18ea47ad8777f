import Foundation
import PartitaStudy
import TestFiles
import Testing

/// `bench --roofline`: every kernel of a step beside its floor.
@Suite(.serialized) struct RooflineVerbTests {
  /// Kernels' seconds are within the step's, calls are whole microbatches', the page stands alone.
  @Test func kernelsAreWeighed() throws {
    try Partita.withTemporaryFolder { folder in
      let page = folder.appending(path: "roofline.html")
      let result = try Partita.runDirectly([
        "bench", Partita.config("fashion-lenet.yaml"), "--set", "parallel={stages: 1}",
        "--roofline", "--steps", "3", "--warmup", "1", "--json", "--page", page.path,
      ])
      try #require(result.status == 0, "\(result.error)")
      let record = try #require(
        try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
      let kernels = try #require(record["kernels"] as? [[String: Any]])
      let step = try #require(record["seconds_per_step"] as? Double)
      #expect(kernels.count > 10 && step > 0)
      #expect(kernels.contains { ($0["name"] as? String)?.contains("conv") == true })
      #expect(kernels.allSatisfy { ($0["seconds"] as? Double ?? 0) > 0 })
      #expect(kernels.allSatisfy { ($0["floor"] as? Double ?? 0) > 0 })
      let text = try String(contentsOf: page, encoding: .utf8)
      #expect(text.contains("<svg") && !text.contains("<script"))
    }
  }

  @Test func refusesInWords() throws {
    let digits = Partita.config("digits.yaml")
    let alone = try Partita.runDirectly(["bench", digits, "--page", "a.html"])
    #expect(alone.status == 64 && alone.error.contains("--page is of --roofline"))
    let two = try Partita.runDirectly([
      "bench", digits, "--set", "parallel={stages: 2}", "--ranks", "2", "--roofline",
    ])
    #expect(two.status != 0)
    #expect(
      two.error.contains("--roofline is of one rank's kernels, and there are 2 ranks"),
      "\(two.error)")
  }
}
