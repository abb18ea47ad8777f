/// Hutchinson's estimate of a trace: the mean of zᵀHz over random vectors z of signs (Hutchinson 1989).
public struct TraceEstimate: Hashable, Sendable {
  /// zᵀHz of each vector.
  public let samples: [Double]

  /// The numbers are kept as they are.
  public init(samples: [Double]) { self.samples = samples }

  /// The estimate.
  public var mean: Double { samples.reduce(0, +) / Double(max(1, samples.count)) }

  /// The standard error of the mean; nil of fewer than two vectors.
  public var standardError: Double? {
    guard samples.count > 1 else { return nil }
    let mean = mean
    let variance =
      samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(samples.count - 1)
    return (variance / Double(samples.count)).squareRoot()
  }
}
