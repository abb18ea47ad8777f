internal import PartitaGraph
internal import PartitaSchedule

/// Sends that must be complete before the place that they leave from is written again.
struct SendHazards {
  private enum Kind: Hashable { case stash, gradientsOut }
  private struct Slot: Hashable {
    let kind: Kind
    let stage: Int
    let index: Int
  }
  private var open: [Slot: [ArenaMessage]] = [:]

  mutating func add(_ transfer: Transfer, _ messages: [ArenaMessage], _ buffers: BufferSlots) {
    guard let microbatch = transfer.microbatch else { return }
    let (kind, slots): (Kind, BufferSlots.Slots) =
      transfer.kind == .activation ? (.stash, buffers.stash) : (.gradientsOut, buffers.gradientsOut)
    if let slot = slots[microbatch] {
      open[Slot(kind: kind, stage: transfer.from, index: slot), default: []] += messages
    }
  }

  mutating func cleared(by action: ComputeAction, _ buffers: BufferSlots) -> [ArenaMessage] {
    let (microbatch, stage) = (action.microbatch, action.stage)
    let slot: Slot?
    switch action.phase {
    case .forward:
      slot = buffers.stash[microbatch].map { Slot(kind: .stash, stage: stage, index: $0) }
    case .backward, .inputGradient:
      slot = buffers.gradientsOut[microbatch].map {
        Slot(kind: .gradientsOut, stage: stage, index: $0)
      }
    case .recompute, .weightGradient: slot = nil
    }
    return slot.flatMap { open.removeValue(forKey: $0) } ?? []
  }
}
