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
          ? "neither a smaller batch, nor microbatches, nor recomputation, nor a shared update, nor more "
            + "stages would do: take a smaller network"
          : "what would fit: \(ways.joined(separator: ", or "))"))
  }

  /// Bytes of every rank's arena, and of the largest weight beside it: it passes the host's memory when
  /// it is gathered to be written.
  package func bytesNeeded(device: any Device) throws -> [Int] {
    let graph = training.graph
    let beside = graph.weights.map { graph.type(of: $0).bytes(samples: 0) }.max() ?? 0
    return try arenaBytes(device: device).map { $0 + beside }
  }

  /// What fits, each computed.
  ///
  /// - Parameters:
  ///   - ranks: those of a host.
  ///   - available: bytes that they may take together.
  private func waysToFit(_ ranks: [Int], bytes available: Int, device: any Device) -> [String] {
    func fits(_ config: TrainingConfig, worldSize: Int) -> Bool {
      guard let data = try? config.describeData(),
        let blueprint = try? Blueprint(config, data: data),
        let other = try? Experiment(blueprint, worldSize: worldSize)
      else { return false }
      // As many ranks on each host, whichever they are; or those that the host has now.
      let groups =
        worldSize == plan.worldSize
        ? [ranks]
        : stride(from: 0, to: worldSize, by: ranks.count).map {
          Array($0..<min($0 + ranks.count, worldSize))
        }
      func fits(_ device: any Device) -> Bool {
        guard let bytes = try? other.bytesNeeded(device: device) else { return false }
        return groups.allSatisfy { $0.reduce(0) { $0 + bytes[$1] } <= available }
      }
      return fits(PaperDevice()) && fits(device)
    }
    let world = plan.worldSize
    var ways: [String] = []
    let batches = sequence(first: config.training.batch / 2) { $0 / 2 }.prefix { $0 >= 1 }
    if let batch = batches.first(where: {
      (try? config.with(batch: $0)).map { fits($0, worldSize: world) } ?? false
    }) {
      ways.append("training.batch=\(batch)")
    }
    let groups = config.training.gradientGroups
    let portions = sequence(first: 2 * config.training.microbatches) { 2 * $0 }
      .prefix { $0 <= config.training.batch }
    if let microbatches = portions.first(where: {
      (try? config.with(microbatches: $0, gradientGroups: groups))
        .map { fits($0, worldSize: world) } ?? false
    }) {
      ways.append("training.microbatches=\(microbatches)")
    }
    if let again = try? config.withRecomputation(), fits(again, worldSize: world) {
      ways.append("parallel.recompute=all")
    }
    if plan.stages.contains(where: { $0.replicas > 1 }), !plan.shardsUpdate,
      let shared = try? config.withSharedUpdate(), fits(shared, worldSize: world)
    {
      ways.append("parallel.sharded_update=true")
    }
    let layers = training.graph.layers.count
    for size in [world, 2 * world, 4 * world, 8 * world] {
      let stages = (plan.stages.count + 1...max(plan.stages.count + 1, min(layers, size))).first {
        size.isMultiple(of: $0) && $0 <= layers
          && (try? config.with(pins: ["parallel.stages=\($0)"]))
            .map { fits($0, worldSize: size) } ?? false
      }
      guard let stages else { continue }
      ways.append(
        "parallel={stages: \(stages)}"
          + (size == world ? "" : " on \(size) ranks, \(ranks.count) on a host like this one"))
      break
    }
    return ways
  }
}
