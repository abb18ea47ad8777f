internal import Foundation
internal import PartitaConfig
internal import PartitaFiles
public import PartitaPlan

/// Profiles that were measured for plans, kept from run to run.
///
/// They are known by all that seconds depend on: the model with its microbatches, the processor, the
/// number of ranks that share the machine, and Partita's version. A cache: what can't be read is measured
/// anew, and what can't be written is no harm.
public struct ProfileCache {
  /// The file; nil where there is no place for caches.
  let path: String?

  /// The place of a run's profile.
  ///
  /// - Parameters:
  ///   - blueprint: the run.
  ///   - ranks: the ranks that measure at the same time.
  ///   - variable: the value of an environment's variable; caches lie in `XDG_CACHE_HOME`, or in
  ///     `.cache` in the home folder.
  public init(_ blueprint: Blueprint, ranks: Int, variable: (String) -> String?) {
    func folder(_ name: String) -> String? { variable(name).flatMap { $0.isEmpty ? nil : $0 } }
    let caches = folder("XDG_CACHE_HOME") ?? folder("HOME").map { "\($0)/.cache" }
    let words =
      "\(blueprint.modelDigest) \(HostMachine.processor) \(ranks) \(PartitaVersion.current)"
    let key = SHA256.hexadecimal(of: Array(words.utf8)).prefix(32)
    path = caches.map { "\($0)/partita/\(key).profile.json" }
  }

  /// The profile, nil where none is kept.
  public var profile: Profile? { path.flatMap { try? ProfileFile.read($0) } }

  /// Keeps a profile, where that can be done.
  public func keep(_ profile: Profile) {
    guard let path else { return }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try? ProfileFile.write(profile, to: path)
  }
}
