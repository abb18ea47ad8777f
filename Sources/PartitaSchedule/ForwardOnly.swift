/// Forward alone: what evaluation runs. Chunk by chunk, so that any number of stages a rank works.
public struct ForwardOnly: Schedule {
  /// Makes the schedule.
  public init() {}

  public func actions(at seat: Seat) -> [ComputeAction] {
    seat.stages.flatMap { stage in
      seat.microbatches.map { ComputeAction(stage: stage, .forward, microbatch: $0) }
    }
  }
}
