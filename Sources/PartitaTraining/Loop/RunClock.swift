internal import PartitaConfig

/// When a run wants a checkpoint, and when its time is up: by steps on every rank, by the clock on
/// rank 0 alone.
struct RunClock {
  private let everySteps: Int?
  private let everySeconds: Double?
  private let secondsLimit: Double?
  private let start = ContinuousClock.now
  private var lastCheckpoint = ContinuousClock.now

  init(_ config: TrainingConfig) {
    everySteps = config.output.checkpoint?.everySteps
    everySeconds = config.output.checkpoint?.everySeconds
    secondsLimit = config.training.stopAfterSeconds
  }

  /// Whether the run writes checkpoints at all.
  var wantsAny: Bool { everySteps != nil || everySeconds != nil }

  /// Whether a checkpoint is due after a step, by its number.
  func isDue(step: Int) -> Bool { everySteps.map { step % $0 == 0 } ?? false }

  /// Whether a checkpoint is due by the clock.
  var isDue: Bool { everySeconds.map { seconds(since: lastCheckpoint) >= $0 } ?? false }

  /// Whether the run's time is up.
  var isOver: Bool { secondsLimit.map { seconds(since: start) >= $0 } ?? false }

  mutating func checkpointBegins() { lastCheckpoint = .now }

  private func seconds(since moment: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - moment) / .seconds(1)
  }
}
