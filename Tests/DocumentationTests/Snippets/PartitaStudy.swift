import PartitaStudy
import Testing

extension Snippets {
  /// `mpirun` starts programs that know nothing of MPI, too.
  @Test func study() throws {
    // snippet
    let outputs = try RankList("1,2").counts.map { ranks in
      try Launcher.run(
        executable: "/bin/echo", arguments: ["a rank"], ranks: ranks, timeoutSeconds: 60
      ).standardOutput
    }
    print(outputs)  // a line of each rank
    // end
    #expect(outputs == ["a rank\n", "a rank\na rank\n"])
  }
}
