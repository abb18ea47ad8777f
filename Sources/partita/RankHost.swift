import Foundation
import PartitaStudy
import PartitaTraining
import PartitaTransport

/// What the ranks of one host have of it together.
struct RankHost {
  /// How many they are.
  let ranks: Int
  /// Which they are, of all.
  let places: [Int]
  /// The cores that they may use: of all their affinities together, for each may be bound to one.
  let cores: Int
  /// The processor time that control groups leave them, in cores; nil for no limit.
  let quota: Double?
  /// All hosts of the job, in the order of their first ranks.
  let all: [BenchRecord.Host]

  private struct Share: Codable {
    let host: String
    let threads: [Int]
    let quota: Double?
  }

  /// Asks all ranks; every one must.
  init(_ transport: any Transport) throws {
    let own = Share(
      host: ProcessInfo.processInfo.hostName, threads: Cores.threads, quota: CPUQuota.cores)
    let shares = try transport.collect(own)
    let here = shares.filter { $0.host == own.host }
    ranks = here.count
    places = shares.indices.filter { shares[$0].host == own.host }
    quota = here.compactMap(\.quota).min()
    cores = Cores.number(of: Set(here.flatMap(\.threads)), quota: quota)
    // Which hardware threads are of one core, only their own host knows.
    let counts = try transport.collect(cores)
    var all: [BenchRecord.Host] = []
    for (share, cores) in zip(shares, counts) where !all.contains(where: { $0.name == share.host })
    {
      let ranks = shares.count { $0.host == share.host }
      all.append(BenchRecord.Host(name: share.host, ranks: ranks, cores: cores))
    }
    self.all = all
  }
}
