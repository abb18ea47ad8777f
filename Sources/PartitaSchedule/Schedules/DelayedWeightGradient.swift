extension Seat {
  /// One F, one I and one W in turn, F `warmUp` microbatches ahead of I and W `lag` behind it.
  ///
  /// At most `warmUp + 1 + lag` microbatches are in flight.
  func delayingWeightGradients(warmUp: Int, lag: Int) -> [ComputeAction] {
    var actions: [ComputeAction] = []
    func take(_ ordinal: Int, _ phase: Phase) {
      guard microbatches.indices.contains(ordinal) else { return }
      actions.append(
        ComputeAction(stage: stages[0], phase, microbatch: microbatches[ordinal]))
    }
    let count = microbatches.count
    for ordinal in 0..<min(warmUp, count) { take(ordinal, .forward) }
    for ordinal in 0..<count {
      take(ordinal + warmUp, .forward)
      take(ordinal, .inputGradient)
      take(ordinal - lag, .weightGradient)
    }
    for ordinal in max(0, count - lag)..<count { take(ordinal, .weightGradient) }
    return actions
  }
}
