/// 1F1B over the v chunks of each rank, placed round and round: microbatches go through the chunks
/// in rounds of p (Narayanan et al., arXiv 2104.04473, section 2.2).
///
/// Bubble (p - 1)(F + B) / v, F and B being a rank's whole work on a microbatch, where p divides m;
/// rank 0 keeps min(mv, pv + p - 1) chunks. A last round of fewer microbatches is a full one whose
/// missing microbatches have been struck out: that can't make anyone wait who did not.
public struct InterleavedOneForwardOneBackward: Schedule {
  public var name: String { "interleaved-1f1b" }
  public var summary: String { "one forward, one backward, over several chunks a rank" }
  public var virtualStages: ClosedRange<Int> { 1...Int.max }

  public init() {}

  public func actions(at seat: Seat) -> [ComputeAction] {
    let (round, chunks) = (seat.round, seat.stages.count)
    let rounds = (seat.microbatches.count + round - 1) / round
    let turns = rounds * round * chunks
    // Twice the way to the end, for two ranks' turns lie between a chunk's F and its neighbour's B;
    // and all chunks but the last of the first round.
    let warmUp = min(2 * seat.behind + (chunks - 1) * round, turns)
    var actions: [ComputeAction] = []
    func take(_ turn: Int, _ phase: Phase) {
      let (place, rest) = (turn / round, turn % round)
      let chunk = phase == .forward ? place % chunks : chunks - 1 - place % chunks
      let ordinal = place / chunks * round + rest
      guard ordinal < seat.microbatches.count else { return }
      actions.append(
        ComputeAction(
          stage: seat.stages[chunk], phase, microbatch: seat.microbatches[ordinal]))
    }
    for turn in 0..<warmUp { take(turn, .forward) }
    for turn in 0..<turns {
      if turn + warmUp < turns { take(turn + warmUp, .forward) }
      take(turn, .backward)
    }
    return actions
  }
}
