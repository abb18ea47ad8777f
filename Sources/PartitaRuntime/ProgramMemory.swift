internal import PartitaDevice
internal import PartitaPlan
internal import PartitaSchedule

/// How much of the arena a program needs on one rank, and where each region of each stage starts.
///
/// The arena is one piece: what outlives the step first, then a part that programs (a full batch,
/// a ragged one, evaluation) use in turn.
struct ProgramMemoryPlan {
  /// For each stage that the rank holds, the first byte of each region in the arena.
  let starts: [[Int]]
  /// For each stage, bytes of one slot of each region.
  let slotBytes: [[Int]]
  /// The first byte of what arrives of other replicas' partial sums.
  let partialsStart: Int
  /// The first byte behind everything.
  let end: Int

  /// For each stage, the byte of `Region.workspace` behind what the update lists of all stages
  /// keep: from there on lists may scribble, for they run one after the other.
  static func workspaceStarts(_ stages: [HeldStage]) -> [Int] {
    let kept = stages.map { Place.aligned($0.layout.updateBytes) }
    return stages.indices.map { kept[$0...].reduce(0, +) }
  }

  /// - Parameters:
  ///   - workspaceBytes: for each stage, what its hungriest list needs.
  ///   - partialBytes: what arrives of partial sums in one step.
  ///   - sharedBytes: what outlives the step, at the start of the arena.
  init(_ stages: [HeldStage], workspaceBytes: [Int], partialBytes: Int, sharedBytes: Int) {
    func page(_ bytes: Int) -> Int { (bytes + 4095) / 4096 * 4096 }
    var starts = stages.map { _ in Array(repeating: 0, count: Region.allCases.count) }
    var end = page(sharedBytes)
    for (index, stage) in stages.enumerated() {
      let buffers = stage.buffers
      let counts: [(Region, Int)] = [
        (.stash, buffers.stash.count), (.received, buffers.received.count),
        (.gradientsIn, buffers.gradientsIn.count), (.gradientsOut, buffers.gradientsOut.count),
        (.accumulator, stage.groups.count), (.sampleScalars, stage.groups.count),
      ]
      for (region, count) in counts {
        starts[index][region.rawValue] = end
        end = page(end + count * stage.layout.slotBytes[region.rawValue])
      }
    }
    let scratch = Self.workspaceStarts(stages)
    var hungriest = 0
    for index in stages.indices {
      // A stage's workspace begins with what its own updates keep, then come the later stages'.
      let before = (scratch.first ?? 0) - scratch[index]
      starts[index][Region.workspace.rawValue] = end + before
      hungriest = max(hungriest, before + workspaceBytes[index])
    }
    end = page(end + hungriest)
    self.starts = starts
    slotBytes = stages.map(\.layout.slotBytes)
    partialsStart = end
    self.end = end + partialBytes
  }
}

/// A program's part of an arena that has been allocated.
struct ProgramMemory {
  /// Where each region starts.
  let plan: ProgramMemoryPlan
  /// The arena's first byte.
  let arena: UnsafeMutableRawPointer

  /// The address of a slot of a region of one of the rank's stages.
  func address(_ region: Region, of place: Int, slot: Int = 0) -> UnsafeMutableRawPointer {
    arena + plan.starts[place][region.rawValue] + slot * plan.slotBytes[place][region.rawValue]
  }

  /// The address of what arrives of other replicas' partial sums.
  var partials: UnsafeMutableRawPointer { arena + plan.partialsStart }
}
