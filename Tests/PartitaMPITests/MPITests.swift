import PartitaTraining
import Testing

extension LaunchTests {
  @Suite struct MPITests {
    @Test(arguments: 1...4)
    func conforms(ranks: Int) throws {
      let result = try Launcher.run(
        executable: Programs.transportWorker, arguments: ["conformance"], ranks: ranks,
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
