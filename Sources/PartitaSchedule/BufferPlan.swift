/// In which slot each microbatch's values are kept on one rank, from the order of its actions.
///
/// A slot is taken for as long as its values are needed: found by walking the actions, so any
/// schedule gets as many slots as it has microbatches in flight, and no more.
public struct BufferPlan: Hashable, Sendable {
  /// The slots of one kind of value.
  public struct Slots: Hashable, Sendable {
    /// The slot of each microbatch.
    public let slot: [Int: Int]
    /// The number of slots.
    public let count: Int
    /// For each microbatch, the compute action after which its slot is free for it; -1 at once.
    public let freeAfter: [Int: Int]
  }

  /// What forward makes and backward reads, and what is sent downstream.
  public let stash: Slots
  /// What comes from upstream; filled while the action before is still computing.
  public let received: Slots
  /// Gradients that come from downstream.
  public let gradientsIn: Slots
  /// Gradients that go upstream; kept while the action behind is already computing.
  public let gradientsOut: Slots

  /// Plans the slots for a rank's compute actions.
  ///
  /// Complexity: O(actions · slots).
  public init(_ actions: [ComputeAction]) {
    var forward: [Int: Int] = [:]
    var backwardStart: [Int: Int] = [:]
    var end: [Int: Int] = [:]
    for (index, action) in actions.enumerated() {
      switch action.phase {
      case .forward: forward[action.microbatch] = index
      case .backward, .inputGradient: backwardStart[action.microbatch] = index
      case .weightGradient: break
      }
      // Without a backward pass a value lives one action longer, so that sending it can overlap.
      end[action.microbatch] = action.phase == .forward ? index + 1 : index
    }
    func life(_ first: (Int) -> Int?, _ last: (Int) -> Int?) -> [(Int, ClosedRange<Int>)] {
      forward.keys.sorted().compactMap { microbatch in
        guard let start = first(microbatch), let end = last(microbatch) else { return nil }
        return (microbatch, max(start, 0)...max(end, start, 0))
      }
    }
    stash = Self.colour(life({ forward[$0] }, { end[$0] }))
    received = Self.colour(life({ forward[$0].map { $0 - 1 } }, { end[$0] }))
    gradientsIn = Self.colour(
      life({ backwardStart[$0].map { $0 - 1 } }, { backwardStart[$0] == nil ? nil : end[$0] }))
    gradientsOut = Self.colour(life({ backwardStart[$0] }, { backwardStart[$0].map { $0 + 1 } }))
  }

  /// Gives each life the lowest slot that is free over all of it.
  private static func colour(_ lives: [(microbatch: Int, life: ClosedRange<Int>)]) -> Slots {
    var slot: [Int: Int] = [:]
    var freeAfter: [Int: Int] = [:]
    var ends: [Int] = []
    for (microbatch, life) in lives.sorted(by: { $0.life.lowerBound < $1.life.lowerBound }) {
      let chosen = ends.firstIndex { $0 < life.lowerBound } ?? ends.count
      if chosen == ends.count { ends.append(-1) }
      slot[microbatch] = chosen
      freeAfter[microbatch] = ends[chosen]
      ends[chosen] = life.upperBound
    }
    return Slots(slot: slot, count: ends.count, freeAfter: freeAfter)
  }
}
