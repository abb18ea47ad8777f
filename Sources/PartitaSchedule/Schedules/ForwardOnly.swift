/// Forward alone: what evaluation runs.
///
/// In rounds of p microbatches, chunk by chunk within a round: a rank comes to its next chunk when
/// the first of them have come round to it, and keeps no more than a round's values.
public struct ForwardOnly: Schedule {
  public var name: String { "forward-only" }
  public var summary: String { "forward alone, in rounds" }
  public var virtualStages: ClosedRange<Int> { 1...Int.max }

  public init() {}

  public func actions(at seat: Seat) -> [ComputeAction] {
    stride(from: 0, to: seat.microbatches.count, by: seat.round).flatMap { first in
      let round = seat.microbatches[first...].prefix(seat.round)
      return seat.stages.flatMap { stage in
        round.map { ComputeAction(stage: stage, .forward, microbatch: $0) }
      }
    }
  }
}
