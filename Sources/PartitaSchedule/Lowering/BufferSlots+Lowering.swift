extension BufferSlots {
  /// The actions after which what arrives can start to: an action's index in the rank's order by
  /// microbatch, or -1 for at once.
  struct Arrivals {
    var activations, gradients: [Int32]
  }

  /// Gives the microbatches of one stage on one rank their slots.
  ///
  /// A slot for what arrives is held from the moment at which it can have been sent, so that no
  /// sender ever waits for a place: on paper every send meets a receive that has started. That is
  /// why a program that gets to its end on paper gets there under rendezvous too.
  ///
  /// Complexity: O(actions + microbatches · log actions).
  /// - Parameters:
  ///   - places: the indices of the stage's actions in the rank's order.
  ///   - width: the microbatches of the global batch.
  ///   - recomputed: the slots of what R makes.
  ///   - sent: the index of the rank's last action that ends before the microbatch's activation,
  ///     or gradient, is sent to it; nil where nothing is known.
  init(
    actions: [ComputeAction], places: [Int], width: Int, recomputed: Slots,
    sent: (_ microbatch: Int, _ isForward: Bool) -> Int?, arrivals: inout Arrivals
  ) {
    var forward = Array(repeating: Int32(-1), count: width)
    var backward = forward
    var end = forward
    for place in places {
      let action = actions[place]
      switch action.phase {
      case .forward: forward[action.microbatch] = Int32(place)
      case .backward, .inputGradient: backward[action.microbatch] = Int32(place)
      case .recompute, .weightGradient: break
      }
      // Without a backward pass a value lives one action longer, so that sending it can overlap.
      end[action.microbatch] = Int32(action.phase == .forward ? place + 1 : place)
    }
    var lives = Lives(width: width)
    func slots(
      from starts: [Int32], to last: (Int) -> Int32, arrivingIn phase: Phase? = nil,
      freeAfter: inout [Int32]
    ) -> Slots {
      lives.removeAll()
      for microbatch in 0..<width where starts[microbatch] >= 0 {
        var first = Int(starts[microbatch])
        if let phase {
          let known = sent(microbatch, phase == .forward)
          first = max(0, min(first - 1, known.map { $0 + 1 } ?? first))
        }
        lives.append(microbatch, first, max(Int(last(microbatch)), first))
      }
      return lives.colour(freeAfter: &freeAfter)
    }
    var unused: [Int32] = []
    let stash = slots(from: forward, to: { end[$0] }, freeAfter: &unused)
    let received = slots(
      from: forward, to: { end[$0] }, arrivingIn: .forward, freeAfter: &arrivals.activations)
    let gradientsIn = slots(
      from: backward, to: { end[$0] }, arrivingIn: .backward, freeAfter: &arrivals.gradients)
    // W may read a gradient that I has sent: an addition hands it on as it is.
    let gradientsOut = slots(
      from: backward, to: { max(backward[$0] + 1, end[$0]) }, freeAfter: &unused)
    self.init(
      stash: stash, received: received, gradientsIn: gradientsIn, gradientsOut: gradientsOut,
      recomputed: recomputed)
  }

  /// The slots of what R makes, for each of a rank's stages: kept until the microbatch is done.
  ///
  /// One R is often done with before the next of whatever stage, so one slot often does for all.
  /// Complexity: O(actions + stages · microbatches + R · log R).
  /// - Parameters:
  ///   - actions: the rank's, in order.
  ///   - places: for each stage the indices of its actions.
  ///   - width: the microbatches of the global batch.
  static func recomputed(
    _ actions: [ComputeAction], places: [[Int]], width: Int
  ) -> [Slots] {
    guard actions.contains(where: { $0.phase == .recompute }) else {
      return places.map { _ in .none }
    }
    var lives = Lives(width: places.count * width)
    for (stage, places) in places.enumerated() {
      var (first, last) = (Array(repeating: -1, count: width), Array(repeating: -1, count: width))
      for place in places {
        let action = actions[place]
        if action.phase == .recompute { first[action.microbatch] = place }
        last[action.microbatch] = place
      }
      for microbatch in 0..<width where first[microbatch] >= 0 {
        lives.append(stage * width + microbatch, first[microbatch], last[microbatch])
      }
    }
    var unused: [Int32] = []
    let all = lives.colour(freeAfter: &unused)
    return places.indices.map { stage in
      let slots = (0..<width).map { Int32(all[stage * width + $0] ?? -1) }
      let count = Int(slots.max() ?? -1) + 1
      return count > 0 ? Slots(slots, count: count) : .none
    }
  }
}

/// Values that each need a place for a while.
private struct Lives {
  private struct Life {
    let microbatch, first, last: Int
  }
  private var lives: [Life] = []
  private let width: Int

  init(width: Int) { self.width = width }

  mutating func removeAll() { lives.removeAll(keepingCapacity: true) }

  mutating func append(_ microbatch: Int, _ first: Int, _ last: Int) {
    lives.append(Life(microbatch: microbatch, first: first, last: last))
  }

  /// Gives each life the slot that has been free for longest, a new one where none is.
  mutating func colour(freeAfter: inout [Int32]) -> BufferSlots.Slots {
    lives.sort { ($0.first, $0.microbatch) < ($1.first, $1.microbatch) }
    let byEnd = lives.indices.sorted { (lives[$0].last, $0) < (lives[$1].last, $1) }
    var slot = Array(repeating: Int32(-1), count: width)
    freeAfter = slot
    var count: Int32 = 0
    var ended = 0
    for life in lives {
      // Slots come free in the order in which lives end; each is handed on once.
      if ended < byEnd.count, lives[byEnd[ended]].last < life.first {
        let before = lives[byEnd[ended]]
        slot[life.microbatch] = slot[before.microbatch]
        freeAfter[life.microbatch] = Int32(before.last)
        ended += 1
      } else {
        slot[life.microbatch] = count
        count += 1
      }
    }
    return BufferSlots.Slots(slot, count: Int(count))
  }
}
