internal import Glibc

/// What the launcher of an MPI job told this process, readable before any MPI call.
///
/// A program that finds no such environment is alone and needs no MPI at all.
public struct MPIEnvironment: Hashable, Sendable {
  /// The rank in the whole job.
  public let rank: Int
  /// The number of ranks in the job.
  public let size: Int
  /// The rank among those on this host.
  public let localRank: Int
  /// The number of ranks on this host.
  public let localSize: Int

  /// The environment of this process, or nil when no MPI launcher started it.
  public static var current: MPIEnvironment? {
    MPIEnvironment { name in getenv(name).map { String(cString: $0) } }
  }

  /// Reads the variables of the library's own launcher, or those of Slurm's `srun`.
  public init?(of library: MPILibrary = .built, variable: (String) -> String?) {
    func number(_ names: [String]) -> Int? {
      names.lazy.compactMap(variable).compactMap { Int($0) }.first
    }
    guard let rank = number(library.rankVariables), let size = number(library.sizeVariables)
    else { return nil }
    self.rank = rank
    self.size = size
    localRank = number(library.localRankVariables) ?? rank
    localSize = number(library.localSizeVariables) ?? size
  }
}
