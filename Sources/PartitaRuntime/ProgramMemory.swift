internal import PartitaDevice
internal import PartitaPlan
internal import PartitaSchedule

/// How much of the arena a program needs on one rank, and where each region starts.
///
/// The arena is one piece: what outlives the step first, then a part that programs (a full batch,
/// a ragged one, evaluation) use in turn.
struct ProgramMemoryPlan {
  /// Bytes of one slot of each region.
  let slotBytes: [Int]
  /// The first byte of each region in the arena.
  let starts: [Int]
  /// The first byte of what arrives of other replicas' partial sums.
  let partialsStart: Int
  /// The first byte behind everything.
  let end: Int

  /// - Parameters:
  ///   - groups: the gradient groups that the rank runs.
  ///   - workspaceBytes: what the hungriest list needs.
  ///   - partialBytes: what arrives of partial sums in one step.
  ///   - sharedBytes: what outlives the step, at the start of the arena.
  init(
    _ rank: RankProgram, layout: StageLayout, groups: Int, workspaceBytes: Int, partialBytes: Int,
    sharedBytes: Int
  ) {
    func page(_ bytes: Int) -> Int { (bytes + 4095) / 4096 * 4096 }
    let buffers = rank.buffers
    var starts = Array(repeating: 0, count: Region.allCases.count)
    var end = page(sharedBytes)
    let counts: [(Region, Int)] = [
      (.stash, buffers.stash.count), (.received, buffers.received.count),
      (.gradientsIn, buffers.gradientsIn.count), (.gradientsOut, buffers.gradientsOut.count),
      (.accumulator, groups), (.sampleScalars, groups),
    ]
    for (region, count) in counts {
      starts[region.rawValue] = end
      end = page(end + count * layout.slotBytes[region.rawValue])
    }
    starts[Region.workspace.rawValue] = end
    end = page(end + workspaceBytes)
    self.slotBytes = layout.slotBytes
    self.starts = starts
    self.partialsStart = end
    self.end = end + partialBytes
  }
}

/// A program's part of an arena that has been allocated.
struct ProgramMemory {
  /// Where each region starts.
  let plan: ProgramMemoryPlan
  /// The arena's first byte.
  let arena: UnsafeMutableRawPointer

  /// The address of a slot of a region.
  func address(_ region: Region, slot: Int = 0) -> UnsafeMutableRawPointer {
    arena + plan.starts[region.rawValue] + slot * plan.slotBytes[region.rawValue]
  }

  /// The address of what arrives of other replicas' partial sums.
  var partials: UnsafeMutableRawPointer { arena + plan.partialsStart }
}
