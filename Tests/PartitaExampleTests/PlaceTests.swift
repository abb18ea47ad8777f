import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// Where ranks run: hosts of a file, allocations, files that only the first rank has, and `doctor`.
@Suite(.serialized) struct PlaceTests {
  private static let short = [
    "--set", "parallel.replicas=1", "--set", "training.epochs=1", "--json", "--steps", "3",
  ]

  /// Each rank in a folder of its own; the configuration and a plan lie in that of rank 0 alone.
  @Test func whatOnlyTheFirstRankHasIsHandedToTheOthers() throws {
    try Partita.withTemporaryFolder { folder in
      let script = """
        mkdir -p $OMPI_COMM_WORLD_RANK && cd $OMPI_COMM_WORLD_RANK && exec "$0" "$@"
        """
      let first = folder.appending(path: "0")
      try FileManager.default.createDirectory(at: first, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: Partita.config("digits.yaml"), toPath: first.appending(path: "mine.yaml").path)
      func run(_ arguments: [String]) throws -> LaunchResult {
        try Launcher.run(
          executable: "/bin/sh",
          arguments: ["-c", "cd \(folder.path) && " + script, Partita.executable] + arguments,
          ranks: 2, timeoutSeconds: 120)
      }
      let apart = try run(["train", "mine.yaml"] + Self.short)
      try #require(apart.succeeded, "\(apart.standardError)")
      let together = try Partita.run(
        [
          "train", Partita.config("digits.yaml"), "--set",
          "output.directory=\(folder.path)/together",
        ] + Self.short, ranks: 2)
      let digest = try Event.all(in: apart.standardOutput).last?.weightsSHA256
      #expect(digest != nil)
      #expect(try Event.all(in: together.standardOutput).last?.weightsSHA256 == digest)
      let second = try FileManager.default.contentsOfDirectory(
        atPath: folder.appending(path: "1").path)
      #expect(second == [], "a copy is gone with its run")

      let missing = try run(["train", "nobodys.yaml"] + Self.short)
      #expect(missing.exitCode == 1)
      #expect(missing.standardError.contains("nobodys.yaml: can't read"))
    }
  }

  @Test func aFileOfHostsIsTaken() throws {
    try Partita.withTemporaryFolder { folder in
      let hosts = folder.appending(path: "hosts")
      try "localhost slots=2 # this one\n".write(to: hosts, atomically: true, encoding: .utf8)
      let result = try Partita.runDirectly([
        "verify", Partita.config("digits.yaml"), "--ranks", "2", "--steps", "1", "--hostfile",
        hosts.path, "--mpirun-args", "--bind-to none",
      ])
      #expect(result.status == 0, "\(result.error)")
      #expect(result.output.contains("all 3 plans on 2 to 2 ranks give the bits of one rank"))
    }
  }

  @Test func anAllocationThatIsTooSmallIsSaid() throws {
    let result = try Partita.runDirectly(
      ["verify", Partita.config("digits.yaml"), "--ranks", "2", "--steps", "1"],
      before: "export SLURM_JOB_ID=9 SLURM_TASKS_PER_NODE=1 SLURM_JOB_NODELIST=localhost;")
    #expect(result.status == 1)
    #expect(result.error.contains("Slurm's job 9 has room for 1 rank, and 2 are asked for"))
  }

  /// Every topic is looked at, and ranks without cores of their own are no fault.
  @Test func doctorLooksAtThisMachine() throws {
    let result = try Partita.runDirectly(["doctor", "--ranks", "3"])
    #expect(result.status == 0, "\(result.output)\(result.error)")
    for topic in [
      "system", "launcher", "MPI", "host", "kernels", "cores", "shared memory",
    ] {
      #expect(
        result.output.split(separator: "\n").contains { $0.dropFirst(3).hasPrefix(topic + " ") },
        "\(topic): \(result.output)")
    }
    #expect(result.output.contains("for 3 ranks"))
  }

  @Test func doctorSaysThatThereIsNoLauncher() throws {
    let result = try Partita.runDirectly(["doctor"], before: "PATH=/nowhere;")
    #expect(result.status == 1)
    #expect(result.output.contains("!! launcher"))
    #expect(result.output.contains("apt-get install openmpi-bin"))
  }
}
