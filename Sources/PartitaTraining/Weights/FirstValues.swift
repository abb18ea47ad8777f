internal import PartitaDevice
package import PartitaGraph
internal import PartitaRuntime

extension Initializer {
  /// The first values of some elements of the weight of this name: a function of seed, name and the
  /// element's number alone, so every rank that holds it draws the same, in whatever pieces.
  ///
  /// - Parameters:
  ///   - elements: which; they begin at a multiple of 4, for random numbers come by fours.
  ///   - name: the weight's.
  ///   - seed: the run's.
  package func values(of elements: Range<Int>, name: String, seed: UInt64) -> [Float] {
    let stream = RandomStream(seed: seed, name: name)
    return [Float](unsafeUninitializedCapacity: elements.count) { memory, initializedCount in
      memory.initialize(repeating: 0)
      initializedCount = elements.count
      var span = memory.mutableSpan
      switch self {
      case .constant(let value):
        memory.update(repeating: Float(value))
      case .uniform(let bound):
        stream.fillUniform(&span, from: elements.lowerBound)
        for index in memory.indices { memory[index] = (2 * memory[index] - 1) * Float(bound) }
      case .normal(let deviation):
        stream.fillNormal(&span, from: elements.lowerBound)
        for index in memory.indices { memory[index] *= Float(deviation) }
      }
    }
  }
}

extension Value {
  /// What a weight is before the first step; nil for anything else.
  func firstValues(seed: UInt64) -> [Float]? {
    initializer?.values(of: 0..<type.shape.count, name: name, seed: seed)
  }
}

extension RankRuntime {
  /// Elements that are drawn in the host's memory at once: beside the arena nothing of a weight's
  /// size is taken.
  private static let pieceCount = 1 << 18

  /// Gives every weight that this rank holds its first value.
  func initializeWeights(seed: UInt64) throws(DeviceError) {
    for (name, value) in variables {
      guard let initializer = value.initializer else { continue }
      let count = value.type.shape.count
      for start in stride(from: 0, to: count, by: Self.pieceCount) {
        let elements = start..<min(start + Self.pieceCount, count)
        let values = initializer.values(of: elements, name: name, seed: seed)
        try values.span.withUnsafeBytes { bytes throws(DeviceError) in
          try upload(bytes, to: name, at: start * MemoryLayout<Float>.stride)
        }
      }
    }
  }
}
