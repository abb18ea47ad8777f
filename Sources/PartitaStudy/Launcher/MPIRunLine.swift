internal import Foundation
internal import Glibc

/// The command line and the environment of a launch: values, so that tests can look at them.
package struct MPIRunLine: Hashable {
  /// The arguments of `mpirun`, for Open MPI 4.1 and 5.
  package let arguments: [String]
  package let environment: [String: String]

  /// Decides how so many ranks share so many cores.
  ///
  /// - Parameters:
  ///   - launcherArguments: Further arguments of `mpirun`. Where they name hosts, the cores are theirs.
  ///   - inherited: The environment of this process.
  ///   - additions: Variables that win over all others.
  package init(
    executable: String, arguments: [String], ranks: Int, cores: Int,
    launcherArguments: [String] = [], isRoot: Bool,
    inherited: [String: String], additions: [String: String]
  ) {
    var command = ["mpirun", "-n", "\(ranks)"]
    let namesHosts = launcherArguments.contains {
      ["--hostfile", "-hostfile", "--host", "-host", "-H", "--machinefile"].contains($0)
    }
    if ranks > cores, !namesHosts {
      // A rank bound to a core that it shares would hold its peers up; free ones can move.
      command += ["--oversubscribe", "--bind-to", "none"]
    } else {
      command += ["--bind-to", "core:if-supported"]
    }
    self.arguments = command + launcherArguments + [executable] + arguments

    var environment = inherited
    // A rank that launches hands its own place in its job on to the new one, which then fails.
    // Elsewhere these prefixes hold what the user wants of Open MPI, so there they stay.
    if inherited["OMPI_COMM_WORLD_SIZE"] != nil || inherited["PMIX_RANK"] != nil {
      let prefixes = ["OMPI_", "PMIX_", "PRTE_", "ORTE_", "PMI_"]
      environment = environment.filter { name, _ in !prefixes.contains(where: name.hasPrefix) }
    }
    if isRoot {
      environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
      environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    }
    environment["OMP_NUM_THREADS"] = "1"
    environment.merge(additions) { _, added in added }
    self.environment = environment
  }

  /// The first `mpirun` on the `PATH` of the launch.
  func findLauncher() throws(LaunchError) -> String {
    let path = environment["PATH"] ?? ""
    for folder in path.split(separator: ":") {
      let candidate = "\(folder)/mpirun"
      if access(candidate, X_OK) == 0 { return candidate }
    }
    throw .noLauncher(path: path)
  }
}
