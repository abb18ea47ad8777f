/// In which slot each microbatch's values of one stage are kept on one rank.
///
/// A slot is taken for as long as its values are needed: found by walking the rank's actions, so
/// any schedule gets as many slots as it has microbatches in flight, and no more.
public struct BufferPlan: Hashable, Sendable {
  /// The slots of one kind of value.
  public struct Slots: Hashable, Sendable {
    private let slotOfMicrobatch: [Int32]
    /// The number of slots.
    public let count: Int

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

  package init(stash: Slots, received: Slots, gradientsIn: Slots, gradientsOut: Slots) {
    self.stash = stash
    self.received = received
    self.gradientsIn = gradientsIn
    self.gradientsOut = gradientsOut
  }

  /// The actions after which what arrives can start to: an action's index in the rank's order by
  /// microbatch, or -1 for at once.
  struct Arrivals {
    var activations, gradients: [Int32]
  }

  /// Plans the slots of one stage on one rank.
  ///
  /// A slot for what arrives is held from the moment at which it can have been sent, so that no
  /// sender ever waits for a place: on paper every send meets a receive that has started. That is
  /// why a program that gets to its end on paper gets there under rendezvous too.
  ///
  /// Complexity: O(actions + microbatches · log actions).
  /// - Parameters:
  ///   - places: the indices of the stage's actions in the rank's order.
  ///   - sent: the index of the rank's last action that ends before the microbatch's activation,
  ///     or gradient, is sent to it; nil where nothing is known.
  init(
    stage: Int, actions: [ComputeAction], places: [Int], width: Int,
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
      case .weightGradient: break
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
    stash = slots(from: forward, to: { end[$0] }, freeAfter: &unused)
    received = slots(
      from: forward, to: { end[$0] }, arrivingIn: .forward, freeAfter: &arrivals.activations)
    gradientsIn = slots(
      from: backward, to: { end[$0] }, arrivingIn: .backward, freeAfter: &arrivals.gradients)
    // W may read a gradient that I has sent: an addition hands it on as it is.
    gradientsOut = slots(
      from: backward, to: { max(backward[$0] + 1, end[$0]) }, freeAfter: &unused)
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
  mutating func colour(freeAfter: inout [Int32]) -> BufferPlan.Slots {
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
    return BufferPlan.Slots(slot, count: Int(count))
  }
}
