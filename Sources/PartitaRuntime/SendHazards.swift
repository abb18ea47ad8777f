internal import PartitaGraph
internal import PartitaSchedule
internal import PartitaTransport

/// Sends that must be complete before the place that they leave from is written again.
struct SendHazards {
  private enum Kind: Hashable { case stash, gradientsOut }
  private struct Slot: Hashable {
    let kind: Kind
    let index: Int
  }
  private var open: [Slot: [Message]] = [:]

  mutating func add(_ transfer: Transfer, _ messages: [Message], _ buffers: BufferPlan) {
    guard let microbatch = transfer.microbatch else { return }
    switch transfer.kind {
    case .activation:
      if let slot = buffers.stash.slot[microbatch] {
        open[Slot(kind: .stash, index: slot), default: []] += messages
      }
    case .gradient:
      if let slot = buffers.gradientsOut.slot[microbatch] {
        open[Slot(kind: .gradientsOut, index: slot), default: []] += messages
      }
    case .contribution, .parameter: break
    }
  }

  mutating func cleared(by action: ComputeAction, _ buffers: BufferPlan) -> [Message] {
    let slot: Slot?
    switch action.phase {
    case .forward:
      slot = buffers.stash.slot[action.microbatch].map { Slot(kind: .stash, index: $0) }
    case .backward, .inputGradient:
      slot = buffers.gradientsOut.slot[action.microbatch].map {
        Slot(kind: .gradientsOut, index: $0)
      }
    case .weightGradient: slot = nil
    }
    return slot.flatMap { open.removeValue(forKey: $0) } ?? []
  }
}
