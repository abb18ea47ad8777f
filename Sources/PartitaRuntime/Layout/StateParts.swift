internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

extension StagedProgram {
  /// What one rank holds of a state.
  public struct StatePart: Hashable, Sendable {
    /// The rank.
    public let rank: Int
    /// Which bytes of the state.
    public let bytes: Range<Int>
  }

  /// Who holds which bytes of each state whose update replicas share, by the state's name, bytes
  /// ascending; states of other stages are held by each replica as a whole.
  ///
  /// Complexity: O(updates + buckets · replicas).
  public var stateParts: [String: [StatePart]] {
    var parts: [String: [StatePart]] = [:]
    let (plan, graph) = (program.plan, staged.model.graph)
    for (index, stage) in plan.stages.enumerated() {
      let updates = plan.updates(of: staged, stage: index)
      guard !updates.isEmpty else { continue }
      let layout = GradientLayout(staged.stages[index], in: graph, sharing: updates)
      for (replica, rank) in stage.ranks.enumerated() {
        for piece in layout.pieces(updates, ofReplica: replica, of: stage.replicas) {
          for state in piece.update.assignments.map({ graph[$0.variable] })
          where state.role == .state {
            let width = state.type.element.bytes
            let bytes = piece.elements.lowerBound * width..<piece.elements.upperBound * width
            parts[state.name, default: []].append(StatePart(rank: rank, bytes: bytes))
          }
        }
      }
    }
    return parts.mapValues { $0.sorted { $0.bytes.lowerBound < $1.bytes.lowerBound } }
  }
}
