internal import PartitaDevice

/// Numbers that ranks say to each other at the end of a step, for whoever runs steps: each rank
/// gives its own, and all get the sums. They travel with the scalars, so they cost no message.
public typealias StepSignals = SIMD4<Double>

/// What every rank knows at the end of a step.
public struct StepResult: Sendable {
  /// L.
  public let loss: Double
  /// J = L + s.
  public let objective: Double
  /// The share of right answers, in evaluation.
  public let accuracy: Double?
  /// The norm of all gradients before clipping, where they are clipped.
  public let gradientNorm: Double?
  /// The sums of all ranks' signals.
  public internal(set) var signals = StepSignals()

  /// `accuracy` is nil in training, `gradientNorm` where gradients aren't clipped.
  public init(loss: Double, objective: Double, accuracy: Double?, gradientNorm: Double?) {
    self.loss = loss
    self.objective = objective
    self.accuracy = accuracy
    self.gradientNorm = gradientNorm
  }
}

/// Where the scalars of a `StepResult` lie when a step's last list has run.
struct ResultSources {
  let loss, objective: UnsafeRawPointer
  let accuracy, squaredGradientNorm: UnsafeRawPointer?

  /// Doubles of the host that `read` needs.
  static let count = 4

  /// Waits for the arena's work, and brings the scalars to the host.
  /// - Parameter host: room for `count` doubles.
  func read<D: Device>(
    from arena: DeviceArena<D>, through host: UnsafeMutablePointer<Double>
  ) throws(DeviceError) -> StepResult {
    arena.download(loss, to: host, bytes: 8)
    arena.download(objective, to: host + 1, bytes: 8)
    if let accuracy { arena.download(accuracy, to: host + 2, bytes: 8) }
    if let squaredGradientNorm { arena.download(squaredGradientNorm, to: host + 3, bytes: 8) }
    try arena.finish()
    return StepResult(
      loss: host[0], objective: host[1], accuracy: accuracy == nil ? nil : host[2],
      gradientNorm: squaredGradientNorm == nil ? nil : host[3].squareRoot())
  }
}
