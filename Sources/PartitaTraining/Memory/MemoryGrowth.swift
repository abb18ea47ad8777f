internal import PartitaConfig
public import PartitaDevice

/// How a run's memory grows with its batch, under one plan and one number of microbatches.
public struct MemoryGrowth: Hashable, Sendable {
  /// What a batch takes.
  public struct Point: Hashable, Sendable {
    /// Samples of the batch.
    public let batch: Int
    /// Bytes of the largest rank's arena.
    public let bytes: Int
  }

  /// What was computed, batch ascending.
  public let points: [Point]
  /// Bytes that don't depend on the batch, and bytes of each sample, by least squares.
  public let constant, perSample: Double
  /// The largest part of its bytes by which a point lies off that line.
  public let worst: Double

  /// Fits a line through points; of fewer than two there is none.
  package init?(_ points: [Point]) {
    guard points.count > 1, points[0].batch < points[points.count - 1].batch else { return nil }
    let count = Double(points.count)
    let x = points.map { Double($0.batch) }
    let y = points.map { Double($0.bytes) }
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    let square = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    let product = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    let slope = product / square
    let start = meanY - slope * meanX
    self.points = points
    perSample = slope
    constant = start
    worst = zip(x, y).reduce(0) { max($0, abs(start + slope * $1.0 - $1.1) / $1.1) }
  }

  /// Doubles the batch a few times, from the least that fills all microbatches.
  ///
  /// Complexity: `count` times that of compiling every rank's lists.
  /// - Throws: `DeviceError` for an operation that the device doesn't know.
  public init?(_ experiment: Experiment, device: any Device, count: Int = 6) throws {
    let microbatches = experiment.config.training.microbatches
    let points = try (0..<count).map { doubling in
      let bytes = try experiment.arenaBytes(microbatchesOf: 1 << doubling, device: device)
      return Point(batch: microbatches << doubling, bytes: bytes.max() ?? 0)
    }
    self.init(points)
  }
}

extension Experiment {
  /// The largest batch whose arenas fit so many bytes each, under the run's plan and its number of
  /// microbatches, all of one size; nil where not even microbatches of one sample do.
  ///
  /// Complexity: O(log batch) times that of compiling every rank's lists.
  /// - Throws: `DeviceError` for an operation that the device doesn't know.
  public func largestBatch(within limit: Int, device: any Device) throws -> Int? {
    func fits(_ samples: Int) throws -> Bool {
      (try arenaBytes(microbatchesOf: samples, device: device).max() ?? 0) <= limit
    }
    guard try fits(1) else { return nil }
    // Above this a microbatch's labels alone would not fit.
    let most = max(2, limit / 4)
    var (low, high) = (1, 2)
    while high < most, try fits(high) { (low, high) = (high, 2 * high) }
    while high - low > 1 {
      let middle = (low + high) / 2
      if try fits(middle) { low = middle } else { high = middle }
    }
    return low * config.training.microbatches
  }
}
