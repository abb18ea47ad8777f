internal import PartitaGraph
internal import PartitaKeys

/// Who holds which layers: stages of consecutive layers, each with its replicas, on ranks.
///
/// An invalid plan can't exist: the initialiser checks that the stages cover every layer once and
/// in order, that none is empty, that every rank holds a stage, and that every replica has a
/// gradient group (law 6).
public struct Plan: Hashable, Sendable, CustomStringConvertible {
  /// One stage.
  public struct Stage: Hashable, Sendable {
    /// The layers that it holds.
    public let layers: Range<Int>
    /// The rank of each copy of it; a rank may hold several stages.
    public let ranks: [Int]
    /// The layers whose values aren't kept from F to B, but computed again: by R. Ascending.
    public let recomputed: [Int]

    /// A stage of some layers, a replica on each rank; some of the layers may be recomputed.
    public init(layers: Range<Int>, ranks: [Int], recomputed: [Int] = []) {
      self.layers = layers
      self.ranks = ranks
      self.recomputed = recomputed
    }

    /// How many ranks hold a copy of it.
    public var replicas: Int { ranks.count }
    /// Whether every microbatch that is trained on has an R here.
    public var recomputes: Bool { !recomputed.isEmpty }
  }

  /// A copy of a stage: what a rank holds.
  public struct Holding: Hashable, Sendable {
    /// The stage.
    public let stage: Int
    /// Which copy of it.
    public let replica: Int
  }

  /// The most gradient groups.
  public static let groupLimit = 1 << 20
  /// The most stages times microbatches of a step: each is a few actions and messages, of some
  /// hundred bytes.
  public static let cellLimit = 1 << 24

  /// The stages, upstream first.
  public let stages: [Stage]
  /// The number of gradient groups, a power of two (law 2).
  public let gradientGroups: Int
  /// In which order a gradient group's microbatches are folded (law 2).
  public let gradientOrder: GradientOrder
  /// Whether each replica updates its share of a stage's weights alone (ZeRO stage 1, Rajbhandari et
  /// al., arXiv 1910.02054): the bits are the same.
  public let shardsUpdate: Bool
  /// What each rank holds, upstream first.
  public let holdings: [[Holding]]

  /// Stages of a model of `layerCount` layers, upstream first.
  /// - Throws: `PlanError` for anything that could not run.
  public init(
    stages: [Stage], gradientGroups: Int, gradientOrder: GradientOrder = .ascending,
    shardsUpdate: Bool = false, layerCount: Int
  ) throws(PlanError) {
    guard gradientGroups > 0, gradientGroups & (gradientGroups - 1) == 0 else {
      throw .invalid("the number of gradient groups is a power of two, not \(gradientGroups)")
    }
    guard gradientGroups <= Self.groupLimit else {
      throw .invalid("there are at most \(Self.groupLimit) gradient groups, not \(gradientGroups)")
    }
    var next = 0
    for (index, stage) in stages.enumerated() {
      guard !stage.layers.isEmpty else { throw .invalid("stage \(index) holds no layer") }
      guard stage.layers.lowerBound == next else {
        throw .invalid("stage \(index) starts at layer \(stage.layers.lowerBound), not \(next)")
      }
      guard stage.replicas > 0 else { throw .invalid("stage \(index) has no replica") }
      guard stage.replicas <= gradientGroups else {
        throw .replicas(stage: index, replicas: stage.replicas, groups: gradientGroups)
      }
      guard stage.recomputed.allSatisfy(stage.layers.contains),
        zip(stage.recomputed, stage.recomputed.dropFirst()).allSatisfy(<)
      else {
        throw .invalid(
          "stage \(index) recomputes layers \(stage.recomputed.map(String.init).listed()): name some of "
            + "its own, \(stage.layers.lowerBound) to \(stage.layers.upperBound - 1), ascending")
      }
      next = stage.layers.upperBound
    }
    guard next == layerCount, layerCount > 0 else {
      throw .invalid("the stages hold \(next) of \(layerCount) layers")
    }
    self.stages = stages
    self.gradientGroups = gradientGroups
    self.gradientOrder = gradientOrder
    self.shardsUpdate = shardsUpdate
    holdings = try Self.holdings(stages)
  }

  private static func holdings(_ stages: [Stage]) throws(PlanError) -> [[Holding]] {
    let ranks = stages.flatMap(\.ranks)
    // Said before anything is sized by a rank's number.
    if let last = ranks.max(), last >= ranks.count {
      let known = Set(ranks)
      let idle = (0..<last).first { !known.contains($0) } ?? 0
      throw .invalid("rank \(idle) of \(Int.sum(last, 1)) holds no stage")
    }
    var holdings: [[Holding]] = Array(repeating: [], count: (ranks.max() ?? -1) + 1)
    for (index, stage) in stages.enumerated() {
      for (replica, rank) in stage.ranks.enumerated() {
        guard rank >= 0 else { throw .invalid("there is no rank \(rank)") }
        guard holdings[rank].last?.stage != index else {
          throw .invalid("rank \(rank) holds two copies of stage \(index)")
        }
        holdings[rank].append(Holding(stage: index, replica: replica))
      }
    }
    if let idle = holdings.firstIndex(where: \.isEmpty) {
      throw .invalid("rank \(idle) of \(holdings.count) holds no stage")
    }
    return holdings
  }

