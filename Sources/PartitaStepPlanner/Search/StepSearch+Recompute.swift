internal import PartitaPlan

/// Plans that are too large for a limit.
extension StepSearch {
  /// The smallest need found of all that didn't fit; nil where all do.
  func leastBytes() throws -> Int? {
    try tooLarge.map(\.found).sorted { $0.roughBytes < $1.roughBytes }.prefix(8)
      .compactMap { try planner.memory($0.choice).max() }.min()
  }

  /// Makes plans that are too large fit by computing again what they would keep.
  ///
  /// It is more work, but may free what a message leaves from a little earlier: so a plan counts by what none
  /// of its steps is below. Its ways to do it are tried the fastest first, until one fits.
  mutating func recompute() throws {
    guard problem.pins.recompute == nil else { return }
    isRecomputing = true
    var candidates = tooLarge.sorted { $0.found.seconds < $1.found.seconds }
    if !looksAtAll {
      // Those that need least, and the fastest; where nothing fits yet, in this order.
      let small = candidates.sorted {
        ($0.found.fixedBytes, $0.found.roughBytes) < ($1.found.fixedBytes, $1.found.roughBytes)
      }
      let fast = candidates.prefix(8)
      candidates = Array(best == nil ? small.prefix(8) + fast : fast + small.prefix(8))
    }
    var tried = 0
    for (found, bound) in candidates where bound < best?.seconds ?? .infinity {
      guard case .named = found.choice.order, found.choice.plan.recomputed.isEmpty else {
        continue
      }
      // Where nothing fits yet, time is no reason not to try one.
      if hasToEnd(), best != nil || tried > 0 { return }
      tried += 1
      var ways: [StepEvaluator.Judged] = []
      for layers in problem.waysToRecompute(found.choice.plan, all: looksAtAll) {
        let plan = try found.choice.plan.recomputing(layers)
        let choice = StepChoice(plan: plan, order: found.choice.order)
        if let way = try evaluator.judge(choice) { ways.append(way) }
      }
      for way in ways.sorted(by: { $0.seconds < $1.seconds }) {
        guard way.seconds < best?.seconds ?? .infinity else { break }
        let known = best?.seconds
        try judge(way.choice)
        if best?.seconds != known { break }
      }
    }
  }
}

extension StepProblem {
  /// The sets of layers of a plan that may be computed again: the stages from the first on, which keep most
  /// microbatches; if `all`, every set of layers of a small network, or of stages of a short pipeline.
  func waysToRecompute(_ plan: Plan, all: Bool) -> [[Int]] {
    func subsets(_ parts: [[Int]]) -> [[Int]] {
      (1..<1 << parts.count).map { set in
        parts.indices.filter { set & 1 << $0 != 0 }.flatMap { parts[$0] }
      }
    }
    let stages = plan.stages.map { Array($0.layers) }
    if all, layerCount <= 6 { return subsets((0..<layerCount).map { [$0] }) }
    if all, stages.count <= 6 { return subsets(stages) }
    return (1...stages.count).map { stages.prefix($0).flatMap(\.self) }
  }
}

extension Plan {
  /// The same with these layers computed again for the backward pass.
  fileprivate func recomputing(_ layers: [Int]) throws(PlanError) -> Plan {
    let layers = Set(layers)
    return try Plan(
      stages: stages.map {
        Stage(layers: $0.layers, ranks: $0.ranks, recomputed: $0.layers.filter(layers.contains))
      }, gradientGroups: gradientGroups, gradientOrder: gradientOrder,
      shardsUpdate: shardsUpdate, layerCount: stages.last?.layers.upperBound ?? 0)
  }
}
