internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

/// What a replica of a stage updates.
struct UpdateShare {
  /// Where the gradients lie in an accumulator.
  let gradients: GradientLayout
  /// The update as it runs here: in slices where replicas share it.
  let slices: UpdateSlices
  /// The weights that are shared, each with its gradient, in the order in which these lie.
  private let weights: [(weight: ValueID, gradient: ValueID)]

  init(_ staged: StagedModel, _ plan: Plan, holding: Plan.Holding) {
    let (graph, stage) = (staged.model.graph, staged.stages[holding.stage])
    let updates = plan.updates(of: staged, stage: holding.stage)
    let gradients = GradientLayout(stage, in: graph, sharing: updates)
    self.gradients = gradients
    slices = UpdateSlices(
      graph, stage, without: updates,
      pieces: gradients.pieces(
        updates, ofReplica: holding.replica, of: plan.stages[holding.stage].replicas))
    weights = updates.flatMap { update in
      update.assignments.filter { graph[$0.variable].isWeight }.map {
        ($0.variable, update.gradient)
      }
    }
  }

  /// Places the weights that are shared as their gradients lie.
  /// - Returns: the first of their bytes; 0 where none is shared.
  func placeWeights(_ graph: Graph, in shared: inout SharedLayout) -> Int {
    guard !weights.isEmpty else { return 0 }
    return shared.place(
      inOnePiece: weights.map { (graph[$0.weight], 4 * (gradients.offsets[$0.gradient] ?? 0)) },
      bytes: 4 * gradients.shardedCount,
      gaps: gradients.gaps.map { 4 * $0.lowerBound..<4 * $0.upperBound })
  }
}

extension Plan {
  /// The updates of a stage that its replicas share.
  func updates(of staged: StagedModel, stage: Int) -> [SliceableUpdate] {
    shardsUpdate(ofStage: stage) ? staged.sliceableUpdates(ofStage: stage) : []
  }
}

extension GradientLayout {
  /// What a replica updates, in the order in which it lies.
  ///
  /// Complexity: O(updates · log updates + shares).
  func pieces(
    _ updates: [SliceableUpdate], ofReplica replica: Int, of replicas: Int
  ) -> [UpdateSlices.Piece] {
    var pieces: [UpdateSlices.Piece] = []
    let shares = shares(ofReplica: replica, of: replicas)
    var next = 0
    let placed = updates.compactMap { update in
      offsets[update.gradient].map { (start: $0, update: update) }
    }
    for (start, update) in placed.sorted(by: { $0.start < $1.start }) {
      let end = start + update.count
      while next < shares.count, shares[next].upperBound <= start { next += 1 }
      var share = next
      while share < shares.count, shares[share].lowerBound < end {
        let elements = shares[share].clamped(to: start..<end)
        pieces.append(
          UpdateSlices.Piece(update, elements.lowerBound - start..<elements.upperBound - start))
        share += 1
      }
    }
    return pieces
  }
}
