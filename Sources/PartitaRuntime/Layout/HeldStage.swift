internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

/// A copy of a stage as its rank holds it: what it computes, and where its values lie.
struct HeldStage {
  let holding: Plan.Holding
  let graph: StageGraph
  let layout: StageLayout
  let buffers: BufferSlots
  /// What the copy updates.
  let share: UpdateShare
  /// The first byte of the weights that replicas share the update of.
  let weightsStart: Int
  /// The gradient groups that the copy runs, ascending; their accumulators follow each other.
  let groups: [Int]

  /// Everything that a rank holds of a program; variables get their places.
  static func all(
    _ staged: StagedProgram, rank: Int, shared: inout SharedLayout
  ) -> [HeldStage] {
    let (program, own) = (staged.program, staged.program.ranks[rank])
    return own.holdings.enumerated().map { place, holding in
      let stage = staged.staged.stages[holding.stage]
      let share = UpdateShare(staged.staged, program.plan, holding: holding)
      let weightsStart = share.placeWeights(staged.staged.model.graph, in: &shared)
      return HeldStage(
        holding: holding, graph: stage,
        layout: StageLayout(
          staged.staged, stage: holding.stage, share: share,
          splitsBackward: own.splitsBackward(ofStage: holding.stage),
          largest: program.microbatchSizes.max() ?? 0, shared: &shared),
        buffers: own.buffers[place], share: share, weightsStart: weightsStart,
        groups: program.groups(of: holding))
    }
  }

  /// The place of a group's accumulator among the copy's own.
  func slot(ofGroup group: Int) -> Int { groups.firstIndex(of: group) ?? 0 }
}

extension RankProgram {
  /// Whether I and W of a stage run apart.
  func splitsBackward(ofStage stage: Int) -> Bool {
    actions.contains { action in
      guard case .compute(let action) = action else { return false }
      return action.stage == stage && action.phase == .weightGradient
    }
  }
}
