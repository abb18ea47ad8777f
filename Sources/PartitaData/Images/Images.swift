/// Grey-scale images with one class number each, kept as bytes and scaled while they are copied.
package struct Images: SampleSource {
  /// Bytes of an image.
  package let pixels: Int
  /// All images, one behind the other.
  let bytes: [UInt8]
  /// Their class numbers.
  let labels: [UInt8]
  /// The value of each byte.
  let table: [Float]

  package var count: Int { labels.count }

  package func write(
    inputs samples: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer
  ) {
    let values = memory.bindMemory(to: Float.self)
    table.withUnsafeBufferPointer { table in
      bytes.withUnsafeBufferPointer { bytes in
        for row in 0..<samples.count {
          let start = samples[row] * pixels
          let output = values[(row * pixels)..<((row + 1) * pixels)]
          for (index, byte) in zip(output.indices, bytes[start..<(start + pixels)]) {
            values[index] = table[Int(byte)]
          }
        }
      }
    }
  }

  package func write(
    classes samples: Span<Int>, epoch: Int, into memory: UnsafeMutableBufferPointer<Int32>
  ) {
    for row in 0..<samples.count { memory[row] = Int32(labels[samples[row]]) }
  }
}

extension Images {
  package func withContents(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
    bytes.withUnsafeBytes(body)
    labels.withUnsafeBytes(body)
    table.withUnsafeBytes(body)
    return true
  }
}

/// An IDX pair of images and labels that fit each other.
package struct LabelledImages: Sendable {
  let rows: Int
  let columns: Int
  let bytes: [UInt8]
  let labels: [UInt8]

  /// Checks `images` against `labels`, class numbers below `classes`.
  /// - Throws: `DataError.malformed` for numbers of labels and images that differ, and for a label
  ///   that is no class.
  package init(
    _ images: IDXFile, _ labels: IDXFile, classes: Int, labelsName: String
  ) throws(DataError) {
    guard labels.extents[0] == images.extents[0] else {
      throw .malformed(
        file: labelsName,
        problem: "\(labels.extents[0]) labels stand against \(images.extents[0]) images")
    }
    if let index = labels.bytes.firstIndex(where: { Int($0) >= classes }) {
      throw .malformed(
        file: labelsName,
        problem: "label \(index) is \(labels.bytes[index]); classes go from 0 to \(classes - 1)")
    }
    rows = images.extents[1]
    columns = images.extents[2]
    bytes = images.bytes
    self.labels = labels.bytes
  }

  /// The images of `range`, or the first `limit` of them; `table` gives each byte's value.
  func images(in range: Range<Int>, limit: Int?, table: [Float]) -> Images {
    let range = range.prefix(limit ?? range.count)
    let pixels = rows * columns
    return Images(
      pixels: pixels,
      bytes: Array(bytes[(range.startIndex * pixels)..<(range.endIndex * pixels)]),
      labels: Array(labels[range.startIndex..<range.endIndex]), table: table)
  }
}

/// Mean and deviation of pixels, as parts of the whole from 0 to `white`.
///
/// They come from a histogram, whose sums are exact, so they are the same on every rank.
struct PixelMoments {
  let mean: Double
  /// The square root of the variance, or 1 where there is none.
  let deviation: Double

  init(of bytes: ArraySlice<UInt8>, white: Double) {
    let values = (0..<256).map { Double($0) / white }
    var histogram = [Int](repeating: 0, count: 256)
    for byte in bytes { histogram[Int(byte)] += 1 }
    func mean(_ term: (Double) -> Double) -> Double {
      zip(histogram, values).reduce(0) { $0 + Double($1.0) * term($1.1) } / Double(bytes.count)
    }
    let center = mean { $0 }
    let deviation = mean { ($0 - center) * ($0 - center) }.squareRoot()
    self.mean = center
    self.deviation = deviation > 0 ? deviation : 1
  }
}

/// The value of each possible byte: byte / `white`, and with moments shifted and scaled to mean 0 and
/// variance 1.
func pixelTable(white: Double, _ moments: PixelMoments?) -> [Float] {
  let values = (0..<256).map { Double($0) / white }
  guard let moments else { return values.map { Float($0) } }
  return values.map { Float(($0 - moments.mean) / moments.deviation) }
}
