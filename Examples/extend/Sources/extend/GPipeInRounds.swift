import PartitaSchedule

// How do I add a schedule?
//
// Say for a rank in which order it computes. Messages, reductions and memory are added by lowering,
// and the verifier proves the result before anything runs: a schedule that would wait for ever is
// an error message.

/// GPipe a few microbatches at a time: as many as the pipeline has columns go forward, then
/// backward, then come the next.
///
/// It keeps no more than p microbatches, as 1F1B does, but is idle for (p - 1)(F + B) in each round.
struct GPipeInRounds: Schedule {
  let name = "gpipe-in-rounds"
  let summary = "as many forward as there are columns, then as many backward"

  func actions(at seat: Seat) -> [ComputeAction] {
    let stage = seat.stages[0]
    return stride(from: 0, to: seat.microbatches.count, by: seat.round).flatMap { first in
      let round = seat.microbatches[first...].prefix(seat.round)
      return round.map { ComputeAction(stage: stage, .forward, microbatch: $0) }
        + round.map { ComputeAction(stage: stage, .backward, microbatch: $0) }
    }
  }
}
