internal import PartitaPlan

/// The proof that a program does what serial training does, whatever the ranks' speeds.
///
/// Three passes. The message table must hold exactly what the pipeline's edges and the reductions
/// need. Every rank's actions, in their order, must compute everything once, read what is there,
/// and write where nothing is needed any more; such a rank does the same whatever the others do,
/// provided it gets on. Then all ranks are performed together with messages that are complete only
/// when both sides have started them: what starts stays started, so one order of events that gets
/// to the end proves all of them. Buffering can only make a rank wait less.
///
/// Sound, not complete: a few programs that would do are refused, for instance one that updates a
/// stage while its rank still computes for another, which might read the same weights.
public enum Verifier {
  /// Proves a program, or says what is wrong with it.
  ///
  /// Complexity: O(actions + messages + stages · (microbatches + gradient groups)), and O(actions)
  /// words of memory; O(ranks · waits) more to find the shortest cycle of a deadlock.
  /// - Throws: the first fault, in the order of the passes and of the ranks.
  public static func prove(_ program: Program) throws(ProgramFault) {
    try proveShape(program)
    let index = try MessageIndex(program)
    var walk = RankWalk(program, index)
    for rank in program.ranks.indices { try walk.walk(rank) }
    try walk.finish()
    let meeting = Rendezvous(program.messages, walk.waits)
    if let fault = meeting.fault(program, walk.waits) { throw fault }
  }

  /// Plan, pipeline, ranks and reductions have to speak of the same stages.
  private static func proveShape(_ program: Program) throws(ProgramFault) {
    func check(_ fits: Bool, _ problem: @autoclosure () -> String, _ remedy: String)
      throws(ProgramFault)
    {
      guard fits else { throw ProgramFault(.shape, problem(), remedy: remedy) }
    }
    let (plan, pipeline) = (program.plan, program.pipeline)
    let stages = plan.stages.count
    try check(
      pipeline.stageCount == stages && pipeline.gradientElements.count == stages,
      "the pipeline has \(pipeline.stageCount) stages, the plan \(stages)",
      "cut the model by this plan")
    try check(
      pipeline.sharesFit(plan), "the pipeline's replicas share other updates than the plan's",
      "share no more than a stage's gradients, where the plan says so")
    try check(
      program.ranks.count == plan.worldSize,
      "there are programs for \(program.ranks.count) ranks, the plan has \(plan.worldSize)",
      "one program a rank")
    try check(
      program.microbatchSizes.allSatisfy { $0 >= 0 }, "a microbatch has fewer than no samples",
      "0 leaves a microbatch out")
    for (index, edge) in pipeline.edges.enumerated() {
      try check(
        0..<stages ~= edge.from && 0..<stages ~= edge.to && edge.from != edge.to,
        "edge \(index) goes from stage \(edge.from) to stage \(edge.to) of \(stages)",
        "an edge joins two stages")
    }
    for (rank, entry) in program.ranks.enumerated() {
      try check(
        entry.holdings == plan.holdings[rank] && entry.buffers.count == entry.holdings.count,
        "rank \(rank)'s program is for other stages than the plan gives it",
        "the same holdings, and buffer slots for each")
    }
    try check(
      program.reductions.count == stages,
      "there are reductions for \(program.reductions.count) stages, the plan has \(stages)",
      "one reduction a stage")
    // The tree is what makes every plan's bits the same, so it is computed again, not believed.
    var known: [Int: Reduction] = [:]
    let filled = program.filledGroups
    for (stage, entry) in plan.stages.enumerated() {
      let wanted =
        known[entry.replicas]
        ?? Reduction(groups: plan.gradientGroups, replicas: entry.replicas, filled: filled)
      known[entry.replicas] = wanted
      try check(
        program.reductions[stage] == wanted,
        "the gradients of stage \(stage) are not added by the tree of law 2",
        "the reduction of \(plan.gradientGroups) groups over \(entry.replicas) replicas")
    }
  }
}
