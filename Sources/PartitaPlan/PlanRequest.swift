internal import PartitaGraph
internal import PartitaKeys

/// What a user asks of a plan; whatever is left open is chosen by cost.
public struct PlanRequest: Hashable, Sendable {
  /// The number of stages, of all columns together.
  public var stages: Int?
  /// The replicas of each column, or one number for all.
  public var replicas: [Int]?
  /// The layers that begin a new stage.
  public var cuts: [String]
  /// The stages that each column holds.
  public var virtual: Int
  /// Which column holds which stage.
  public var stageOrder: StageOrder
  /// The ranks of each stage, where they are given outright; they then decide everything but the
  /// cuts.
  public var ranks: [[Int]]?
  /// What is computed again instead of being kept.
  public var recomputation: Recomputation

  /// Asks for nothing in particular.
  public init(
    stages: Int? = nil, replicas: [Int]? = nil, cuts: [String] = [], virtual: Int = 1,
    stageOrder: StageOrder = .looped, ranks: [[Int]]? = nil, recomputation: Recomputation = .none
  ) {
    self.stages = stages
    self.replicas = replicas
    self.cuts = cuts
    self.virtual = virtual
    self.stageOrder = stageOrder
    self.ranks = ranks
    self.recomputation = recomputation
  }

  /// The plan for a number of ranks.
  ///
  /// A contiguous split balanced by the layers' seconds; where stages and replicas are open, the
  /// pair with the shortest estimated step.
  /// - Parameters:
  ///   - layers: the layers' names, in order.
  ///   - seconds: F and B of each layer for one microbatch.
  ///   - microbatches: microbatches of the global batch.
  ///   - gradientGroups: how many groups they fall into.
  ///   - gradientOrder: how each of them is folded.
  ///   - shardsUpdate: whether the replicas of a stage share its update.
  ///   - worldSize: the number of ranks.
  /// - Throws: `PlanError` with what would fit.
  public func plan(
    layers: [String], seconds: [Double], microbatches: Int, gradientGroups: Int,
    gradientOrder: GradientOrder = .ascending, shardsUpdate: Bool = false, worldSize: Int
  ) throws(PlanError) -> Plan {
    let starts = try cutPositions(in: layers)
    let ranks: [[Int]]
    if let given = self.ranks {
      ranks = given
      if let wanted = try stageCount(cuts: starts.count), wanted != given.count {
        throw .invalid("the schedule has \(given.count) stages, and \(wanted) were asked for")
      }
      guard given.count <= layers.count else {
        throw .tooManyStages(stages: given.count, layers: layers.count)
      }
    } else {
      let columns = try shape(
        layerCount: layers.count, cuts: starts.count, seconds: seconds,
        microbatches: microbatches, gradientGroups: gradientGroups, worldSize: worldSize)
      try Plan.checkSize(stages: columns.count * virtual, microbatches: microbatches)
      if let column = columns.firstIndex(where: { $0 > gradientGroups }) {
        throw .replicas(stage: column, replicas: columns[column], groups: gradientGroups)
      }
      ranks = stageOrder.ranks(stages: columns.count * virtual, replicas: columns)
    }
    let cuts = starts.isEmpty ? BalancedSplit.cuts(seconds, parts: ranks.count) : starts
    let bounds = [0] + cuts + [layers.count]
    let held = zip(bounds, bounds.dropFirst()).map { $0..<$1 }
    let recomputed = try recomputation.layers(of: held, names: layers)
    let stages = ranks.enumerated().map { index, ranks in
      Plan.Stage(layers: held[index], ranks: ranks, recomputed: recomputed[index])
    }
    let plan = try Plan(
      stages: stages, gradientGroups: gradientGroups, gradientOrder: gradientOrder,
      shardsUpdate: shardsUpdate, layerCount: layers.count)
    guard plan.worldSize == worldSize else {
      throw .ranks(
        needed: plan.worldSize, given: worldSize, shape: "\(plan) stages x replicas")
    }
    return plan
  }

  private func cutPositions(in layers: [String]) throws(PlanError) -> [Int] {
    var positions: [Int] = []
    for cut in cuts {
      guard let position = layers.firstIndex(of: cut) else {
        throw .noSuchLayer(name: cut, nearest: nearestName(to: cut, in: layers), layers: layers)
      }
      guard position > 0 else { throw .cut(name: cut, problem: "it is the first layer") }
      guard position > positions.last ?? 0 else {
        throw .cut(name: cut, problem: "cuts are named in the order of the layers, each once")
      }
      positions.append(position)
    }
    return positions
  }

