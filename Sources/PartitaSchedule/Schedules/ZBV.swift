public import PartitaPlan

/// Two chunks a rank, down the ranks and up again, with the backward pass in two halves: the first
/// rank has the loss, so gradients start where activations did (Qi et al., arXiv 2405.15362,
/// section 3, and 2401.10241 for I and W).
///
/// Nobody is idle within its own span where F = I = W and m >= 2p - 1; stash of at most 2p chunks
/// on every rank, as much as 1F1B's first. Fewer microbatches are 2p - 1 of which the last have
/// been struck out.
public struct ZBV: Schedule {
  public var name: String { "zb-v" }
  public var summary: String { "W delayed, two chunks a rank, with the memory of 1F1B" }
  public var stageOrder: StageOrder { .vee }
  public var virtualStages: ClosedRange<Int> { 2...2 }

  public init() {}

  public func actions(at seat: Seat) -> [ComputeAction] {
    guard seat.stages.count == 2 else { return [] }
    var turns = Turns(seat)
    // What is on its way down and up again before this rank sees its first microbatch come back.
    let depth = seat.behind + 1
    let count = max(seat.microbatches.count, 2 * (seat.before + depth) - 1)
    turns.take(.forward, .down, times: 2 * depth - 1)
    for _ in 0..<seat.before {
      turns.take(.forward, .up)
      turns.take(.forward, .down)
    }
    for _ in 0..<depth {
      turns.take(.forward, .up)
      turns.takeBackward(.up)
    }
    // One of everything: six slots, and all six are work.
    while turns.taken(.forward, .up) < count {
      if turns.taken(.forward, .down) < count { turns.take(.forward, .down) }
      turns.takeBackward(.down)
      turns.take(.forward, .up)
      turns.takeBackward(.up)
    }
    // Others wait for I; W comes when nobody does.
    for _ in 0..<seat.before {
      turns.take(.inputGradient, .down)
      turns.take(.inputGradient, .up)
    }
    for _ in 0..<depth {
      turns.take(.inputGradient, .down)
      turns.take(.weightGradient, .down)
    }
    turns.take(.weightGradient, .up, times: count - turns.taken(.weightGradient, .up))
    turns.take(.weightGradient, .down, times: count - turns.taken(.weightGradient, .down))
    return turns.actions
  }

  /// The chunk that lies on the way to the last rank, and the one on the way back.
  private enum Leg: Int { case down, up }

  private struct Turns {
    private let seat: Seat
    /// For each leg how many microbatches have had their F, I and W.
    private var counts = [[0, 0, 0], [0, 0, 0]]
    private(set) var actions: [ComputeAction] = []

    init(_ seat: Seat) { self.seat = seat }

    /// How many microbatches have had their turn.
    func taken(_ phase: Phase, _ leg: Leg) -> Int { counts[leg.rawValue][Self.place(phase)] }

    /// Takes the next microbatches; those that there are not take no action.
    mutating func take(_ phase: Phase, _ leg: Leg, times: Int = 1) {
      for _ in 0..<times {
        let ordinal = taken(phase, leg)
        counts[leg.rawValue][Self.place(phase)] += 1
        guard ordinal < seat.microbatches.count else { continue }
        actions.append(
          ComputeAction(
            stage: seat.stages[leg.rawValue], phase, microbatch: seat.microbatches[ordinal]))
      }
    }

    /// No schedule takes R.
    private static func place(_ phase: Phase) -> Int {
      phase == .forward ? 0 : phase.sendsGradients ? 1 : 2
    }

    mutating func takeBackward(_ leg: Leg) {
      take(.inputGradient, leg)
      take(.weightGradient, leg)
    }
  }
}
