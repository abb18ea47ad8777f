/// Who has each slot of one rank's stages.
struct SlotTable {
  /// The kinds of slots.
  enum Kind: Int, CaseIterable {
    case stash, received, gradientsIn, gradientsOut, recomputed

    var words: String {
      switch self {
      case .stash: "stash slot"
      case .received: "slot for activations that come"
      case .gradientsIn: "slot for gradients that come"
      case .gradientsOut: "slot for gradients that leave"
      case .recomputed: "slot for what is recomputed"
      }
    }
  }

  /// For each slot the microbatch that has it, or had it last; -1 before the first.
  private var microbatch: [Int32] = []
  /// Whether its values are still needed by the rank itself.
  private var isHeld: [Bool] = []
  /// The first slot of each kind of each holding.
  private var first: [Int] = []
  private var counts: [Int] = []

  /// Empties the table and makes it one of a rank with these buffers.
  mutating func reset(_ buffers: [BufferSlots]) {
    microbatch.removeAll(keepingCapacity: true)
    isHeld.removeAll(keepingCapacity: true)
    first.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    for entry in buffers {
      for slots in [entry.stash, entry.received, entry.gradientsIn, entry.gradientsOut] {
        add(slots.count)
      }
    }
    // A rank's stages share these.
    add(buffers.reduce(0) { max($0, $1.recomputed.count) })
  }

  private mutating func add(_ count: Int) {
    first.append(microbatch.count)
    counts.append(count)
    for _ in 0..<count {
      microbatch.append(-1)
      isHeld.append(false)
    }
  }

  /// The place in the table of a slot, nil where there is none of this number.
  func place(_ kind: Kind, _ holding: Int, slot: Int?) -> Int? {
    let list =
      kind == .recomputed
      ? counts.count - 1 : holding * (Kind.allCases.count - 1) + kind.rawValue
    guard let slot, slot >= 0, slot < counts[list] else { return nil }
    return first[list] + slot
  }

  /// The microbatch that still needs the slot.
  func holder(_ place: Int) -> Int? { isHeld[place] ? Int(microbatch[place]) : nil }

  /// The microbatch that had the slot last, or has it; nil before the first.
  func last(_ place: Int) -> Int? { microbatch[place] < 0 ? nil : Int(microbatch[place]) }

  mutating func hold(_ place: Int, _ owner: Int) {
    microbatch[place] = Int32(owner)
    isHeld[place] = true
  }

  mutating func release(_ place: Int) { isHeld[place] = false }
}

extension BufferSlots {
  /// The slots of a kind.
  func slots(_ kind: SlotTable.Kind) -> Slots {
    switch kind {
    case .stash: stash
    case .received: received
    case .gradientsIn: gradientsIn
    case .gradientsOut: gradientsOut
    case .recomputed: recomputed
    }
  }
}
