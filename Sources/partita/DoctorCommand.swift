import ArgumentParser
import PartitaFiles
import PartitaMPI
import PartitaReport
import PartitaStudy
import PartitaTraining

/// `partita doctor`.
struct DoctorCommand: RankCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Looks at this machine, or the hosts of a file, and says what to do.",
    discussion: """
      Processor, instruction sets in use, oneDNN, MPI and its launcher, the cores that each rank really \
      has, shared memory, hosts. Launches mpirun itself; under mpirun, srun or a batch system's launcher \
      it looks at the ranks that those have started. A line with ! has advice below it; with !! no run \
      can be well, and the exit code is 1.
      """)

  @Option(help: "Ranks that are launched. Default: as many as find a core.")
  var ranks: Int?

  @OptionGroup var launch: LaunchOptions

  @Flag(help: "Prints a line of JSON for each finding.")
  var json = false

  mutating func validate() throws {
    if let ranks, ranks < 1 {
      throw ValidationError("--ranks takes a number above 0, not \(ranks)")
    }
  }

  mutating func run() throws {
    guard MPIEnvironment.current == nil else { return try run(on: try RankSession.alone()) }
    try Console.attempt { try examine() }
  }

  /// One rank's part.
  func run(on session: RankSession) throws {
    let facts = try session.transport.collect(HostFacts.own)
    var isWell = true
    if session.speaks {
      isWell = show([HostFinding("MPI", session.library)] + HostFinding.all(facts))
    }
    try session.finish()
    if !isWell { throw ExitCode.failure }
  }

  /// What can be seen without ranks, and then what ranks see.
  private func examine() throws {
    let build = "\(PartitaVersion.current), for \(MPILibrary.built.name)"
    if json { _ = show([HostFinding("partita", build)]) } else { Console.print("partita \(build)") }
    let place = try launch.place()
    var findings = [HostFinding("system", HostMachine.system ?? "unknown")]
    findings.append(launcher())
    for host in place.hosts?.hosts ?? [] where !host.answers(within: 20) {
      findings.append(
        HostFinding(
          "host", "\(host.name) runs nothing",
          advice:
            "`ssh \(host.name) true` must need no password, and mpirun must be there, too; see "
            + "Documentation/Clusters.md", isFault: true))
    }
    guard show(findings) else { throw ExitCode.failure }
    let result = try Launcher.run(
      executable: CommandLine.executable, arguments: ["doctor"] + (json ? ["--json"] : []),
      ranks: ranks ?? max(1, place.cores),
      timeoutSeconds: 120, environment: ["OMPI_MCA_orte_execute_quiet": "0"], place: place
    ) { stream, line in
      stream == .output ? Console.print(line) : Console.say(line + "\n")
    }
    guard result.succeeded else {
      if let failure = result.failure { Console.complain("the ranks did not end well: \(failure)") }
      throw ExitCode.failure
    }
  }

  private func launcher() -> HostFinding {
    do {
      let version = try Launcher.version()
      return HostFinding(
        "launcher", "\(version.path): \(version.words)",
        advice: version.isOwn
          ? nil
          : "this is the launcher of another MPI library: put \(version.wanted)'s first on the PATH",
        isFault: !version.isOwn)
    } catch {
      return HostFinding("launcher", "none", advice: "\(error)", isFault: true)
    }
  }

  /// Prints findings, and tells whether none is a fault.
  private func show(_ findings: [HostFinding]) -> Bool {
    for finding in findings {
      if json { Console.print("\(finding.json)") } else { finding.lines.forEach(Console.print) }
    }
    return !findings.contains(where: \.isFault)
  }
}

extension HostFinding {
  fileprivate var json: JSON {
    [
      "topic": .string(topic), "finding": .string(words),
      "advice": advice.map { .string($0) } ?? .null, "is_fault": .bool(isFault),
    ]
  }

  /// The finding as a line, its advice in a second one.
  fileprivate var lines: [String] {
    let mark = isFault ? "!! " : advice == nil ? "   " : "!  "
    let line = mark + topic.padded(to: 16) + words
    guard let advice else { return [line] }
    return [line, "   " + "".padded(to: 16) + "-> " + advice]
  }
}

extension HostFile.Host {
  /// Whether it runs what it is asked to.
  func answers(within seconds: Double) -> Bool {
    let result = try? Launcher.run(
      executable: "/bin/true", ranks: 1, timeoutSeconds: seconds,
      place: LaunchPlace(hosts: HostFile(host: name)))
    return result?.succeeded ?? false
  }
}