  /// Refuses a step of too many stages times microbatches, before anything is made of them.
  /// - Throws: `PlanError.invalid` with the numbers.
  public static func checkSize(stages: Int, microbatches: Int) throws(PlanError) {
    let (cells, overflows) = stages.multipliedReportingOverflow(by: microbatches)
    guard !overflows, cells <= cellLimit else {
      throw .invalid(
        "a step of \(stages) stages and \(microbatches) microbatches is too large: stages times "
          + "microbatches may be \(cellLimit); use fewer microbatches or stages")
    }
  }

  /// Refuses a step of this plan with too many microbatches.
  /// - Throws: `PlanError.invalid` with the numbers.
  public func checkSize(microbatches: Int) throws(PlanError) {
    try Self.checkSize(stages: stages.count, microbatches: microbatches)
  }

  /// The number of ranks that the plan needs.
  public var worldSize: Int { holdings.count }

  /// The rank that holds a replica of a stage.
  public func rank(stage: Int, replica: Int) -> Int { stages[stage].ranks[replica] }

  /// Whether each replica of a stage updates its share of the weights alone.
  public func shardsUpdate(ofStage stage: Int) -> Bool {
    shardsUpdate && stages[stage].replicas > 1
  }

  /// The layers that are recomputed, of all stages.
  public var recomputed: Set<Int> { Set(stages.flatMap(\.recomputed)) }

  /// For each layer, its stage.
  public var stageOfLayer: [Int] {
    stages.enumerated().flatMap { index, stage in stage.layers.map { _ in index } }
  }

  /// The gradient group of a microbatch (law 2).
  public func group(ofMicrobatch microbatch: Int) -> Int { microbatch % gradientGroups }

  /// The replica of a stage that runs a gradient group (law 2).
  public func replica(ofGroup group: Int, stage: Int) -> Int { group % stages[stage].replicas }

  /// The rank that runs a microbatch of a stage (law 2).
  public func rank(ofMicrobatch microbatch: Int, stage: Int) -> Int {
    let ranks = stages[stage].ranks
    return ranks[group(ofMicrobatch: microbatch) % ranks.count]
  }

  /// As `2 x 2`, or `3+1` where the stages' replicas differ.
  public var description: String {
    let replicas = stages.map(\.replicas)
    return Set(replicas).count == 1
      ? "\(stages.count) x \(replicas[0])"
      : replicas.map(String.init).joined(separator: "+")
  }
}

extension Plan: Codable {
  private enum CodingKeys: String, CodingKey {
    case stages, gradientGroups, gradientOrder, shardsUpdate
  }

  /// Reads a plan, and checks it as if it had just been made.
  /// - Throws: `DecodingError` for what isn't there, `PlanError` for a plan that can't be.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let stages = try container.decode([Stage].self, forKey: .stages)
    try self.init(
      stages: stages, gradientGroups: container.decode(Int.self, forKey: .gradientGroups),
      gradientOrder: container.decodeIfPresent(GradientOrder.self, forKey: .gradientOrder)
        ?? .ascending,
      shardsUpdate: container.decodeIfPresent(Bool.self, forKey: .shardsUpdate) ?? false,
      layerCount: stages.last?.layers.upperBound ?? 0)
  }

  /// Writes stages, gradient groups and, where they aren't the usual ones, their order and who
  /// updates; all else follows from them.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(stages, forKey: .stages)
    try container.encode(gradientGroups, forKey: .gradientGroups)
    if gradientOrder != .ascending { try container.encode(gradientOrder, forKey: .gradientOrder) }
    if shardsUpdate { try container.encode(true, forKey: .shardsUpdate) }
  }
}

extension Plan.Stage: Codable {
  private enum CodingKeys: String, CodingKey { case layers, ranks, recomputed }

  /// Reads a stage; the plan checks it.
  /// - Throws: `DecodingError` for what isn't there.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      layers: container.decode(Range<Int>.self, forKey: .layers),
      ranks: container.decode([Int].self, forKey: .ranks),
      recomputed: container.decodeIfPresent([Int].self, forKey: .recomputed) ?? [])
  }

  /// Writes a stage; nothing of recomputation where there is none.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(layers, forKey: .layers)
    try container.encode(ranks, forKey: .ranks)
    if recomputes { try container.encode(recomputed, forKey: .recomputed) }
  }
}
