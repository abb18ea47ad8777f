internal import CMPI

/// The MPI libraries that Partita can be built for; a build is for one of them.
///
/// Open MPI's handles are pointers, MPICH's are numbers: nothing that was compiled for one runs with
/// the other, while Open MPI 4.1 and 5 share their binary interface.
public enum MPILibrary: Sendable, CaseIterable {
  /// Open MPI, 4.1 or 5.
  case openMPI
  /// MPICH and what descends from it (`PARTITA_MPI=mpich`).
  case mpich

  #if PARTITA_MPICH
    /// The one that this build is for.
    public static let built = MPILibrary.mpich
  #else
    /// The one that this build is for.
    public static let built = MPILibrary.openMPI
  #endif

  /// Its name.
  public var name: String {
    switch self {
    case .openMPI: "Open MPI"
    case .mpich: "MPICH"
    }
  }

  /// By which variables its launcher tells a process its rank; the first that is there counts.
  var rankVariables: [String] {
    switch self {
    case .openMPI: ["OMPI_COMM_WORLD_RANK", "PMIX_RANK"]
    case .mpich: ["PMI_RANK"]
    }
  }

  /// Likewise the number of ranks.
  var sizeVariables: [String] {
    switch self {
    case .openMPI: ["OMPI_COMM_WORLD_SIZE", "SLURM_NTASKS"]
    case .mpich: ["PMI_SIZE"]
    }
  }

  /// Likewise the rank among those of one host.
  var localRankVariables: [String] {
    switch self {
    case .openMPI: ["OMPI_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID"]
    case .mpich: ["MPI_LOCALRANKID", "SLURM_LOCALID"]
    }
  }

  /// Likewise their number.
  var localSizeVariables: [String] {
    switch self {
    case .openMPI: ["OMPI_COMM_WORLD_LOCAL_SIZE"]
    case .mpich: ["MPI_LOCALNRANKS"]
    }
  }

  /// How Slurm's `srun` starts ranks of it.
  var srun: String {
    switch self {
    case .openMPI: "srun --mpi=pmix"
    case .mpich: "srun --mpi=pmi2"
    }
  }
}

#if PARTITA_MPICH
  /// A communicator: a number.
  typealias Communicator = MPI_Comm
  /// A request: a number.
  typealias Request = MPI_Request
  /// A window of memory: a number.
  typealias Window = MPI_Win
#else
  /// A communicator: a pointer.
  typealias Communicator = MPI_Comm?
  /// A request: a pointer.
  typealias Request = MPI_Request?
  /// A window of memory: a pointer.
  typealias Window = MPI_Win?
#endif
