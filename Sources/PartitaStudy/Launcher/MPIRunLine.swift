internal import Foundation
internal import Glibc

/// The command line and the environment of a launch: values, so that tests can look at them.
package struct MPIRunLine: Hashable {
  /// The arguments of `mpirun`.
  package let arguments: [String]
  package let environment: [String: String]
  private let kind: LauncherKind

  /// Decides how so many ranks share so many cores.
  ///
  /// On hosts of a file or of an allocation the launcher knows best how many ranks there may be; what
  /// the user says of binding is never overridden.
  /// - Parameters:
  ///   - kind: Whose launcher it is.
  ///   - cores: Those of this host; the others are taken to be like it.
  ///   - place: Where the ranks shall be.
  ///   - hostFile: The file that holds the place's hosts.
  ///   - inherited: The environment of this process.
  ///   - additions: Variables that win over all others.
  /// - Throws: `LaunchError.allocationTooSmall`.
  package init(
    _ kind: LauncherKind = .built, executable: String, arguments: [String], ranks: Int, cores: Int,
    place: LaunchPlace = .here, hostFile: String? = nil, isRoot: Bool,
    inherited: [String: String], additions: [String: String]
  ) throws(LaunchError) {
    self.kind = kind
    let more = place.launcherArguments
    let allocation = place.hosts == nil ? Allocation(inherited) : nil
    if let allocation, let slots = allocation.slots, ranks > slots, more.isEmpty {
      throw .allocationTooSmall(ranks: ranks, slots: slots, allocation: allocation.name)
    }
    var command = ["mpirun", "-n", "\(ranks)"]
    let isHere =
      place.hosts == nil && allocation == nil && kind.hostWords.isDisjoint(with: more)
    let most =
      isHere
      ? ranks
      : min(ranks, (place.hosts?.hosts.map(\.slots) ?? allocation?.ranksOfHosts)?.max() ?? 1)
    if isHere, ranks > cores { command += kind.crowded }
    if kind.bindingWords.isDisjoint(with: more),
      kind.bindingVariables.isDisjoint(with: inherited.keys)
    {
      // A rank bound to a core that it shares would hold its peers up; free ones can move.
      command += most > cores ? kind.free : kind.bound
    }
    command += hostFile.map(kind.hostFile) ?? []
    self.arguments = command + more + [executable] + arguments

    var environment = inherited
    // A rank that launches hands its own place in its job on to the new one, which then fails.
    // Elsewhere these prefixes hold what the user wants of Open MPI, so there they stay.
    if inherited["OMPI_COMM_WORLD_SIZE"] != nil || inherited["PMIX_RANK"] != nil
      || inherited["PMI_RANK"] != nil
    {
      let prefixes = ["OMPI_", "PMIX_", "PRTE_", "ORTE_", "PMI_", "MPI_LOCAL", "HYDI_"]
      environment = environment.filter { name, _ in !prefixes.contains(where: name.hasPrefix) }
    }
    if isRoot {
      environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
      environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    }
    environment["OMP_NUM_THREADS"] = "1"
    // One of its own: a rank that launches must not end itself.
    if kind == .hydra { environment[Self.markVariable] = UUID().uuidString }
    environment.merge(additions) { _, added in added }
    self.environment = environment
  }

  private static let markVariable = "PARTITA_LAUNCH"

  /// What tells the launch's processes from others, where a session doesn't.
  var mark: String? {
    environment[Self.markVariable].flatMap { kind == .hydra ? "\(Self.markVariable)=\($0)" : nil }
  }

  /// The first launcher on the `PATH` of the launch.
  func findLauncher() throws(LaunchError) -> String {
    let path = environment["PATH"] ?? ""
    for folder in path.split(separator: ":") {
      for program in kind.programs where access("\(folder)/\(program)", X_OK) == 0 {
        return "\(folder)/\(program)"
      }
    }
    throw .noLauncher(path: path)
  }
}
