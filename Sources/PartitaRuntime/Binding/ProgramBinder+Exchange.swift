internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

/// A norm of which each replica of a stage knows some blocks.
struct CutNorm {
  /// The blocks of the whole.
  let blocks: Int
  /// What the sum of the blocks is multiplied by.
  let factor: Double

  /// Those of a model, by their scalars; every rank has a place for each block.
  static func all(_ staged: StagedProgram) -> [ValueID: CutNorm] {
    var norms: [ValueID: CutNorm] = [:]
    let (model, plan) = (staged.staged, staged.program.plan)
    for stage in plan.stages.indices {
      for update in plan.updates(of: model, stage: stage) {
        for node in update.nodes.map({ model.model.graph.nodes[$0] }) {
          guard case .squares(let factor) = node.op.slicing else { continue }
          norms[node.outputs[0]] = CutNorm(
            blocks: SquaredNorm.blocks(update.count), factor: factor)
        }
      }
    }
    return norms
  }
}

/// The exchange of scalars: a board with a slot for everything that must not be regrouped.
extension ProgramBinder {
  /// Doubles on the board: one for each group of a sum over samples, one for any other scalar.
  var boardCount: Int { exchangedScalars.reduce(0) { $0 + slots(of: $1) } }

  private func slots(of scalar: ValueID) -> Int {
    graph.isSumOverSamples(scalar)
      ? program.plan.gradientGroups : cutNorms[scalar]?.blocks ?? 1
  }

  /// Where the numbers lie that a step ends with.
  var results: ResultSources {
    ResultSources(
      loss: scalar(model.loss),
      objective: scalar(model.assignments.isEmpty ? model.loss : model.objective),
      correctCount: model.correctCount.map { scalar($0) },
      squaredGradientNorm: model.squaredGradientNorm.map { scalar($0) })
  }

  /// What this rank writes on the board and reads off it.
  func exchange(_ board: UnsafeMutableBufferPointer<Double>) -> ScalarExchange {
    let filled = program.filledGroups
    let tree = Reduction(groups: program.plan.gradientGroups, replicas: 1, filled: filled)
    let stageOfLayer = program.plan.stageOfLayer
    var own: [ScalarExchange.Told] = []
    var blocks: [ScalarExchange.Blocks] = []
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
            own.append(.init(slot: slot + group, source: UnsafeRawPointer(source)))
          }
        }
        additions += tree.local[0].map { (slot + $0.into, slot + $0.other) }
      } else if let norm = cutNorms[scalar] {
        for (place, part) in parts(of: scalar) {
          own.append(
            .init(
              slot: slot + part.blocks.lowerBound, source: self.scalar(part.value, in: place),
              count: part.blocks.count))
        }
        blocks.append(.init(slot: slot, count: norm.blocks, factor: norm.factor))
      } else if let maker, stages[maker].holding.replica == 0 {
        own.append(.init(slot: slot, source: self.scalar(scalar, in: maker)))
      }
      for place in stages.indices {
        results.append((slot, address(of: scalar, in: place, microbatch: nil)))
      }
      slot += slots(of: scalar)
    }
    return ScalarExchange(
      board: board, own: own, additions: additions, blocks: blocks, results: results)
  }

  /// The slices of a norm that this rank computes, with the places of their stages.
  private func parts(of scalar: ValueID) -> [(place: Int, sums: UpdateSlices.BlockSums)] {
    stages.indices.flatMap { place in
      stages[place].share.slices.norms.filter { $0.scalar == scalar }.map { (place, $0) }
    }
  }
}
