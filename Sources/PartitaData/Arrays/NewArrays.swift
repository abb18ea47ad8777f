internal import PartitaFiles
internal import PartitaGraph

extension NewSamples {
  /// The samples of arrays, scaled as those that were trained on.
  ///
  /// - Parameters:
  ///   - paths: .npy files whose samples have one shape.
  ///   - notes: what the training noted.
  /// - Throws: `DataError` for a file that is no array that is read, and for other shapes.
  init(arraysOf paths: [String], notes: [String: String]) throws(DataError) {
    guard let text = notes["normalisation"],
      let scaling = try? JSON.value(ArrayScaling.self, from: text.utf8)
    else { throw .noNote("normalisation") }
    var arrays: [NPYArray] = []
    for path in paths {
      let array = try NPYArray(path)
      if let first = arrays.first, first.sampleShape != array.sampleShape {
        throw .malformed(
          file: path,
          problem: "a sample has the shape \(array.sampleShape), and one of \(first.name) "
            + "\(first.sampleShape)")
      }
      arrays.append(array)
    }
    self.init(
      input: SampleType(shape: arrays[0].sampleShape, element: .float32),
      names: arrays.flatMap { array in (0..<array.count).map { "\(array.name)#\($0)" } },
      source: ArrayRows(arrays, scaling: scaling))
  }
}

/// The samples of several arrays, without labels.
private struct ArrayRows: SampleSource {
  private let arrays: [NPYArray]
  /// Of each array the number of its first sample.
  private let starts: [Int]
  private let scaling: ArrayScaling
  let count: Int

  init(_ arrays: [NPYArray], scaling: ArrayScaling) {
    var (starts, count) = ([Int](), 0)
    for array in arrays {
      starts.append(count)
      count += array.count
    }
    self.arrays = arrays
    self.starts = starts
    self.scaling = scaling
    self.count = count
  }

  func write(
    inputs samples: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer
  ) {
    let values = memory.bindMemory(to: Float.self)
    let size = arrays[0].sampleSize
    for row in 0..<samples.count {
      var place = 0
      while place + 1 < starts.count, starts[place + 1] <= samples[row] { place += 1 }
      arrays[place].forEach(of: samples[row] - starts[place]) {
        values[row * size + $0] = scaling.value($1)
      }
    }
  }

  func write(
    classes samples: Span<Int>, epoch: Int, into memory: UnsafeMutableBufferPointer<Int32>
  ) {
    for row in 0..<samples.count { memory[row] = 0 }
  }
}

extension ArrayScaling: Decodable {
  private enum CodingKeys: String, CodingKey { case scale, mean, deviation }

  /// Reads what the training noted.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      scale: try container.decode(Double.self, forKey: .scale),
      mean: try container.decodeIfPresent(Double.self, forKey: .mean) ?? 0,
      deviation: try container.decodeIfPresent(Double.self, forKey: .deviation) ?? 1)
  }
}
