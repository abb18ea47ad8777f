internal import PartitaDevice
internal import PartitaSchedule

/// How much of the arena a program needs on one rank, and where each region of each stage starts.
///
/// The arena is one piece: what outlives the step first, then a part that programs (a full batch,
/// a ragged one, evaluation) use in turn.
struct ArenaLayout {
  /// What one stage needs.
  struct Part {
    /// Slots of each region, by `Region.rawValue`; of `shared` and `workspace` nothing is read.
    var slots = Array(repeating: 1, count: Region.allCases.count)
    /// Bytes of one slot of each region.
    let slotBytes: [Int]
    /// Bytes of the workspace that the stage's hungriest list needs.
    let workspaceBytes: Int
    /// Of them, those at the start that keep what passes between update lists.
    let keptBytes: Int
    /// Of them, those that this list's kernels take for themselves.
    var scratchBytes = 0
  }

  /// For each stage that the rank holds, the first byte of each region in the arena.
  private let starts: [[Int]]
  /// For each stage, bytes of one slot of each region.
  private let slotBytes: [[Int]]
  /// The first byte of what arrives of other replicas' partial sums.
  let partialsStart: Int
  /// Where what the stages share begins: values that R makes, and the workspace.
  let recomputedStart, workspaceStart: Int
  /// Slots of values that R makes, and bytes of one of them.
  let recomputedSlots: (count: Int, bytes: Int)
  /// Bytes of the workspace, and of them the scratch of the hungriest list's kernels.
  let workspaceBytes, scratchBytes: Int
  /// The first byte behind everything.
  let end: Int

  /// For each stage, the byte of `Region.workspace` behind what the update lists of all stages
  /// keep: from there on lists may scribble, for they run one after the other.
  static func workspaceStarts(keptBytes: [Int]) -> [Int] {
    let kept = keptBytes.map { Place.aligned($0) }
    return kept.indices.map { kept[$0...].reduce(0, +) }
  }

  /// - Parameters:
  ///   - sharedBytes: what outlives the step, at the start of the arena.
  ///   - partialBytes: what arrives of partial sums in one step.
  init(_ parts: [Part], sharedBytes: Int, partialBytes: Int = 0) {
    func page(_ bytes: Int) -> Int {
      (bytes + Place.pageBytes - 1) / Place.pageBytes * Place.pageBytes
    }
    var starts = parts.map { _ in Array(repeating: 0, count: Region.allCases.count) }
    var slotBytes = parts.map(\.slotBytes)
    var end = page(sharedBytes)
    for (index, part) in parts.enumerated() {
      for region in Region.allCases where !Self.isOfRank(region) {
        starts[index][region.rawValue] = end
        end = page(end + part.slots[region.rawValue] * part.slotBytes[region.rawValue])
      }
    }
    // Its slots are of a size for whichever stage has one.
    let recomputed = Region.recomputed.rawValue
    let largest = slotBytes.map { $0[recomputed] }.max() ?? 0
    for index in parts.indices {
      starts[index][recomputed] = end
      slotBytes[index][recomputed] = largest
    }
    recomputedStart = end
    recomputedSlots = (parts.map { $0.slots[recomputed] }.max() ?? 0, largest)
    end = page(end + largest * recomputedSlots.count)
    let scratch = Self.workspaceStarts(keptBytes: parts.map(\.keptBytes))
    var (hungriest, ofKernels) = (0, 0)
    for index in parts.indices {
      // A stage's workspace begins with what its own updates keep, then come the later stages'.
      let before = (scratch.first ?? 0) - scratch[index]
      starts[index][Region.workspace.rawValue] = end + before
      let needed = before + parts[index].workspaceBytes
      if needed > hungriest { (hungriest, ofKernels) = (needed, parts[index].scratchBytes) }
    }
    (workspaceStart, workspaceBytes, scratchBytes) = (end, hungriest, ofKernels)
    end = page(end + hungriest)
    self.starts = starts
    self.slotBytes = slotBytes
    partialsStart = end
    self.end = end + partialBytes
  }

  /// Whether all stages of a rank share a region.
  private static func isOfRank(_ region: Region) -> Bool {
    region == .shared || region == .recomputed || region == .workspace
  }

  /// Bytes of one slot of a region of one of the rank's stages.
  func slotBytes(of region: Region, of place: Int) -> Int { slotBytes[place][region.rawValue] }

  /// The first byte of a slot of a region of one of the rank's stages.
  func start(of region: Region, of place: Int, slot: Int = 0) -> Int {
    starts[place][region.rawValue] + slot * slotBytes[place][region.rawValue]
  }
}

/// A program's part of an arena that has been allocated.
struct ProgramMemory {
  /// Where each region starts.
  let layout: ArenaLayout
  /// The arena's first byte.
  let arena: UnsafeMutableRawPointer

  /// The address of a slot of a region of one of the rank's stages.
  func address(_ region: Region, of place: Int, slot: Int = 0) -> UnsafeMutableRawPointer {
    arena + layout.start(of: region, of: place, slot: slot)
  }

  /// The address of what arrives of other replicas' partial sums.
  var partials: UnsafeMutableRawPointer { arena + layout.partialsStart }

  /// The bytes of the arena that a buffer there takes.
  func range(_ start: UnsafeMutableRawPointer, count: Int) -> Range<Int> {
    let first = start - arena
    return first..<first + count
  }
}

extension HeldStage {
  /// What the stage needs of the arena.
  func arenaPart(workspaceBytes: Int, scratchBytes: Int) -> ArenaLayout.Part {
    var part = ArenaLayout.Part(
      slotBytes: layout.slotBytes, workspaceBytes: workspaceBytes, keptBytes: layout.updateBytes,
      scratchBytes: scratchBytes)
    let counts: [(Region, Int)] = [
      (.stash, buffers.stash.count), (.received, buffers.received.count),
      (.gradientsIn, buffers.gradientsIn.count), (.gradientsOut, buffers.gradientsOut.count),
      (.recomputed, buffers.recomputed.count), (.accumulator, groups.count),
      (.sampleScalars, groups.count),
    ]
    for (region, count) in counts { part.slots[region.rawValue] = count }
    return part
  }
}
