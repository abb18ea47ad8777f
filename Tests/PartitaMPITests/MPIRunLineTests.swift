import PartitaStudy
import PartitaTraining
import Testing

@Suite struct MPIRunLineTests {
  private func command(
    ranks: Int = 2, cores: Int = 2, isRoot: Bool = false, inherited: [String: String] = [:],
    additions: [String: String] = [:]
  ) -> MPIRunLine {
    MPIRunLine(
      executable: "/bin/x", arguments: ["-n", "--y"], ranks: ranks, cores: cores, isRoot: isRoot,
      inherited: inherited, additions: additions)
  }

  @Test func ranksWithCoresOfTheirOwnAreBound() {
    #expect(
      command().arguments == [
        "mpirun", "-n", "2", "--bind-to", "core:if-supported", "/bin/x", "-n", "--y",
      ])
  }

  @Test func ranksWithoutCoresOfTheirOwnAreFree() {
    #expect(
      command(ranks: 3).arguments == [
        "mpirun", "-n", "3", "--oversubscribe", "--bind-to", "none", "/bin/x", "-n",
        "--y",
      ])
  }

  @Test func whatTheUserWantsOfOpenMPIStays() {
    let wish = ["OMPI_MCA_btl": "tcp,self", "HOME": "/h"]
    #expect(
      command(inherited: wish).environment == [
        "OMPI_MCA_btl": "tcp,self", "HOME": "/h", "OMP_NUM_THREADS": "1",
      ])
  }

  @Test func theLaunchingRanksPlaceGoes() {
    let inherited = [
      "OMPI_COMM_WORLD_SIZE": "2", "OMPI_MCA_ess": "x", "PMIX_RANK": "1", "PRTE_LAUNCHED": "1",
      "HOME": "/h", "OMP_NUM_THREADS": "8",
    ]
    #expect(
      command(isRoot: true, inherited: inherited, additions: ["OMPI_MCA_btl": "tcp"]).environment
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
