internal import PartitaConfig
internal import PartitaData
public import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

extension Experiment {
  /// Refuses a run whose ranks can't have the memory that they need, before any is taken.
  ///
  /// Complexity: O(nodes) for ranks that differ; where half of the memory is needed, that of compiling
  /// every rank's lists.
  /// - Parameters:
  ///   - ranks: those that share the memory, as those of a host.
  ///   - available: bytes that they may take together.
  ///   - device: where they run.
  /// - Throws: `TrainingError.memory` with the account in short, and with what would fit.
  public func checkMemory(of ranks: [Int], available: Int, device: any Device) throws {
    // Without the workspace it costs next to nothing, and mostly says enough.
    let least = try bytesNeeded(device: PaperDevice())
    guard ranks.reduce(0, { $0 + least[$1] }) > available / 2 else { return }
    let isFarTooMuch = ranks.reduce(0, { $0 + least[$1] }) > available
    let bytes = isFarTooMuch ? least : try bytesNeeded(device: device)
    let needed = ranks.reduce(0) { $0 + bytes[$1] }
    guard needed > available else { return }
    let most = ranks.max { bytes[$0] < bytes[$1] } ?? 0
    let memory = try RunMemory(
      self, device: isFarTooMuch ? PaperDevice() : device
    ).training[most]
    let parts = MemoryAccount.Kind.allCases.filter { memory.bytes($0) > 0 && $0 != .numbers }
      .map { "\($0.rawValue) \(memory.bytes($0))" }
    let ways = waysToFit(ranks, bytes: available, device: device)
    throw TrainingError.memory(
      "\(ranks.count == 1 ? "rank \(ranks[0]) needs" : "the \(ranks.count) ranks of a host need") "
        + "\(isFarTooMuch ? "more than " : "")\(needed) bytes, and \(available) are available; "
        + "rank \(most): \(parts.joined(separator: ", ")); "
        + (ways.isEmpty
          ? "neither a smaller batch, nor microbatches, nor recomputation would do: take a smaller "
            + "network, or more stages on more hosts"
          : "what would fit: \(ways.joined(separator: ", or "))"))
  }

  /// Bytes of every rank's arena, and of the largest weight beside it: it passes the host's memory when
  /// it is gathered to be written.
  package func bytesNeeded(device: any Device) throws -> [Int] {
    let graph = training.graph
    let beside = graph.weights.map { graph.type(of: $0).bytes(samples: 0) }.max() ?? 0
    return try arenaBytes(device: device).map { $0 + beside }
  }

  /// What fits the same ranks, each computed.
  private func waysToFit(_ ranks: [Int], bytes available: Int, device: any Device) -> [String] {
    func fits(_ config: TrainingConfig) -> Bool {
      guard let data = try? config.describeData(),
        let blueprint = try? Blueprint(config, data: data),
        let other = try? Experiment(blueprint, worldSize: plan.worldSize),
        let least = try? other.bytesNeeded(device: PaperDevice()),
        ranks.reduce(0, { $0 + least[$1] }) <= available,
        let bytes = try? other.bytesNeeded(device: device)
      else { return false }
      return ranks.reduce(0) { $0 + bytes[$1] } <= available
    }
    var ways: [String] = []
    var batch = config.training.batch / 2
    while batch >= 1 {
      if let smaller = try? config.with(batch: batch), fits(smaller) {
        ways.append("training.batch=\(batch)")
        break
      }
      batch /= 2
    }
    var microbatches = 2 * config.training.microbatches
    while microbatches <= config.training.batch {
      let groups = config.training.gradientGroups
      if let finer = try? config.with(microbatches: microbatches, gradientGroups: groups),
        fits(finer)
      {
        ways.append("training.microbatches=\(microbatches)")
        break
      }
      microbatches *= 2
    }
    if let again = try? config.withRecomputation(), fits(again) {
      ways.append("parallel.recompute=all")
    }
    return ways
  }
}
