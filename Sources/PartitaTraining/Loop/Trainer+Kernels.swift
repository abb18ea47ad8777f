public import PartitaDevice

extension Trainer {
  /// Seconds of every kernel in full training steps, by the clock of the device that this trainer was made
  /// with, and the seconds of the steps.
  ///
  /// - Parameters:
  ///   - clock: the device's.
  ///   - steps: those that count.
  ///   - warmup: those before them that don't.
  /// - Throws: `RuntimeError` or `TransportError` on a rank whose own work failed.
  public func measureKernels(
    by clock: KernelClock, steps: Int, warmup: Int
  ) throws -> [Double] {
    try (0..<warmup + steps).compactMap { step in
      let seconds = try timeStep(number: step + 1).seconds
      clock.endStep(counts: step >= warmup)
      return step >= warmup ? seconds : nil
    }
  }
}
