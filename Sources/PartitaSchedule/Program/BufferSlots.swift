/// In which slot each microbatch's values of one stage are kept on one rank.
///
/// A slot is taken for as long as its values are needed: found by walking the rank's actions, so
/// any schedule gets as many slots as it has microbatches in flight, and no more.
public struct BufferSlots: Hashable, Sendable {
  /// The slots of one kind of value.
  public struct Slots: Hashable, Sendable {
    private let slotOfMicrobatch: [Int32]
    /// The number of slots.
    public let count: Int

    /// No slot for any microbatch.
    package static let none = Slots([], count: 0)

    package init(_ slots: [Int32], count: Int) {
      slotOfMicrobatch = slots
      self.count = count
    }

    /// The slot of a microbatch, nil where it needs none here.
    public subscript(microbatch: Int) -> Int? {
      guard slotOfMicrobatch.indices.contains(microbatch), slotOfMicrobatch[microbatch] >= 0
      else { return nil }
      return Int(slotOfMicrobatch[microbatch])
    }
  }

  /// What forward makes and backward reads, and what is sent downstream.
  public let stash: Slots
  /// What comes from upstream.
  public let received: Slots
  /// Gradients that come from downstream.
  public let gradientsIn: Slots
  /// Gradients that go upstream; kept while the action behind is already computing, and for W.
  public let gradientsOut: Slots
  /// What R makes and backward reads. These slots are the rank's, not the stage's: all stages of a
  /// rank use them in turn.
  public let recomputed: Slots

  package init(
    stash: Slots, received: Slots, gradientsIn: Slots, gradientsOut: Slots,
    recomputed: Slots = .none
  ) {
    self.stash = stash
    self.received = received
    self.gradientsIn = gradientsIn
    self.gradientsOut = gradientsOut
    self.recomputed = recomputed
  }
}
