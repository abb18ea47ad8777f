internal import PartitaPlan
internal import PartitaSchedule

/// Where each rank's microbatches are kept, as numbers for all ranks together, and who may do what.
struct SlotTables {
  /// The slot that a stage's microbatch is sent downstream from, by stage and microbatch; -1: none.
  private(set) var stash: [Int32]
  /// The slot that its gradient is sent upstream from.
  private(set) var gradientsOut: [Int32]
  /// The slots of all ranks.
  private(set) var count: Int32 = 0
  /// The rank of a stage's microbatch, by stage and microbatch.
  private(set) var rank: [Int32]

  init(_ program: Program) {
    let width = program.microbatchSizes.count
    let plan = program.plan
    stash = Array(repeating: -1, count: plan.stages.count * width)
    gradientsOut = stash
    rank = stash
    for (stage, entry) in plan.stages.enumerated() {
      for microbatch in 0..<width {
        let group = plan.group(ofMicrobatch: microbatch)
        rank[stage * width + microbatch] = Int32(entry.ranks[group % entry.ranks.count])
      }
    }
    for program in program.ranks {
      for (holding, buffers) in zip(program.holdings, program.buffers) {
        let first = holding.stage * width
        for microbatch in 0..<width {
          if let slot = buffers.stash[microbatch] {
            stash[first + microbatch] = count + Int32(slot)
          }
          if let slot = buffers.gradientsOut[microbatch] {
            gradientsOut[first + microbatch] = count + Int32(buffers.stash.count + slot)
          }
        }
        count += Int32(buffers.stash.count + buffers.gradientsOut.count)
      }
    }
  }
}
