internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

/// The exchange of scalars: a board with a slot for everything that must not be regrouped.
extension ProgramBinder {
  /// Doubles on the board: one for each group of a sum over samples, one for any other scalar.
  var boardCount: Int {
    program.staged.exchangedScalars.reduce(0) { $0 + slots(of: $1) }
  }

  private func slots(of scalar: ValueID) -> Int {
    graph.isSumOverSamples(scalar) ? program.plan.gradientGroups : 1
  }

  /// What this rank writes on the board and reads off it.
  func exchange(_ board: UnsafeMutableBufferPointer<Double>) -> BoundExchange {
    let tree = Reduction(
      groups: program.plan.gradientGroups, replicas: 1, filled: program.filledGroups)
    var own: [(slot: Int, source: UnsafePointer<Double>)] = []
    var additions: [(into: Int, other: Int)] = []
    var results: [(slot: Int, target: UnsafeMutablePointer<Double>)] = []
    var slot = 0
    for scalar in program.staged.exchangedScalars {
      let producer = graph[scalar].producer.flatMap { graph.nodes[$0].layer }
      let isOwn = producer.map { program.plan.stageOfLayer[$0] } == rank.stage
      if graph.isSumOverSamples(scalar) {
        if isOwn, let place = layout.microbatch[scalar] {
          for group in groups where program.filledGroups.contains(group) {
            let address = memory.address(.sampleScalars, slot: self.slot(ofGroup: group))
            own.append(
              (
                slot + group,
                UnsafePointer((address + place.offset).assumingMemoryBound(to: Double.self))
              ))
          }
        }
        additions += tree.local[0].map { (slot + $0.into, slot + $0.other) }
      } else if isOwn, rank.replica == 0 {
        own.append((slot, self.scalar(scalar)))
      }
      let target = address(of: scalar, microbatch: nil).assumingMemoryBound(to: Double.self)
      results.append((slot, target))
      slot += slots(of: scalar)
    }
    return BoundExchange(board: board, own: own, additions: additions, results: results)
  }
}
