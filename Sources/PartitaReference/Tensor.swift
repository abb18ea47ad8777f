public import PartitaGraph

/// The numbers of one value, all in Float64.
public struct Tensor: Hashable, Sendable {
  /// The shape of one entry.
  public let shape: Shape
  /// The number of entries, one a sample; nil for a value that all samples share.
  public let samples: Int?
  /// The elements in row-major order, entry after entry.
  public var elements: [Double]

  /// There must be `shape.count` elements for each entry, and one entry without `samples`.
  public init(_ shape: Shape, samples: Int? = nil, _ elements: [Double]) {
    precondition(elements.count == (samples ?? 1) * shape.count, "elements don't fill the shape")
    self.shape = shape
    self.samples = samples
    self.elements = elements
  }

  /// One number everywhere, with an entry for each sample where the type is per sample.
  public init(repeating number: Double = 0, _ type: ValueType, samples: Int) {
    self.init(
      type.shape, samples: type.isPerSample ? samples : nil,
      Array(repeating: number, count: type.count(samples: samples)))
  }

  /// A scalar that all samples share.
  public init(_ scalar: Double) { self.init([], [scalar]) }

  /// The number of entries: 1 for a shared value.
  var entries: Int { samples ?? 1 }

  /// Where the entry for a sample starts; a shared value serves every sample.
  func start(ofSample sample: Int) -> Int { samples == nil ? 0 : sample * shape.count }

  /// The entry for a sample.
  func entry(_ sample: Int) -> ArraySlice<Double> {
    let start = start(ofSample: sample)
    return elements[start..<start + shape.count]
  }

  /// The same elements seen as entries of another shape.
  func with(shape: Shape) -> Tensor { Tensor(shape, samples: samples, elements) }

  /// Whether this can stand for a value of a type.
  func fits(_ type: ValueType, samples: Int) -> Bool {
    shape == type.shape && self.samples == (type.isPerSample ? samples : nil)
  }
}
