import PartitaStudy
import Testing

/// What mpirun says is told from what ranks say, for Open MPI 4.1 and 5.
@Suite struct LauncherNoticesTests {
  private static let border = String(repeating: "-", count: 74)

  /// What is passed on of a text, and what was kept.
  private func read(_ text: String) -> (passed: [String], kept: LauncherNotices) {
    var notices = LauncherNotices()
    var passed = text.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { notices.take(String($0)) }
    passed += notices.end()
    return (passed, notices)
  }

  @Test(arguments: [
    """
    Primary job  terminated normally, but 1 process returned
    a non-zero exit code. Per user-direction, the job has been aborted.
    """,
    """
    mpirun detected that one or more processes exited with non-zero status, thus causing
    the job to be terminated. The first process to do so was:

      Process name: [[14326,1],1]
      Exit code:    1
    """,
    """
    prterun detected that one or more processes exited with non-zero status,
    thus causing the job to be terminated. The first process to do so was:

       Process name: [prterun-vm-23324@1,0]
       Exit code:    1
    """,
    "MPI_ABORT was invoked on rank 0 in communicator MPI_COMM_WORLD\nwith errorcode 1.",
  ]) func badEndsAreKeptAndExplainNothing(notice: String) {
    let (passed, kept) = read(
      "partita: it failed\n\(Self.border)\n\(notice)\n\(Self.border)\npartita: last")
    #expect(passed == ["partita: it failed", "partita: last"])
    #expect(kept.notices == [notice])
    #expect(kept.explanations.isEmpty)
  }

  @Test func whatOnlyMpirunKnowsExplains() {
    let border = String(repeating: "-", count: 60)
    let (passed, kept) = read("\(border)\nA daemon failed.\n\n  Host: b\n\(border)")
    #expect(passed.isEmpty)
    #expect(kept.explanations == ["A daemon failed.\n\n  Host: b"])
  }

  @Test(arguments: [
    "mpirun noticed that process rank 3 with PID 0 on node vm exited on signal 9 (Killed).",
    "prterun noticed that process rank 3 with PID 23035 on node vm exited on\nsignal 9 (Killed).",
  ]) func theRankThatASignalEnded(notice: String) throws {
    let killed = try #require(read("\(Self.border)\n\(notice)\n\(Self.border)").kept.killed)
    #expect(killed == ("3", "vm"))
  }

  @Test func shortLinesOfTheLaunchersOwn() {
    let lines = [
      "mpirun: killing job...", "[vm:12] 1 more process has sent help message help-mpi-api.txt",
      "[vm:12] Set MCA parameter \"orte_base_help_aggregate\" to 0 to see all help",
    ]
    let (passed, kept) = read((lines + ["[1] of mine", "mpirun"]).joined(separator: "\n"))
    #expect(passed == ["[1] of mine", "mpirun"])
    #expect(kept.notices == lines)
  }

  /// A rank may print dashes, too: what doesn't end, or is too long, is passed on whole.
  @Test func dashesOfARankAreItsOwn() {
    let lines = [Self.border] + (0..<100).map { "line \($0)" }
    #expect(read(lines.joined(separator: "\n")).passed == lines)
    #expect(read("a\n\(Self.border)\nb").passed == ["a", Self.border, "b"])
    #expect(read("---\nb").passed == ["---", "b"])
  }
}
