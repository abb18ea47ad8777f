internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

/// The exchange of scalars: a board with a slot for everything that must not be regrouped.
extension ProgramBinder {
  /// Doubles on the board: one for each group of a sum over samples, one for any other scalar.
  var boardCount: Int { exchangedScalars.reduce(0) { $0 + slots(of: $1) } }

  private func slots(of scalar: ValueID) -> Int {
    graph.isSumOverSamples(scalar) ? program.plan.gradientGroups : 1
  }

  /// What this rank writes on the board and reads off it.
  func exchange(_ board: UnsafeMutableBufferPointer<Double>) -> ScalarExchange {
    let filled = program.filledGroups
    let tree = Reduction(groups: program.plan.gradientGroups, replicas: 1, filled: filled)
    let stageOfLayer = program.plan.stageOfLayer
    var own: [(slot: Int, source: UnsafeRawPointer)] = []
    var additions: [(into: Int, other: Int)] = []
    var results: [(slot: Int, target: UnsafeMutableRawPointer)] = []
    var slot = 0
    for scalar in exchangedScalars {
      let layer = graph[scalar].producer.flatMap { graph.nodes[$0].layer }
      let maker = layer.flatMap { rank.place(ofStage: stageOfLayer[$0]) }
      if graph.isSumOverSamples(scalar) {
        if let maker, let offset = stages[maker].layout.microbatch[scalar]?.offset {
          for (index, group) in stages[maker].groups.enumerated() where filled.contains(group) {
            let source = memory.address(.sampleScalars, of: maker, slot: index) + offset
            own.append((slot + group, UnsafeRawPointer(source)))
          }
        }
        additions += tree.local[0].map { (slot + $0.into, slot + $0.other) }
      } else if let maker, stages[maker].holding.replica == 0 {
        own.append((slot, self.scalar(scalar, in: maker)))
      }
      for place in stages.indices {
        results.append((slot, address(of: scalar, in: place, microbatch: nil)))
      }
      slot += slots(of: scalar)
    }
    return ScalarExchange(board: board, own: own, additions: additions, results: results)
  }
}
