import PartitaStudy
import PartitaTraining
import Testing

@Suite struct MPIRunLineTests {
  private func command(
    ranks: Int = 2, cores: Int = 2, isRoot: Bool = false, inherited: [String: String] = [:],
    additions: [String: String] = [:], place: LaunchPlace = .here,
    kind: LauncherKind = .openMPI
  ) throws -> MPIRunLine {
    try MPIRunLine(
      kind, executable: "/bin/x", arguments: ["-n", "--y"], ranks: ranks, cores: cores,
      place: place, hostFile: place.hosts == nil ? nil : "/h", isRoot: isRoot,
      inherited: inherited, additions: additions)
  }

  @Test func ranksWithCoresOfTheirOwnAreBound() throws {
    #expect(
      try command().arguments == [
        "mpirun", "-n", "2", "--bind-to", "core:if-supported", "/bin/x", "-n", "--y",
      ])
  }

  @Test func ranksWithoutCoresOfTheirOwnAreFree() throws {
    #expect(
      try command(ranks: 3).arguments == [
        "mpirun", "-n", "3", "--oversubscribe", "--bind-to", "none", "/bin/x", "-n",
        "--y",
      ])
  }

  /// What `--mpirun-args` or a variable says of binding is all that is said of it.
  @Test func whatTheUserSaysOfBindingStays() throws {
    let free = LaunchPlace(launcherArguments: ["--bind-to", "none"])
    #expect(
      try command(place: free).arguments == [
        "mpirun", "-n", "2", "--bind-to", "none", "/bin/x", "-n", "--y",
      ])
    #expect(
      try command(inherited: ["OMPI_MCA_hwloc_base_binding_policy": "socket"]).arguments == [
        "mpirun", "-n", "2", "/bin/x", "-n", "--y",
      ])
  }

  @Test func hostsOfAFileTakeTheirSlots() throws {
    let hosts = try HostFile("a slots=2\nb slots=4 # more than cores\n", name: "h")
    func line(_ ranks: Int, _ kind: LauncherKind) throws -> [String] {
      Array(
        try command(ranks: ranks, place: LaunchPlace(hosts: hosts), kind: kind).arguments.dropLast(
          3))
    }
    #expect(
      try line(2, .openMPI)
        == ["mpirun", "-n", "2", "--bind-to", "core:if-supported", "--hostfile", "/h"])
    #expect(
      try line(6, .openMPI) == ["mpirun", "-n", "6", "--bind-to", "none", "--hostfile", "/h"])
    #expect(try line(2, .hydra) == ["mpirun", "-n", "2", "-bind-to", "core", "-f", "/h"])
  }

  /// mpirun reads the allocation: nothing that is said to it makes it larger.
  @Test func anAllocationIsHonoured() throws {
    let job = ["SLURM_JOB_ID": "7", "SLURM_TASKS_PER_NODE": "2(x2),1"]
    #expect(
      try command(ranks: 5, inherited: job).arguments == [
        "mpirun", "-n", "5", "--bind-to", "core:if-supported", "/bin/x", "-n", "--y",
      ])
    #expect(
      throws: LaunchError.allocationTooSmall(ranks: 6, slots: 5, allocation: "Slurm's job 7")
    ) { try command(ranks: 6, inherited: job) }
    #expect(
      try command(ranks: 6, inherited: job, place: LaunchPlace(hosts: HostFile(host: "a")))
        .arguments.contains("--hostfile"))
    let pbs = try command(ranks: 6, inherited: ["PBS_NODEFILE": "/n"]).arguments
    #expect(!pbs.contains("--oversubscribe"))
  }

  @Test func countsOfSlurmAreRead() {
    #expect(Allocation.counts("2(x3),1") == [2, 2, 2, 1])
    #expect(Allocation.counts("16") == [16])
    #expect(
      ["", "2(", "2(x0)", "x", "2(x3", "-1", "2,,2"].allSatisfy { Allocation.counts($0) == nil })
  }

  @Test func whatTheUserWantsOfOpenMPIStays() throws {
    let wish = ["OMPI_MCA_btl": "tcp,self", "HOME": "/h"]
    #expect(
      try command(inherited: wish).environment == [
        "OMPI_MCA_btl": "tcp,self", "HOME": "/h", "OMP_NUM_THREADS": "1",
      ])
  }

  @Test func theLaunchingRanksPlaceGoes() throws {
    let inherited = [
      "OMPI_COMM_WORLD_SIZE": "2", "OMPI_MCA_ess": "x", "PMIX_RANK": "1", "PRTE_LAUNCHED": "1",
      "HOME": "/h", "OMP_NUM_THREADS": "8",
    ]
    #expect(
      try command(isRoot: true, inherited: inherited, additions: ["OMPI_MCA_btl": "tcp"])
        .environment
        == [
          "HOME": "/h", "OMP_NUM_THREADS": "1",
          "OMPI_ALLOW_RUN_AS_ROOT": "1",
          "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_btl": "tcp",
        ])
  }

  @Test func allowedThreadsAreRead() {
    #expect(
      Cores.allowedThreads(in: "Name:\tx\nCpus_allowed_list:\t0-2,5,8-9\n") == [0, 1, 2, 5, 8, 9])
    #expect(Cores.allowedThreads(in: "") == [])
    #expect(Cores.available >= 1)
  }
}
