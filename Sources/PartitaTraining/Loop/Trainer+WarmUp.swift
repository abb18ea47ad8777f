/// A process as it is between two runs, so that what it grows by from there on is the next one's.
extension Trainer {
  /// Takes two steps of a trainer and lets it go, again and again until no rank's process has become larger by
  /// it twice in a row, at most twelve times; then the peak of the process's memory counts anew.
  ///
  /// What a library keeps, or takes for the length of a call, is in the process from then on, and what the
  /// trainer kept without need is there once more with the next one. Every rank must call it.
  ///
  /// - Parameter makeTrainer: makes the trainer, as the next one will be.
  /// - Throws: what `measure` throws, and what `makeTrainer` does.
  public static func warmUp(_ makeTrainer: () throws -> Trainer) throws {
    var (peak, quiet, round) = (0, 0, 0)
    while quiet < 2, round < 12 {
      let trainer = try makeTrainer()
      _ = try trainer.measure(steps: 1, warmup: 1)
      let own = ResidentMemory.peak
      let most = try trainer.transport.collect(max(0, own - peak)).max() ?? 0
      peak = own
      quiet = most < 1 << 17 ? quiet + 1 : 0
      round += 1
    }
    ResidentMemory.forgetPeak()
  }
}
