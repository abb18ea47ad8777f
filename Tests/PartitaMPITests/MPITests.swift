import PartitaStudy
import PartitaTraining
import Testing

extension LaunchTests {
  @Suite struct MPITests {
    /// Also while a thread lets messages move.
    @Test(arguments: 1...4, ["conformance", "conformance-with-thread"])
    func conforms(ranks: Int, task: String) throws {
      let result = try Launcher.run(
        executable: Programs.transportWorker, arguments: [task], ranks: ranks,
        timeoutSeconds: 120)
      #expect(result.failure == nil, "\(result.standardOutput)\(result.standardError)")
      let lines = result.standardOutput.split(separator: "\n").map(String.init).sorted()
      #expect(lines == (0..<ranks).map { "rank \($0) of \(ranks) conforms" })
      #expect(result.standardError == "")
    }

    @Test func messagesUnderWayDontKeepAJobFromEnding() throws {
      let result = try Launcher.run(
        executable: Programs.transportWorker, arguments: ["unfinished"], ranks: 2,
        timeoutSeconds: 60)
      #expect(result.failure == nil)
    }

    @Test func abortEndsAllRanksWithACodeThatIsNotZero() throws {
      let result = try Launcher.run(
        executable: Programs.transportWorker, arguments: ["abort"], ranks: 2, timeoutSeconds: 60)
      #expect(result.exitCode == 1)
      #expect(!result.timedOut)
    }
  }
}
