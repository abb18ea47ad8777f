/// Samples out of arrays, converted while they are copied.
struct ArraySamples: SampleSource {
  let arrays: LabelledArrays
  /// Which samples of the arrays these are, in order; nil means all up to `count`.
  let chosen: [Int]?
  let count: Int
  /// How numbers become values; nil means token numbers.
  let scaling: ArrayScaling?

  /// The first `limit` of the chosen samples.
  init(_ arrays: LabelledArrays, chosen: [Int]?, limit: Int?, scaling: ArrayScaling?) {
    self.arrays = arrays
    let all = chosen?.count ?? arrays.inputs.count
    count = min(all, limit ?? all)
    self.chosen = chosen.map { Array($0.prefix(limit ?? all)) }
    self.scaling = scaling
  }

  func write(
    inputs samples: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer
  ) {
    let size = arrays.inputs.sampleSize
    guard let scaling else {
      let tokens = memory.bindMemory(to: Int32.self)
      for row in 0..<samples.count {
        arrays.inputs.forEach(of: place(samples[row])) { tokens[row * size + $0] = Int32($1) }
      }
      return
    }
    let values = memory.bindMemory(to: Float.self)
    for row in 0..<samples.count {
      arrays.inputs.forEach(of: place(samples[row])) { values[row * size + $0] = scaling.value($1) }
    }
  }

  func write(
    classes samples: Span<Int>, epoch: Int, into memory: UnsafeMutableBufferPointer<Int32>
  ) {
    let size = arrays.labels.sampleSize
    for row in 0..<samples.count {
      arrays.labels.forEach(of: place(samples[row])) { memory[row * size + $0] = Int32($1) }
    }
  }

  private func place(_ sample: Int) -> Int { chosen?[sample] ?? sample }
}

/// How the numbers of an array become values: divided, then shifted and scaled.
struct ArrayScaling: Hashable, Sendable {
  let scale: Double
  let mean: Double
  let deviation: Double

  /// Division by `scale`, then a shift and a division.
  init(scale: Double, mean: Double = 0, deviation: Double = 1) {
    self.scale = scale
    self.mean = mean
    self.deviation = deviation
  }

  /// Mean 0 and variance 1 over `samples`, which are divided by `scale`: sums in Float64, sample by
  /// sample.
  /// - Throws: `DataError.malformed` where they hold something that is no finite number.
  init(scale: Double, over samples: ArraySamples) throws(DataError) {
    let inputs = samples.arrays.inputs
    func mean(_ term: (Double) -> Double) -> Double {
      var sum = 0.0
      for sample in 0..<samples.count {
        inputs.forEach(of: samples.chosen?[sample] ?? sample) { sum += term($1 / scale) }
      }
      return sum / Double(samples.count) / Double(inputs.sampleSize)
    }
    let center = mean { $0 }
    let variance = mean { ($0 - center) * ($0 - center) }
    guard variance.isFinite else {
      throw .malformed(
        file: inputs.name,
        problem: "inputs with a NaN, an infinity, or numbers too large for a sum have no mean to "
          + "normalize by")
    }
    self.scale = scale
    self.mean = center
    deviation = variance > 0 ? variance.squareRoot() : 1
  }

  @inline(__always)
  func value(_ number: Double) -> Float { Float((number / scale - mean) / deviation) }
}
