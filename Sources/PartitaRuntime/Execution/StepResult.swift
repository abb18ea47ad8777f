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
  /// The number of right answers, where labels are classes.
  public let correctCount: Int?
  /// The norm of all gradients before clipping, where they are clipped.
  public let gradientNorm: Double?
  /// The sums of all ranks' signals.
  public internal(set) var signals = StepSignals()

  /// `correctCount` is nil where labels aren't classes, `gradientNorm` where gradients aren't clipped.
  public init(loss: Double, objective: Double, correctCount: Int?, gradientNorm: Double?) {
    self.loss = loss
    self.objective = objective
    self.correctCount = correctCount
    self.gradientNorm = gradientNorm
  }
}

/// Where the scalars of a `StepResult` lie when a step's last list has run.
struct ResultSources {
  let loss, objective: UnsafeRawPointer
  let correctCount, squaredGradientNorm: UnsafeRawPointer?

  /// Doubles of the host that `read` needs.
  static let count = 4

  /// Waits for the arena's work, and brings the scalars to the host.
  /// - Parameter host: room for `count` doubles.
  func read<D: Device>(
    from arena: DeviceArena<D>, through host: UnsafeMutablePointer<Double>
  ) throws(DeviceError) -> StepResult {
    arena.download(loss, to: host, bytes: 8)
    arena.download(objective, to: host + 1, bytes: 8)
    if let correctCount { arena.download(correctCount, to: host + 2, bytes: 8) }
    if let squaredGradientNorm { arena.download(squaredGradientNorm, to: host + 3, bytes: 8) }
    try arena.finish()
    return StepResult(
      loss: host[0], objective: host[1], correctCount: correctCount == nil ? nil : Int(host[2]),
      gradientNorm: squaredGradientNorm == nil ? nil : host[3].squareRoot())
  }
}
