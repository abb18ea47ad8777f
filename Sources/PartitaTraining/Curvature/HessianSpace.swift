internal import PartitaConfig
public import PartitaCurvature
public import PartitaData
public import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaRuntime
public import PartitaTransport

/// The Hessian of J over the first batch of the training samples, at a network's weights, on ranks: one
/// rank's part of it.
///
/// A rank keeps the vectors' parts of the parameters that it holds, those that are tied to others' too. All
/// that is found has the same bits for every plan.
public final class HessianSpace: CurvatureSpace {
  /// A rank's part of a vector.
  public struct Vector: Sendable {
    /// The numbers of each parameter that the rank holds, in the order of the graph.
    fileprivate(set) var parts: [[Float]]
  }

  /// A parameter.
  private struct Part {
    let name: String
    /// Its places in a whole vector.
    let range: Range<Int>
    /// Where its numbers stand in this rank's vectors; nil where another rank has them.
    let held: Int?
    /// Whether this rank's numbers go into sums: those of the owner's first replica do.
    let counts: Bool
  }

  public let dimension: Int
  public let roundoff = Double(Float.ulpOfOne) / 2
  /// L over the batch, once there was a product.
  public private(set) var loss = Double.nan
  private let parts: [Part]
  private let held: [Part]
  private let seed: UInt64
  let transport: any Transport
  private let runtime: RankRuntime
  private let weightsDigest: String?

  /// Prepares a rank; nothing is sent yet.
  ///
  /// - Parameters:
  ///   - experiment: the run, of a blueprint whose steps are products.
  ///   - dataset: the data; nil on a rank whose stage reads none.
  ///   - weights: the safetensors file of the network's weights; nil for those that a training begins with.
  ///   - seed: of random vectors.
  ///   - device: where kernels run.
  ///   - transport: how messages travel.
  ///   - pollsBetweenKernels: whether the rank looks after messages between kernels.
  /// - Throws: anything that keeps this rank from running.
  public init(
    _ experiment: Experiment, dataset: Dataset?, weights: String?, seed: UInt64,
    device: any Device, transport: any Transport, pollsBetweenKernels: Bool = true
  ) throws {
    precondition(experiment.blueprint.step == .curvature)
    try experiment.blueprint.checkRunnable()
    let feeder = DataFeeder(
      dataset, seed: experiment.config.seed, validationCount: experiment.validationBatches.samples)
    feeder.beginFirstBatch(of: experiment.batches)
    runtime = try RankRuntime(
      [experiment.mainStagedProgram], device: device, transport: transport, feeder: feeder,
      pollsBetweenKernels: pollsBetweenKernels)
    // A trained network's file has running values, too, which this graph doesn't read.
    let graph = experiment.evaluation.graph
    weightsDigest =
      if let weights { try runtime.loadWeights(from: weights, of: graph) } else {
        try runtime.beginWeights(experiment.config, of: graph)
      }
    let model = experiment.training
    let stageOfLayer = experiment.plan.stageOfLayer
    var (parts, start, held) = ([Part](), 0, 0)
    for parameter in model.graph.parameters {
      let value = model.graph[parameter]
      let isHeld = runtime.variables[ModelGraph.direction(of: value.name)] != nil
      let owner = model.owner(of: parameter).map {
        experiment.plan.rank(stage: stageOfLayer[$0], replica: 0)
      }
      parts.append(
        Part(
          name: value.name, range: start..<start + value.type.shape.count,
          held: isHeld ? held : nil, counts: owner == transport.rank))
      start += value.type.shape.count
      held += isHeld ? 1 : 0
    }
    self.parts = parts
    self.held = parts.filter { $0.held != nil }
    self.seed = seed
    self.transport = transport
    dimension = start
  }

  /// What this rank read as weights.
  public var weightsFact: Fact { Fact("weights", digest: weightsDigest ?? "random") }

  /// Bytes of this rank's arena.
  public var arenaBytes: Int { runtime.arenaBytes }

  /// Bytes of this rank's part of a vector.
  public var vectorBytes: Int { held.reduce(0) { $0 + 4 * $1.range.count } }

  public func product(_ vector: Vector) throws -> Vector {
    try upload(vector)
    let result = try runtime.perform(0, step: 1)
    loss = result.loss
    // Every rank knows J, so all of them end here.
    guard result.objective.isFinite else { throw CurvatureError.notFinite }
    return try download()
  }

  /// Gives the device a vector.
  func upload(_ vector: Vector) throws {
    for (part, numbers) in zip(held, vector.parts) {
      try numbers.withUnsafeBytes {
        try runtime.upload($0, to: ModelGraph.direction(of: part.name))
      }
    }
  }

  /// What the device has in the vector's place.
  func download() throws -> Vector {
    Vector(
      parts: try held.map { part in
        try [Float](unsafeUninitializedCapacity: part.range.count) { memory, count in
          try runtime.download(
            ModelGraph.direction(of: part.name),
            into: UnsafeMutableRawBufferPointer(
              start: memory.baseAddress, count: 4 * part.range.count))
          count = part.range.count
        }
      })
  }

  public func dots(_ vectors: [Vector], _ vector: Vector) throws -> [Double] {
    let board = UnsafeMutableBufferPointer<Double>.allocate(capacity: vectors.count * parts.count)
    defer { board.deallocate() }
    board.initialize(repeating: 0)
    for (index, part) in parts.enumerated() {
      guard part.counts, let place = part.held else { continue }
      for (row, other) in vectors.enumerated() {
        board[row * parts.count + index] = blockwiseDot(other.parts[place], vector.parts[place])
      }
    }
    try transport.sum(board)
    return vectors.indices.map { row in
      board[row * parts.count..<(row + 1) * parts.count].reduce(0, +)
    }
  }

  public func add(_ factor: Double, _ x: Vector, to y: inout Vector) {
    for place in y.parts.indices { accumulate(factor, x.parts[place], into: &y.parts[place]) }
  }

  public func scale(_ y: inout Vector, by factor: Double) {
    for place in y.parts.indices { multiply(&y.parts[place], by: factor) }
  }

  public func signs(_ number: Int) -> Vector {
    Vector(
      parts: held.map { part in
        SignStream(seed: seed, parameter: part.name).signs(0..<part.range.count, of: number)
      })
  }

  public func unit(_ index: Int) -> Vector {
    Vector(
      parts: held.map { part in
        var numbers = [Float](repeating: 0, count: part.range.count)
        if part.range.contains(index) { numbers[index - part.range.lowerBound] = 1 }
        return numbers
      })
  }

  public func numbers(of vector: Vector) throws -> [Double] {
    let board = UnsafeMutableBufferPointer<Double>.allocate(capacity: dimension)
    defer { board.deallocate() }
    board.initialize(repeating: 0)
    for part in parts where part.counts {
      guard let place = part.held else { continue }
      for (index, number) in vector.parts[place].enumerated() {
        board[part.range.lowerBound + index] = Double(number)
      }
    }
    try transport.sum(board)
    return Array(board)
  }
}
