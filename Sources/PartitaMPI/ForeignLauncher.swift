/// Who started this process, where that was no launcher that our MPI library knows.
///
/// N copies of a program that each take themselves for the only one are the worst start of a run:
/// they all write the same folder, and end well.
public enum ForeignLauncher {
  /// Variables by which launchers tell how many processes they have started: those of Open MPI, of
  /// MPICH, Intel MPI and `srun --mpi=pmi2` (PMI), of PMIx, of MVAPICH.
  private static let sizes = [
    "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_SIZE", "MV2_COMM_WORLD_SIZE",
  ]
  private static let ranks = [
    "OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "MV2_COMM_WORLD_RANK", "SLURM_PROCID",
  ]

  /// Why this process must not run as one of `size` ranks, and what would fit; nil where it may.
  ///
  /// A step of Slurm's `srun` counts as well. A batch script's own process, and fewer ranks than an
  /// allocation has, are no mistake; nor is anything that the library's own launcher has started.
  /// - Parameters:
  ///   - library: the MPI library of this copy.
  ///   - size: the number of ranks that MPI knows, 1 without MPI.
  ///   - variable: the environment.
  public static func problem(
    of library: MPILibrary = .built, size: Int, variable: (String) -> String?
  ) -> String? {
    func number(_ name: String) -> Int? { variable(name).flatMap { Int($0) } }
    if number(library.sizeVariables[0]) == size { return nil }
    var found = sizes.compactMap { name in number(name).map { (name, $0) } }
    let isStep = variable("SLURM_STEP_ID") != nil || variable("PMIX_RANK") != nil
    if isStep, let tasks = number("SLURM_NTASKS") { found.append(("SLURM_NTASKS", tasks)) }
    guard let (name, count) = found.first(where: { $0.1 > size }) else { return nil }
    return "a launcher has started \(count) copies of this (\(name)=\(count)), but the MPI library "
      + "of this copy, \(library.name), knows of \(size) \(size == 1 ? "rank" : "ranks"): start it by "
      + "\(library.name)'s `mpirun -n \(count)`, or under Slurm by `\(library.srun)`"
  }

  /// Whether this copy is the one that speaks: the first, or one that isn't numbered.
  public static func speaks(variable: (String) -> String?) -> Bool {
    (ranks.lazy.compactMap(variable).compactMap { Int($0) }.first ?? 0) == 0
  }
}
