internal import PartitaConfig
internal import PartitaPlan
internal import PartitaStepPlanner

/// Every way to train a network within so much memory a device, each planned and laid out.
public struct WaysOut: Sendable {
  private var planning: RunPlanning
  private let limit: Int
  private var config: TrainingConfig { planning.config }

  /// - Parameters:
  ///   - planning: the run, the devices that there are, and what work and messages cost; what its
  ///     configuration says of a plan counts for nothing.
  ///   - limit: bytes that a rank's arena may have.
  public init(_ planning: RunPlanning, limit: Int) {
    self.planning = planning
    self.limit = limit
  }

  /// The ways, the one that changes nothing first.
  ///
  /// Complexity: that of a plan for each way, and one more for each halving of the batch.
  /// - Throws: what is wrong with the configuration, the profile or the cluster; that a way has no plan is
  ///   its refusal.
  public func all() throws -> [WayOut] {
    let whole = try plan(config, ranks: 1, ["parallel.recompute=none"], limit: nil)
    let fits = whole.plan.bytes.allSatisfy { $0 <= limit }
    var ways = [WayOut(.whole, try pinned(config, [], ranks: 1), ranks: 1, whole, fits: fits)]
    ways += try smallerBatch()
    let most = config.training.batch
    let finer = Array(
      sequence(first: 2 * config.training.microbatches) { 2 * $0 }.prefix { $0 <= most })
    if !finer.isEmpty {
      ways.append(way(.accumulation, ranks: 1, ["parallel.recompute=none"], microbatches: finer))
    }
    ways.append(way(.recomputation, ranks: 1, []))
    guard planning.ranks > 1 else { return ways }
    // Beyond that a pipeline is hardly idle for its length, and the search takes long.
    let own = config.training.microbatches
    let all = [own] + finer.filter { $0 <= max(8 * planning.ranks, 4 * own) }
    ways.append(
      way(
        .data, ranks: planning.ranks, ["parallel.stages=1", "parallel.recompute=none"],
        microbatches: divided(all), anyReplicas: true))
    ways.append(
      way(
        .pipeline, ranks: planning.ranks, ["parallel.replicas=1", "parallel.recompute=none"],
        microbatches: all))
    return ways + [mixture(all, orSimply: ways.suffix(2))]
  }

  /// The best that the planner finds, and never worse than what is simpler; where nothing fits, of the
  /// largest batch that it finds anything for.
  private func mixture(_ microbatches: [Int], orSimply simple: ArraySlice<WayOut>) -> WayOut {
    let own =
      mixtures(microbatches)
      + simple.compactMap { way in
        way.planned.map { WayOut(.mixture, way.config, ranks: way.ranks, $0) }
      }
    var (best, batch) = (Self.fastest(own), config.training.batch / 2)
    while best.planned == nil, batch >= 1,
      let smaller = try? config.with(batch: batch, microbatches: 1, gradientGroups: 1)
    {
      var other = self
      other.planning.config = smaller
      let pieces = sequence(first: 1) { 2 * $0 }.prefix { $0 <= min(batch, 2 * planning.ranks) }
      let found = Self.fastest(other.mixtures(Array(pieces)))
      if found.planned != nil { best = found }
      batch /= 2
    }
    return best
  }

  /// The best with copies, and, where those need more gradient groups and so more memory, without.
  private func mixtures(_ microbatches: [Int]) -> [WayOut] {
    let copies = way(
      .mixture, ranks: planning.ranks, [], microbatches: divided(microbatches), anyReplicas: true)
    guard config.training.gradientGroups < planning.ranks else { return [copies] }
    return [copies, way(.mixture, ranks: planning.ranks, [], microbatches: microbatches)]
  }

  /// Of some ways, of which there is one at least, the first of the fastest.
  private static func fastest(_ ways: [WayOut]) -> WayOut {
    let seconds = ways.map { $0.planned?.plan.seconds ?? .infinity }
    return ways[seconds.indices.min { (seconds[$0], $0) < (seconds[$1], $1) } ?? 0]
  }

  /// Of numbers of pieces those that every rank can have a copy with, a group each; all where the batch is
  /// too small for any.
  private func divided(_ microbatches: [Int]) -> [Int] {
    var groups = config.training.gradientGroups
    while groups < planning.ranks { groups *= 2 }
    let enough = microbatches.filter { $0 >= groups }
    return enough.isEmpty ? microbatches : enough
  }

  /// The largest batch that fits in one piece, halved until it does; at both learning rates.
  private func smallerBatch() throws -> [WayOut] {
    var (batch, problem) = (config.training.batch / 2, (any Error)?.none)
    var smallest = config
    while batch >= 1 {
      let smaller = try config.with(batch: batch, microbatches: 1, gradientGroups: 1)
      do {
        let planned = try plan(smaller, ranks: 1, ["parallel.recompute=none"], limit: limit)
        let rate = smaller.training.learningRate.base
        let share = Double(batch) / Double(config.training.batch)
        let scaled = try smaller.with(learningRate: rate * share)
        return [
          WayOut(.smallerBatch, try pinned(smaller, [], ranks: 1), ranks: 1, planned),
          WayOut(.scaledRate, try pinned(scaled, [], ranks: 1), ranks: 1, planned),
        ]
      } catch {
        (problem, smallest) = (error, smaller)
      }
      batch /= 2
    }
    return problem.map { [WayOut(.smallerBatch, smallest, ranks: 1, refusal: $0)] } ?? []
  }

  /// The best plan of one kind; that there is none is its refusal.
  private func way(
    _ kind: WayOut.Kind, ranks: Int, _ pins: [String], microbatches: [Int] = [],
    anyReplicas: Bool = false
  ) -> WayOut {
    do {
      let planned = try plan(
        config, ranks: ranks, pins, limit: limit, microbatches: microbatches,
        anyReplicas: anyReplicas)
      let sizes = planned.document.origin.microbatchSizes
      let own =
        planned.document.origin.changesBits
        ? try config.with(
          microbatches: sizes.count, gradientGroups: planned.plan.choice.plan.gradientGroups)
        : config
      return WayOut(kind, try pinned(own, [], ranks: ranks), ranks: ranks, planned)
    } catch {
      return WayOut(kind, config, ranks: ranks, refusal: error)
    }
  }

  private func plan(
    _ config: TrainingConfig, ranks: Int, _ pins: [String], limit: Int?, microbatches: [Int] = [],
    anyReplicas: Bool = false
  ) throws -> RunPlanning.Planned {
    var planning = planning
    planning.config = try pinned(config, pins, ranks: ranks)
    planning.ranks = ranks
    planning.memoryLimit = limit
    planning.microbatches = microbatches
    planning.allowsAnyReplicas = anyReplicas
    // The other ways are what would do.
    planning.looksForMore = false
    return try planning.best()
  }

  private func pinned(
    _ config: TrainingConfig, _ pins: [String], ranks: Int
  ) throws -> TrainingConfig {
    try config.with(pins: pins + (ranks == 1 ? ["parallel.stages=1", "parallel.replicas=1"] : []))
  }
}
