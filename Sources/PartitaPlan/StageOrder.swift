internal import PartitaGraph

/// The order in which the stages of a pipeline lie on its columns.
///
/// The ranks form *columns*: column c is the place in the pipeline that `replicas[c]` ranks share,
/// numbered one after the other. With v virtual stages a column holds v stages.
public enum StageOrder: String, Hashable, Sendable, Codable {
  /// Stage s lies on column s mod p: round and round (Narayanan et al., arXiv 2104.04473, 2.2).
  case looped
  /// Down the columns and up again: stages c and 2p - 1 - c on column c (Qi et al., arXiv
  /// 2405.15362, section 3).
  case vee

  /// The column of a stage, of `columns` columns.
  public func column(ofStage stage: Int, columns: Int) -> Int {
    let (round, place) = stage.quotientAndRemainder(dividingBy: columns)
    return self == .vee && round % 2 == 1 ? columns - 1 - place : place
  }

  /// The ranks of every stage.
  ///
  /// - Parameters:
  ///   - stages: the number of stages.
  ///   - replicas: the ranks of each column.
  public func ranks(stages: Int, replicas: [Int]) -> [[Int]] {
    var first = 0
    let columns = replicas.map { count in
      defer { first += count }
      return Array(first..<first + count)
    }
    return (0..<stages).map { columns[column(ofStage: $0, columns: replicas.count)] }
  }
}

extension Plan {
  /// A plan for a pipeline without a model: every stage is a layer of its own.
  ///
  /// - Parameters:
  ///   - replicas: the ranks of each column.
  ///   - virtual: the stages of each column.
  ///   - stageOrder: which column holds which stage.
  ///   - gradientGroups: g, a power of two.
  ///   - recomputes: whether every stage is recomputed.
  /// - Throws: `PlanError` for what no pipeline can be.
  public init(
    columns replicas: [Int], virtual: Int = 1, stageOrder: StageOrder = .looped,
    gradientGroups: Int, recomputes: Bool = false
  ) throws(PlanError) {
    guard virtual >= 1 else {
      throw .invalid("a rank holds at least one stage, not \(virtual)")
    }
    guard !replicas.isEmpty else { throw .invalid("a pipeline has at least one rank") }
    if let few = replicas.first(where: { $0 < 1 }) {
      throw .invalid("a stage has at least one replica, not \(few)")
    }
    try Self.checkSize(stages: .product(replicas.count, virtual), microbatches: 1)
    if let column = replicas.firstIndex(where: { $0 > gradientGroups }) {
      throw .replicas(stage: column, replicas: replicas[column], groups: gradientGroups)
    }
    let ranks = stageOrder.ranks(stages: replicas.count * virtual, replicas: replicas)
    try self.init(
      stages: ranks.enumerated().map {
        Stage(layers: $0..<$0 + 1, ranks: $1, recomputed: recomputes ? [$0] : [])
      },
      gradientGroups: gradientGroups, layerCount: ranks.count)
  }
}
