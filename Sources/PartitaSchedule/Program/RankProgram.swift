public import PartitaPlan

/// What one rank does in a step.
public struct RankProgram: Hashable, Sendable {
  /// The copies of stages that the rank holds, upstream first.
  public let holdings: [Plan.Holding]
  /// The actions, in order.
  public let actions: [Action]
  /// Where each microbatch's values are kept, for each holding.
  public let buffers: [BufferSlots]

  package init(holdings: [Plan.Holding], actions: [Action], buffers: [BufferSlots]) {
    self.holdings = holdings
    self.actions = actions
    self.buffers = buffers
  }

  /// The place of a stage among the holdings.
  public func place(ofStage stage: Int) -> Int? { holdings.firstIndex { $0.stage == stage } }

  /// The actions that compute, in order.
  public var computeActions: [ComputeAction] {
    actions.compactMap { if case .compute(let action) = $0 { action } else { nil } }
  }
}
