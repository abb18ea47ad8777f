public import PartitaConfig
public import PartitaPlan

/// Profiles measured where a launcher runs, when they are asked for.
///
/// What a rank's work costs depends on how many ranks share a machine: a profile is measured on
/// as many ranks as will run, at most as many as there are cores. And it depends on the minute: what
/// is to be compared with a measurement is measured just before it.
public struct MeasuredProfiles {
  private let launcher: any RunLauncher
  private let observe: (_ ranks: Int, _ isFromBefore: Bool) -> Void

  /// `observe` is told before each measurement, and whether it is known from before.
  public init(
    _ launcher: any RunLauncher,
    observe: @escaping (_ ranks: Int, _ isFromBefore: Bool) -> Void = { _, _ in }
  ) {
    self.launcher = launcher
    self.observe = observe
  }

  /// The ranks of a profile for a run on so many: messages want two, whatever the cores.
  func profiled(_ ranks: Int) -> Int { min(ranks, max(2, launcher.cores)) }

  /// Measures a profile for a run on some ranks.
  ///
  /// - Parameters:
  ///   - config: the run; how it is cut is of no importance.
  ///   - ranks: how many will run.
  ///   - seconds: that it takes at most, once there are a few steps of each kind.
  /// - Throws: `ScalingError` where the measurement fails.
  public func profile(
    _ config: TrainingConfig, ranks: Int, seconds: Double = 30
  ) throws -> Profile {
    let ranks = profiled(ranks)
    observe(ranks, launcher.remembers(.costs(config, ranks: ranks, seconds: seconds)))
    return try ScalingError.naming(ranks: ranks) {
      try launcher.measureProfile(config, ranks: ranks, seconds: seconds)
    }
  }
}
