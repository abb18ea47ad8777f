import Foundation
import PartitaTraining
import PartitaTransport

/// What the ranks of one host have of it together.
struct RankHost {
  /// How many they are.
  let ranks: Int
  /// The cores that they may use: of all their affinities together, for each may be bound to one.
  let cores: Int
  /// The processor time that control groups leave them, in cores; nil for no limit.
  let quota: Double?

  private struct Share: Codable {
    let host: String
    let threads: [Int]
    let quota: Double?
  }

  /// Asks all ranks; every one must.
  init(_ transport: any Transport) throws {
    let own = Share(
      host: ProcessInfo.processInfo.hostName, threads: Cores.threads, quota: CPUQuota.cores)
    let here = try transport.collect(own).filter { $0.host == own.host }
    ranks = here.count
    quota = here.compactMap(\.quota).min()
    cores = Cores.number(of: Set(here.flatMap(\.threads)), quota: quota)
  }
}
