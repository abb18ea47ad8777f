internal import PartitaConfig
public import PartitaCurvature
public import PartitaData
internal import PartitaGraph
internal import PartitaReference

extension GraphSpace {
  /// The Hessian of J over the first batch of a run's training samples, in Float64: what a `HessianSpace` is
  /// judged by.
  ///
  /// - Parameters:
  ///   - blueprint: the run, of steps that are products.
  ///   - dataset: the data.
  ///   - weights: the safetensors file of the network's weights; nil for those that a training begins with.
  ///   - seed: of random vectors.
  /// - Throws: `CurvatureError`, `TrainingError` or `FileError` where something has no numbers.
  public init(
    _ blueprint: Blueprint, dataset: Dataset, weights: String?, seed: UInt64
  ) throws {
    let graph = blueprint.training.graph
    var shared: [String: Tensor] = [:]
    if let weights {
      for tensor in try Safetensors.read(weights) {
        shared[tensor.name] = Tensor(Shape(tensor.shape), tensor.values.map(Double.init))
      }
    } else {
      for (weight, values) in try blueprint.firstWeights() {
        shared[graph[weight].name] = Tensor(
          graph.type(of: weight).shape, values.map(Double.init))
      }
    }
    let feeder = DataFeeder(
      dataset, seed: blueprint.config.seed, validationCount: blueprint.validationBatches.samples)
    let batches = blueprint.batches
    feeder.beginFirstBatch(of: batches)
    let variables = graph.values.filter { $0.role == .input || $0.role == .label }
    let microbatches = (0..<batches.microbatches)
      .map { batches.slice($0, ofBatchOf: batches.batch) }.filter { !$0.isEmpty }
      .map { samples in
        Dictionary(
          uniqueKeysWithValues: variables.map {
            ($0.name, Tensor($0, samples: samples, from: feeder))
          })
      }
    try self.init(blueprint.training, shared: shared, microbatches: microbatches, seed: seed)
  }
}

extension Tensor {
  /// The numbers of samples of the current batch.
  fileprivate init(_ value: Value, samples: Range<Int>, from feeder: DataFeeder) {
    let type = value.type
    let count = type.count(samples: samples.count)
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: type.bytes(samples: samples.count), alignment: 64)
    defer { bytes.deallocate() }
    if let role = value.role { feeder.fill(role, samples: samples, into: bytes) }
    let numbers = (0..<count).map { index in
      type.element == .int32
        ? Double(bytes.load(fromByteOffset: 4 * index, as: Int32.self))
        : Double(bytes.load(fromByteOffset: 4 * index, as: Float.self))
    }
    self.init(type.shape, samples: samples.count, numbers)
  }
}
