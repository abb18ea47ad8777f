internal import PartitaConfig
public import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaRuntime
internal import PartitaSchedule

/// How a run's memory grows, with its batch or with its network's depth.
public struct MemoryGrowth: Hashable, Sendable {
  /// What one size takes.
  public struct Point: Hashable, Sendable {
    /// The size: samples of the batch, or how many there are of what the network repeats.
    public let size: Int
    /// Bytes of all ranks' arenas, and of them those of activations kept.
    public let bytes, keptBytes: Int

    package init(size: Int, bytes: Int, keptBytes: Int) {
      self.size = size
      self.bytes = bytes
      self.keptBytes = keptBytes
    }
  }

  /// A line through points, by least squares.
  public struct Line: Hashable, Sendable {
    /// Bytes that don't depend on the size, and bytes of each one of it.
    public let constant, slope: Double
    /// The largest part of its bytes by which a point lies off.
    public let worst: Double

    fileprivate init(_ points: [(x: Int, y: Int)]) {
      let count = Double(points.count)
      let (x, y) = (points.map { Double($0.x) }, points.map { Double($0.y) })
      let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
      let square = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
      let product = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
      let (slope, start) = (product / square, meanY - product / square * meanX)
      self.slope = slope
      constant = start
      worst = zip(x, y).reduce(0) { max($0, abs(start + slope * $1.0 - $1.1) / max(1, $1.1)) }
    }
  }

  /// One of what the size counts, as "sample".
  public let unit: String
  /// What was computed, size ascending.
  public let points: [Point]
  /// Of the arena, and of the activations kept.
  public let bytes, kept: Line

  /// Fits lines through points; of fewer than two sizes there are none.
  package init?(_ points: [Point], unit: String) {
    guard points.count > 1, points[0].size < points[points.count - 1].size else { return nil }
    self.unit = unit
    self.points = points
    bytes = Line(points.map { ($0.size, $0.bytes) })
    kept = Line(points.map { ($0.size, $0.keptBytes) })
  }

  /// Doubles the batch a few times, from the least that fills all microbatches, under the same plan.
  ///
  /// Complexity: `count` times that of all ranks' accounts.
  /// - Throws: `DeviceError` for an operation that the device doesn't know.
  public init?(ofBatch experiment: Experiment, device: any Device, count: Int = 6) throws {
    let microbatches = experiment.config.training.microbatches
    let points = try (0..<count).map { doubling in
      try Point(
        microbatches << doubling,
        of: experiment.programs(microbatchesOf: 1 << doubling), main: 0, device: device)
    }
    self.init(points, unit: "sample")
  }

  /// Makes the network twice, three and four times as deep, on as many stages and replicas; nil where
  /// nothing of it repeats, or a plan's file cuts it.
  ///
  /// Complexity: as of the batch, of deeper networks.
  /// - Throws: `ConfigError` or `TrainingError` where the run doesn't fit another depth, `DeviceError` for
  ///   an operation that the device doesn't know.
  public init?(ofDepth experiment: Experiment, device: any Device) throws {
    guard let measure = experiment.config.model.family.depthMeasure, measure.count > 0 else {
      return nil
    }
    let points = try (1...4).compactMap { factor -> Point? in
      let depth = factor * measure.count
      guard depth <= measure.most,
        let deeper = try experiment.config.with(depth: depth)
      else { return nil }
      let other = try Experiment(
        deeper, data: deeper.describeData(), worldSize: experiment.plan.worldSize)
      return try Point(depth, of: other.programs, main: other.mainIndex, device: device)
    }
    self.init(points, unit: measure.unit)
  }
}

extension MemoryGrowth.Point {
  /// Weighs all ranks.
  fileprivate init(
    _ size: Int, of programs: [StagedProgram], main: Int, device: any Device
  ) throws {
    let accounts = try (0..<programs[main].program.ranks.count).map {
      try RankRuntime.account(programs, ofProgram: main, rank: $0, device: device)
    }
    self.init(
      size: size, bytes: accounts.reduce(0) { $0 + $1.arenaBytes },
      keptBytes: accounts.reduce(0) { $0 + $1.bytes(.kept) })
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
      let programs = try programs(microbatchesOf: samples)
      return (try RankRuntime.arenaBytes(programs, device: device).max() ?? 0) <= limit
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
