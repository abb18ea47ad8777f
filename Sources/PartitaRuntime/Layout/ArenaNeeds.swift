internal import PartitaPlan
internal import PartitaSchedule

/// All that the size of a rank's arena depends on: ranks with equal needs take equal bytes.
struct ArenaNeeds: Hashable {
  /// A list of kernels.
  private struct List: Hashable {
    let stage: Int
    let phase: Phase
    let samples: Int
  }

  /// What one program needs.
  private struct Part: Hashable {
    var stages: [Int] = []
    var groups: [Int] = []
    /// Of each stage whose update replicas share, which replica; -1 for others.
    var shares: [Int] = []
    var slots: [Int] = []
    var lists: Set<List> = []
    var partialBytes = 0
  }

  private var parts: [Part]

  /// The needs of every rank.
  ///
  /// Complexity: O(actions + messages + ranks · groups).
  static func all(_ programs: [StagedProgram]) -> [ArenaNeeds] {
    let ranks = programs.first?.program.ranks.count ?? 0
    var needs = Array(repeating: ArenaNeeds(parts: []), count: ranks)
    for program in programs.map(\.program) {
      var partialBytes = Array(repeating: 0, count: ranks)
      for message in program.messages {
        if case .partial = message.content {
          partialBytes[message.to] += program.bytes(of: message)
        }
      }
      for (rank, own) in program.ranks.enumerated() {
        var part = Part()
        part.partialBytes = partialBytes[rank]
        for (holding, buffers) in zip(own.holdings, own.buffers) {
          part.stages.append(holding.stage)
          part.groups.append(program.groups(of: holding).count)
          part.shares.append(
            program.plan.shardsUpdate(ofStage: holding.stage) ? holding.replica : -1)
          part.slots += [
            buffers.stash, buffers.received, buffers.gradientsIn, buffers.gradientsOut,
            buffers.recomputed,
          ].map(\.count)
        }
        for case .compute(let action) in own.actions {
          part.lists.insert(
            List(
              stage: action.stage, phase: action.phase,
              samples: program.microbatchSizes[action.microbatch]))
        }
        needs[rank].parts.append(part)
      }
    }
    return needs
  }
}
