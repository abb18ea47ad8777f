import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// All that starts ranks, one after the other: ranks wait by spinning, so side by side they would
/// only take cores from each other.
@Suite(.serialized) struct LaunchTests {
  /// MPICH's launcher has a process between itself and the ranks, and gives a signal's number as it is.
  static let isHydra = LauncherKind.built == .hydra

  @Suite struct LauncherTests {
    private func run(
      _ task: String, ranks: Int = 2, timeoutSeconds: Double = 60,
      environment: [String: String] = [:]
    ) throws -> LaunchResult {
      try Launcher.run(
        executable: Programs.transportWorker, arguments: [task], ranks: ranks,
        timeoutSeconds: timeoutSeconds, environment: environment)
    }

    @Test func theExitCodeIsThatOfTheFirstRankThatFailed() throws {
      let result = try run("exit")
      #expect(result.exitCode == 7)
      #expect(!result.succeeded)
      #expect(result.failure == "a rank ended with exit code 7")
    }

    @Test func aKilledRankEndsTheLaunch() throws {
      let result = try run("killed")
      #expect(result.exitCode == (LaunchTests.isHydra ? SIGKILL : 128 + SIGKILL))
      #expect(!result.timedOut)
      #expect(result.failure?.contains(LaunchTests.isHydra ? "code 9" : "killed") == true)
    }

    @Test func aTimeOutLeavesNoRankBehind() throws {
      // Time enough for the ranks to come up; they never end by themselves.
      let result = try run("hang", ranks: 3, timeoutSeconds: 5)
      #expect(result.timedOut)
      #expect(!result.succeeded)
      let processes = Programs.processes(in: result.standardOutput)
      #expect(processes.count == 3)
      #expect(processes.filter(Programs.isAlive) == [])
    }

    @Test func noRankOutlivesItsLauncher() throws {
      let result = try Launcher.run(
        executable: Programs.transportWorker, arguments: ["hang"], ranks: 2, timeoutSeconds: 60
      ) { _, line in
        // The first rank that speaks has its launcher killed.
        for process in Programs.processes(in: line) {
          let parent = Programs.parent(of: process)
          let launcher =
            LaunchTests.isHydra ? parent.flatMap { Programs.parent(of: Int($0)) } : parent
          if let launcher, launcher > 1 { kill(launcher, SIGKILL) }
        }
      }
      #expect(result.exitCode == 128 + SIGKILL)
      #expect(!result.timedOut)
      let processes = Programs.processes(in: result.standardOutput)
      #expect(!processes.isEmpty)
      #expect(processes.filter(Programs.isAlive) == [])
    }

    /// MPICH's launcher leaves ranks behind whose nearest parent was killed: they end with the launch.
    @Test(.enabled(if: LaunchTests.isHydra, "ranks of Open MPI are children of mpirun itself"))
    func noRankOutlivesAKilledHelper() throws {
      let result = try Launcher.run(
        executable: Programs.transportWorker, arguments: ["hang"], ranks: 2, timeoutSeconds: 6
      ) { _, line in
        for process in Programs.processes(in: line) {
          if let helper = Programs.parent(of: process), helper > 1 { kill(helper, SIGKILL) }
        }
      }
      #expect(!result.succeeded)
      let processes = Programs.processes(in: result.standardOutput)
      #expect(!processes.isEmpty)
      #expect(processes.filter(Programs.isAlive) == [])
    }

    @Test func ranksGetOneThread() throws {
      #expect(try run("environment", ranks: 1).standardOutput == "OMP_NUM_THREADS=1\n")
      #expect(
        try run("environment", ranks: 1, environment: ["OMP_NUM_THREADS": "3"]).standardOutput
          == "OMP_NUM_THREADS=3\n")
    }

    @Test func muchOutputArrivesWhole() throws {
      var lines = [LaunchStream.output: 0, .error: 0]
      let result = try Launcher.run(
        executable: Programs.transportWorker, arguments: ["large"], ranks: 2, timeoutSeconds: 120
      ) { stream, _ in lines[stream, default: 0] += 1 }
      #expect(result.failure == nil)
      #expect(lines == [.output: 40_000, .error: 40_000])
      #expect(result.standardOutput.utf8.count == result.standardError.utf8.count)
      #expect(result.standardOutput.utf8.count > 4_000_000)
    }

    @Test func missingProgramsAreNamed() {
      let error = #expect(throws: LaunchError.noLauncher(path: "")) {
        try run("exit", environment: ["PATH": ""])
      }
      #expect(
        error?.description.contains(
          LaunchTests.isHydra ? "apt-get install mpich" : "apt-get install openmpi-bin") == true)
      #expect(throws: LaunchError.noExecutable(path: "/nowhere/partita")) {
        try Launcher.run(executable: "/nowhere/partita", ranks: 1)
      }
    }

    @Test func aRankCanLaunch() throws {
      let result = try Launcher.run(
        executable: Programs.launcherWorker,
        arguments: ["2", Programs.transportWorker, "conformance"], ranks: 1, timeoutSeconds: 120)
      #expect(result.failure == nil, "\(result.standardError)")
      #expect(result.standardOutput.split(separator: "\n").count == 2)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aSignalEndsTheRanksFirst(signal: Int32) throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Programs.launcherWorker)
      process.arguments = ["2", Programs.transportWorker, "hang"]
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      // Both ranks are up when each has said its number.
      var output = ""
      while Programs.processes(in: output).count < 2 {
        let data = pipe.fileHandleForReading.availableData
        try #require(!data.isEmpty, "the ranks did not start: \(output)")
        output += String(decoding: data, as: UTF8.self)
      }
      #expect(Programs.processes(in: output).allSatisfy(Programs.isAlive))
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal)
      #expect(process.terminationStatus == signal)
      #expect(Programs.processes(in: output).filter(Programs.isAlive) == [])
    }
  }
}