  /// The number of stages that was asked for, in whichever way; nil where it is open.
  private func stageCount(cuts: Int) throws(PlanError) -> Int? {
    if virtual < 1 { throw .invalid("a rank holds at least one stage, not \(virtual)") }
    if let stages, stages < 1 { throw .invalid("a plan has at least one stage, not \(stages)") }
    if let few = replicas?.first(where: { $0 < 1 }) {
      throw .invalid("a stage has at least one replica, not \(few)")
    }
    if let stages, cuts > 0, stages != cuts + 1 {
      throw .stagesAndCuts(stages: stages, cuts: cuts)
    }
    let wanted = cuts > 0 ? cuts + 1 : stages
    if let wanted, ranks == nil, wanted % virtual != 0 {
      throw .invalid(
        "\(wanted) stages can't be \(virtual) on each rank of the pipeline: use a multiple of "
          + "\(virtual), or another parallel.virtual")
    }
    guard let named = replicas?.count, named > 1 else { return wanted }
    if let wanted, wanted != named * virtual {
      let places = virtual == 1 ? "stages" : "columns of \(virtual) stages"
      throw .invalid(
        "parallel.replicas names \(named) \(places), and there are \(wanted / virtual): give one "
          + "number, or one for each \(virtual == 1 ? "stage" : "column")")
    }
    return named * virtual
  }

  /// The replicas of each column.
  private func shape(
    layerCount: Int, cuts: Int, seconds: [Double], microbatches: Int, gradientGroups: Int,
    worldSize: Int
  ) throws(PlanError) -> [Int] {
    let stages = try stageCount(cuts: cuts)
    if let stages, stages > layerCount {
      throw .tooManyStages(stages: stages, layers: layerCount)
    }
    let wanted = stages.map { $0 / virtual }
    if let replicas, replicas.count > 1 { return replicas }
    let each = replicas?.first
    if let wanted, let each { return Array(repeating: each, count: wanted) }
    if let wanted {
      guard worldSize % wanted == 0 else {
        throw .ranks(
          needed: wanted * max(1, worldSize / wanted), given: worldSize, shape: "\(wanted) stages")
      }
      return Array(repeating: worldSize / wanted, count: wanted)
    }
    if let each {
      guard worldSize % each == 0 else {
        throw .ranks(
          needed: each * max(1, worldSize / each), given: worldSize, shape: "\(each) replicas")
      }
      guard worldSize / each * virtual <= layerCount else {
        throw .tooManyStages(stages: worldSize / each * virtual, layers: layerCount)
      }
      return Array(repeating: each, count: worldSize / each)
    }
    return try cheapestShape(
      layerCount: layerCount, seconds: seconds, microbatches: microbatches,
      gradientGroups: gradientGroups, worldSize: worldSize)
  }

  /// Of all stages x replicas that make `worldSize`, the one with the shortest pipeline:
  /// (⌈m / r⌉ + p - 1) times the slowest stage (the GPipe formula, arXiv 1811.06965).
  private func cheapestShape(
    layerCount: Int, seconds: [Double], microbatches: Int, gradientGroups: Int, worldSize: Int
  ) throws(PlanError) -> [Int] {
    var best: (seconds: Double, shape: [Int])?
    for stages in 1...max(min(worldSize, layerCount), 1) where worldSize % stages == 0 {
      let replicas = worldSize / stages
      guard stages * virtual <= layerCount, replicas <= gradientGroups else { continue }
      let bounds = [0] + BalancedSplit.cuts(seconds, parts: stages) + [layerCount]
      let slowest = zip(bounds, bounds.dropFirst()).map { seconds[$0..<$1].reduce(0, +) }.max() ?? 0
      let slots = (microbatches + replicas - 1) / replicas + stages - 1
      let estimate = Double(slots) * slowest
      if estimate < best?.seconds ?? .infinity {
        best = (estimate, Array(repeating: replicas, count: stages))
      }
    }
    guard let best else {
      throw .noPlanForRanks(given: worldSize, layers: layerCount, groups: gradientGroups)
    }
    return best.shape
  }
}
