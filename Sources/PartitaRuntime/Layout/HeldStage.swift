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
  /// Where the gradients lie in an accumulator.
  let gradients: GradientLayout
  /// The gradient groups that the copy runs, ascending; their accumulators follow each other.
  let groups: [Int]

  /// Everything that a rank holds of a program; variables get their places.
  static func all(
    _ staged: StagedProgram, rank: Int, shared: inout SharedLayout
  ) -> [HeldStage] {
    let (program, own) = (staged.program, staged.program.ranks[rank])
    return own.holdings.enumerated().map { place, holding in
      let stage = staged.staged.stages[holding.stage]
      let gradients = GradientLayout(stage, in: staged.staged.model.graph)
      return HeldStage(
        holding: holding, graph: stage,
        layout: StageLayout(
          staged.staged, stage: holding.stage, gradients: gradients,
          splitsBackward: own.splitsBackward(ofStage: holding.stage),
          largest: program.microbatchSizes.max() ?? 0, shared: &shared),
        buffers: own.buffers[place], gradients: gradients, groups: program.groups(of: holding))
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
