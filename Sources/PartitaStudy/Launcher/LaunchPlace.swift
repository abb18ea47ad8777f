internal import Foundation
internal import PartitaFiles
internal import PartitaTraining

/// Where ranks are launched: on this host, on those of a file, or on what a batch system has given.
public struct LaunchPlace: Hashable, Sendable {
  /// The hosts that were named; nil for this one, or for those of an allocation.
  public var hosts: HostFile?
  /// Further arguments of `mpirun`, which win over what Partita would say of binding.
  public let launcherArguments: [String]

  /// This host, or what the batch system of this process has given.
  public static let here = LaunchPlace()

  /// The named hosts, or those that are given.
  public init(hosts: HostFile? = nil, launcherArguments: [String] = []) {
    self.hosts = hosts
    self.launcherArguments = launcherArguments
  }

  /// The ranks that find a core there: the hosts' slots, an allocation's, or this host's cores.
  public var cores: Int {
    hosts?.slots ?? Allocation(ProcessInfo.processInfo.environment)?.slots ?? HostMachine.cores
  }

  /// The place in words by which a study is known; nil for this host.
  public var words: String? {
    if let hosts { return hosts.hosts.map { "\($0.name):\($0.slots)" }.joined(separator: ",") }
    let counts = Allocation(ProcessInfo.processInfo.environment)?.ranksOfHosts
    return counts.map { "\($0.count) of an allocation" }
  }

  /// Lends the hosts as a file of the launcher's form.
  func withHostFile<Result>(
    _ kind: LauncherKind, _ body: (String?) throws(LaunchError) -> Result
  ) throws(LaunchError) -> Result {
    guard let hosts else { return try body(nil) }
    let path = FileManager.default.temporaryDirectory
      .appending(path: "partita-hosts-\(UUID().uuidString)").path
    TemporaryPaths.add(path)
    defer {
      removeTree(path)
      TemporaryPaths.forget(path)
    }
    do { try AtomicText.write(hosts.text(for: kind), to: path) } catch {
      throw .noHostFile(problem: "\(error)")
    }
    return try body(path)
  }
}
