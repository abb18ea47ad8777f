/// Whose `mpirun` starts ranks: what this build's MPI library comes with.
package enum LauncherKind: Hashable {
  /// Open MPI's, 4.1 and 5.
  case openMPI
  /// MPICH's, called Hydra.
  case hydra

  #if PARTITA_MPICH
    package static let built = LauncherKind.hydra
  #else
    package static let built = LauncherKind.openMPI
  #endif

  /// What it is called; the first that is on the `PATH` counts. Where both libraries are installed,
  /// `mpirun` is one's or the other's.
  var programs: [String] {
    switch self {
    case .openMPI: ["mpirun.openmpi", "mpirun"]
    case .hydra: ["mpiexec.hydra", "mpirun"]
    }
  }

  /// Which library it is of, and Debian's packages of it.
  var library: (name: String, packages: String) {
    switch self {
    case .openMPI: ("Open MPI", "openmpi-bin libopenmpi-dev")
    case .hydra: ("MPICH", "mpich libmpich-dev")
    }
  }

  /// Words of the user by which a place is named already.
  var hostWords: Set<String> {
    switch self {
    case .openMPI: ["--hostfile", "-hostfile", "--host", "-host", "-H", "--machinefile"]
    case .hydra: ["-f", "-hosts", "-machinefile"]
    }
  }

  /// Words and variables of the user by which it is said where ranks may run.
  var bindingWords: Set<String> {
    switch self {
    case .openMPI:
      [
        "--bind-to", "-bind-to", "--map-by", "-map-by", "--rankfile", "-rf", "--cpu-set",
        "--cpu-list",
      ]
    case .hydra: ["-bind-to", "-map-by", "-binding"]
    }
  }

  var bindingVariables: Set<String> {
    switch self {
    case .openMPI:
      [
        "OMPI_MCA_hwloc_base_binding_policy", "OMPI_MCA_rmaps_base_mapping_policy",
        "PRTE_MCA_hwloc_default_binding_policy",
      ]
    case .hydra: ["HYDRA_BINDING"]
    }
  }

  func hostFile(_ path: String) -> [String] { [self == .openMPI ? "--hostfile" : "-f", path] }

  var bound: [String] {
    self == .openMPI ? ["--bind-to", "core:if-supported"] : ["-bind-to", "core"]
  }

  var free: [String] { [self == .openMPI ? "--bind-to" : "-bind-to", "none"] }

  /// What allows more ranks of this host than it has cores.
  var crowded: [String] { self == .openMPI ? ["--oversubscribe"] : [] }
}
