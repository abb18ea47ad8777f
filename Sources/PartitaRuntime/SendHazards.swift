internal import PartitaGraph
internal import PartitaSchedule
internal import PartitaTransport

/// Sends that must be complete before the place that they leave from is written again.
struct SendHazards {
  private enum Kind: Hashable { case stash, gradientsOut }
  private struct Slot: Hashable {
    let kind: Kind
    let stage: Int
    let index: Int
  }
  private var open: [Slot: [Message]] = [:]

  /// - Parameter splitsBackward: whether W runs apart: a gradient that it reads too lies in the stash.
  mutating func add(
    _ transfer: Transfer, _ messages: [Message], _ buffers: BufferPlan, splitsBackward: Bool
  ) {
    guard let microbatch = transfer.microbatch, !messages.isEmpty else { return }
    if transfer.kind == .activation || splitsBackward, let slot = buffers.stash[microbatch] {
      open[Slot(kind: .stash, stage: transfer.from, index: slot), default: []] += messages
    }
    if transfer.kind == .gradient, let slot = buffers.gradientsOut[microbatch] {
      open[Slot(kind: .gradientsOut, stage: transfer.from, index: slot), default: []] += messages
    }
  }

  mutating func cleared(by action: ComputeAction, _ buffers: BufferPlan) -> [Message] {
    let (microbatch, stage) = (action.microbatch, action.stage)
    let slot: Slot?
    switch action.phase {
    case .forward:
      slot = buffers.stash[microbatch].map { Slot(kind: .stash, stage: stage, index: $0) }
    case .backward, .inputGradient:
      slot = buffers.gradientsOut[microbatch].map {
        Slot(kind: .gradientsOut, stage: stage, index: $0)
      }
    case .weightGradient: slot = nil
    }
    return slot.flatMap { open.removeValue(forKey: $0) } ?? []
  }
}
