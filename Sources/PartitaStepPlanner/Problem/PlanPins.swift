internal import PartitaKeys
public import PartitaPlan

/// The parts of a plan that are not for the planner to choose.
public struct PlanPins: Hashable, Sendable, Codable {
  /// The number of stages, of all columns together.
  public var stages: Int?
  /// The stages of each column.
  public var virtual: Int?
  /// The ranks of each column, or one number for all.
  public var replicas: [Int]?
  /// The first layer of each stage but the first.
  public var cuts: [String]?
  /// The name of the schedule.
  public var schedule: String?
  /// What is computed again for the backward pass.
  public var recompute: Recomputation?

  /// Leaves everything open that isn't given.
  public init(
    stages: Int? = nil, virtual: Int? = nil, replicas: [Int]? = nil, cuts: [String]? = nil,
    schedule: String? = nil, recompute: Recomputation? = nil
  ) {
    self.stages = stages
    self.virtual = virtual
    self.replicas = replicas
    self.cuts = cuts
    self.schedule = schedule
    self.recompute = recompute
  }

  /// The same, when its names are those of layers and its numbers can be on so many ranks.
  func checked(layers: [String], ranks: Int, groups: Int) throws(PlanError) -> PlanPins {
    var last = 0
    for name in cuts ?? [] {
      guard let place = layers.firstIndex(of: name) else {
        throw .noSuchLayer(name: name, nearest: nearestName(to: name, in: layers), layers: layers)
      }
      guard place > last else {
        throw .cut(
          name: name,
          problem: "cuts are named in the order of the layers, each once, and none "
            + "stands before the first")
      }
      last = place
    }
    if let cuts, let stages, cuts.count != stages - 1 {
      throw .stagesAndCuts(stages: stages, cuts: cuts.count)
    }
    if let replicas, replicas.count > 1, replicas.reduce(0, +) != ranks {
      throw .ranks(needed: replicas.reduce(0, +), given: ranks, shape: "\(replicas) replicas")
    }
    if let most = replicas?.max(), most > groups {
      throw .replicas(stage: 0, replicas: most, groups: groups)
    }
    return self
  }

  /// The positions of the cuts among the layers.
  func positions(in layers: [String]) -> [Int]? {
    cuts.map { $0.compactMap { layers.firstIndex(of: $0) } }
  }
}
