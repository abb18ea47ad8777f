internal import PartitaFiles
internal import PartitaGraph

/// An array of samples in the form of NumPy's .npy, mapped or inflated: the first axis counts them.
struct NPYArray: Sendable {
  /// How errors call it.
  let name: String
  let element: NPYElement
  /// The extents, the number of samples first.
  let shape: [Int]
  private let elements: ByteRegion

  /// Samples.
  var count: Int { shape[0] }
  /// The shape of a sample; of single numbers [1].
  var sampleShape: [Int] { shape.count == 1 ? [1] : Array(shape.dropFirst()) }
  /// Elements of a sample.
  var sampleSize: Int { shape.dropFirst().reduce(1, *) }

  /// Maps the file at `path`.
  /// - Throws: `DataError` for a file that can't be read, or is no array that is read.
  init(_ path: String) throws(DataError) {
    let file: MappedFile
    do { file = try MappedFile(path) } catch { throw .file(error) }
    try self.init(ByteRegion(file), name: path)
  }

  /// The array in `region`, which errors call `name`.
  /// - Throws: `DataError.malformed` for what is no array that is read.
  init(_ region: ByteRegion, name: String) throws(DataError) {
    let header = try NPYHeader(region, name: name)
    self.name = name
    element = header.element
    shape = header.shape
    elements = region[header.dataOffset..<region.count]
    guard Shape(sampleShape).count <= Graph.elementLimit else {
      throw .malformed(
        file: name, problem: "a sample has more than \(Graph.elementLimit) numbers")
    }
  }

  /// Calls `body` with each number of sample `sample`, and its index in it. Allocates nothing.
  @inline(__always)
  func forEach(of sample: Int, _ body: (_ index: Int, _ value: Double) -> Void) {
    elements.withBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      element.forEach(
        from: start + sample * sampleSize * element.kind.size, count: sampleSize, body)
    }
  }

  /// One more than the largest element of all, which must be class or token numbers.
  /// - Parameter what: what errors call an element, as "label".
  /// - Throws: `DataError.malformed` for an element that is no whole number from 0.
  func numbersBelow(_ what: String) throws(DataError) -> Int {
    guard element.kind.isInteger else {
      throw .malformed(
        file: name,
        problem: "a \(what) is a whole number, and elements of type \(element.kind) aren't; save "
          + "it as int32")
    }
    let most = Double(Int32.max - 1)
    var largest = 0.0
    for sample in 0..<count {
      var wrong: Double?
      forEach(of: sample) { _, value in
        if value < 0 || value > most { wrong = wrong ?? value }
        largest = max(largest, value)
      }
      if let wrong {
        throw .malformed(
          file: name,
          problem: "\(what) \(wrong.formatted) in sample \(sample); they go from 0 to "
            + "\(Int(most))")
      }
    }
    return Int(largest) + 1
  }
}

extension Double {
  /// A whole number without a fraction.
  fileprivate var formatted: String { Int(exactly: self).map { "\($0)" } ?? "\(self)" }
}
