/// Who holds which layers: stages of consecutive layers, each with its replicas, on ranks.
///
/// An invalid plan can't exist: the initialiser checks that the stages cover every layer once and
/// in order, that none is empty, and that every replica has a gradient group (law 6).
public struct Plan: Hashable, Sendable, Codable, CustomStringConvertible {
  /// One stage.
  public struct Stage: Hashable, Sendable, Codable {
    /// The layers that it holds.
    public let layers: Range<Int>
    /// How many ranks hold a copy of it.
    public let replicas: Int

    /// Makes a stage.
    public init(layers: Range<Int>, replicas: Int) {
      self.layers = layers
      self.replicas = replicas
    }
  }

  /// The stages, upstream first.
  public let stages: [Stage]
  /// The number of gradient groups, a power of two (law 2).
  public let gradientGroups: Int

  /// Makes a plan for a model of `layerCount` layers.
  /// - Throws: `PlanError` for anything that could not run.
  public init(stages: [Stage], gradientGroups: Int, layerCount: Int) throws(PlanError) {
    guard gradientGroups > 0, gradientGroups & (gradientGroups - 1) == 0 else {
      throw .invalid("the number of gradient groups is a power of two, not \(gradientGroups)")
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
      next = stage.layers.upperBound
    }
    guard next == layerCount, layerCount > 0 else {
      throw .invalid("the stages hold \(next) of \(layerCount) layers")
    }
    self.stages = stages
    self.gradientGroups = gradientGroups
  }

  /// The number of ranks that the plan needs.
  public var worldSize: Int { stages.reduce(0) { $0 + $1.replicas } }

  /// The rank that holds a replica of a stage: stage by stage, replica by replica.
  public func rank(stage: Int, replica: Int) -> Int {
    stages[..<stage].reduce(0) { $0 + $1.replicas } + replica
  }

  /// The stage and the replica that a rank holds.
  public func place(ofRank rank: Int) -> (stage: Int, replica: Int) {
    var replica = rank
    for (index, stage) in stages.enumerated() {
      if replica < stage.replicas { return (index, replica) }
      replica -= stage.replicas
    }
    preconditionFailure("rank \(rank) is outside of the plan's \(worldSize) ranks")
  }

  /// For each layer, its stage.
  public var stageOfLayer: [Int] {
    stages.enumerated().flatMap { index, stage in stage.layers.map { _ in index } }
  }

  /// The gradient group of a microbatch (law 2).
  public func group(ofMicrobatch microbatch: Int) -> Int { microbatch % gradientGroups }

  /// The replica of a stage that runs a gradient group (law 2).
  public func replica(ofGroup group: Int, stage: Int) -> Int { group % stages[stage].replicas }

  /// As `2 x 2`, or `3+1` where the stages' replicas differ.
  public var description: String {
    let replicas = stages.map(\.replicas)
    return Set(replicas).count == 1
      ? "\(stages.count) x \(replicas[0])"
      : replicas.map(String.init).joined(separator: "+")
  }
}
