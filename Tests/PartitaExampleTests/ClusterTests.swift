import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// What Documentation/Clusters.md shows, on hosts and under a Slurm that scripts make of this machine.
/// Where they can't, the tests say so and are skipped.
@Suite(.serialized) struct ClusterTests {
  private static func script(_ name: String) -> String {
    Partita.root.appending(path: "scripts/\(name)").path
  }

  private static func canRun(_ name: String) -> Bool {
    (try? Partita.runDirectly(["--probe"], program: script(name)).status) == 0
  }

  /// Runs a script's check with the program that was built for the tests.
  private func check(_ name: String) throws -> Partita.DirectResult {
    try Partita.withTemporaryFolder { folder in
      let prefix = folder.appending(path: "partita").path
      let install = try Partita.runDirectly(
        ["--program", Partita.executable, "--prefix", prefix], program: Self.script("install"))
      try #require(install.status == 0, "\(install.error)")
      return try Partita.runDirectly(
        ["--check", "--prefix", prefix], program: Self.script(name), to: "2>&1")
    }
  }

  @Test(
    .enabled(if: canRun("hosts"), "hosts can't be made here: scripts/hosts --probe says why"))
  func threeHostsGiveTheBitsOfOne() throws {
    let result = try check("hosts")
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("the bits of a run that lost nothing"))
  }

  @Test(
    .enabled(if: canRun("slurm"), "there is no Slurm here: scripts/slurm --probe says why"))
  func slurmGivesTheBitsOfOneRank() throws {
    let result = try check("slurm")
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("requeued: the bits of one rank"))
  }
}
