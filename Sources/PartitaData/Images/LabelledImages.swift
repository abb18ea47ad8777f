/// Images and labels that fit each other: all of a file, or of a folder.
package struct LabelledImages: Sendable {
  /// The shape of an image as a sample: features; or channels, rows and columns.
  let shape: [Int]
  /// The images, one behind the other.
  let contents: ImageBytes
  /// Their class numbers.
  let labels: [Int32]

  /// Images of this shape, as many as labels.
  init(shape: [Int], contents: ImageBytes, labels: [Int32]) {
    self.shape = shape
    self.contents = contents
    self.labels = labels
  }

  /// Checks `images` against `labels`, class numbers below `classes`.
  /// - Throws: `DataError.malformed` for numbers of labels and images that differ, and for a label
  ///   that is no class.
  package init(
    _ images: IDXFile, _ labels: IDXFile, classes: Int, labelsName: String
  ) throws(DataError) {
    let numbers = try labels.wholeNumbers(matching: images.extents, name: labelsName)
    if let index = numbers.firstIndex(where: { !(0..<classes).contains(Int($0)) }) {
      throw .malformed(
        file: labelsName,
        problem: "label \(index) is \(numbers[index]); classes go from 0 to \(classes - 1)")
    }
    self.init(
      shape: imageShape(images.extents), contents: images.contents, labels: numbers)
  }

  /// Bytes of an image.
  var pixels: Int { shape.reduce(1, *) }
  /// Channels of an image; 1 where it has none.
  var channels: Int { shape.count == 3 ? shape[0] : 1 }

  /// Those of `range`, or the first `limit` of them.
  func part(_ range: Range<Int>, limit: Int?) -> ImagePart {
    ImagePart(
      images: self, places: range.prefix(limit ?? range.count).map { UInt32($0) })
  }

  /// Those at `places`, or the first `limit` of them.
  func part(_ places: [Int], limit: Int?) -> ImagePart {
    ImagePart(
      images: self, places: places.prefix(limit ?? places.count).map { UInt32($0) })
  }
}

/// Some of the images of a set: those to train on, or those to test on.
struct ImagePart {
  let images: LabelledImages
  /// Which of them.
  let places: [UInt32]
}

/// The shape of a sample of IDX images with these extents: n features; or channels, rows and
/// columns, where a file without channels has one.
func imageShape(_ extents: [Int]) -> [Int] {
  let shape = Array(extents.dropFirst())
  return shape.count == 2 ? [1] + shape : shape
}

extension IDXFile {
  /// The labels, as many as there are images.
  /// - Throws: `DataError.malformed` for another number of them.
  func wholeNumbers(matching images: [Int], name: String) throws(DataError) -> [Int32] {
    guard extents[0] == images[0] else {
      throw .malformed(
        file: name, problem: "\(extents[0]) labels stand against \(images[0]) images")
    }
    return contents.withBytes { bytes in
      (0..<extents[0]).map { index in
        switch element {
        case .uint8: Int32(bytes[index])
        case .int8: Int32(Int8(bitPattern: bytes[index]))
        case .int16:
          Int32(Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self)))
        case .int32:
          Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self))
        }
      }
    }
  }
}
