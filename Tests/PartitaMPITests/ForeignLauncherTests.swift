import PartitaMPI
import Testing

/// Alone by mistake, or alone on purpose.
@Suite struct ForeignLauncherTests {
  private func problem(
    _ size: Int, _ environment: [String: String], of library: MPILibrary = .openMPI
  ) -> String? {
    ForeignLauncher.problem(of: library, size: size) { environment[$0] }
  }

  @Test(arguments: [
    ["PMI_SIZE": "2", "PMI_RANK": "1"], ["PMIX_RANK": "1", "SLURM_NTASKS": "2"],
    ["SLURM_STEP_ID": "0", "SLURM_NTASKS": "2"], ["OMPI_COMM_WORLD_SIZE": "2"],
    ["PMIX_SIZE": "2"], ["MV2_COMM_WORLD_SIZE": "2"],
  ]) func copiesThatKnowNothingOfEachOther(_ environment: [String: String]) throws {
    let words = try #require(problem(1, environment))
    #expect(words.contains("mpirun -n 2"))
  }

  @Test(arguments: [
    // A batch script, and one on fewer ranks than the allocation has.
    (1, ["SLURM_NTASKS": "8", "SLURM_JOB_ID": "1"]),
    (4, ["SLURM_NTASKS": "8", "OMPI_COMM_WORLD_SIZE": "4", "PMIX_RANK": "0"]),
    // mpirun inside a step of srun.
    (2, ["SLURM_STEP_ID": "0", "SLURM_NTASKS": "8", "OMPI_COMM_WORLD_SIZE": "2", "PMI_SIZE": "8"]),
    (2, ["SLURM_STEP_ID": "0", "SLURM_NTASKS": "2", "PMIX_RANK": "0"]), (1, [:]),
    (1, ["PMI_SIZE": "nonsense"]),
  ]) func soundStarts(_ size: Int, _ environment: [String: String]) {
    #expect(problem(size, environment) == nil)
  }

  /// What is foreign to one library is the other's own.
  @Test func librariesAreForeignToEachOther() throws {
    #expect(problem(2, ["PMI_SIZE": "2", "PMI_RANK": "1"], of: .mpich) == nil)
    let words = try #require(problem(1, ["OMPI_COMM_WORLD_SIZE": "2"], of: .mpich))
    #expect(words.contains("MPICH's `mpirun -n 2`"))
    let hydra = ["PMI_SIZE": "4", "PMI_RANK": "3", "MPI_LOCALNRANKS": "2", "MPI_LOCALRANKID": "1"]
    let environment = try #require(MPIEnvironment(of: .mpich) { hydra[$0] })
    #expect(environment.rank == 3 && environment.size == 4)
    #expect(environment.localRank == 1 && environment.localSize == 2)
    #expect(MPIEnvironment(of: .openMPI) { hydra[$0] } == nil)
  }

  @Test func oneCopySpeaks() {
    func speaks(_ environment: [String: String]) -> Bool {
      ForeignLauncher.speaks { environment[$0] }
    }
    #expect(speaks(["PMI_RANK": "0"]))
    #expect(!speaks(["PMI_RANK": "1"]))
    #expect(!speaks(["SLURM_PROCID": "3"]))
    #expect(speaks([:]))
  }
}
