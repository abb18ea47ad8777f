internal import PartitaGraph

/// What image files become: planes of bytes, all of one size.
struct FolderImages: Hashable, Sendable {
  /// The rows and columns that all images are resized to; without them all have one size.
  let size: ImageSize?
  let colour: ImageColour

  /// The shape of a sample; `first` is an image, whose header says its size where no other is given.
  /// - Throws: `DataError` for a file that is no image.
  func shape(first: String) throws(DataError) -> [Int] {
    func shape(_ size: ImageSize) -> [Int] { [colour.channels, size.rows, size.columns] }
    if let size { return shape(size) }
    return shape(try ImageSize(of: first))
  }

  /// Decodes files.
  /// - Parameters:
  ///   - files: the images, in order.
  ///   - first: an image of the size that all must have, where they aren't resized.
  /// - Throws: `DataError` for a file that is no image or of another size, and where memory has no
  ///   room for all.
  func load(_ files: [ClassFolders.File], first: String) throws(DataError) -> LabelledImages {
    let shape = try shape(first: first)
    let wanted = ImageSize(rows: shape[1], columns: shape[2])
    let total = Int.product(files.count, .product(shape[0], shape[1], shape[2]))
    let memory = availableMemoryBytes()
    guard total <= memory else {
      throw .noRoom(
        what: "data.path: \(files.count) images of \(wanted) pixels", bytes: total, memory: memory)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(total)
    let decoder = ImageDecoder()
    var resizer: (from: ImageSize, planes: PlaneResizer)?
    for file in files {
      let image = try decoder.decode(file.path)
      let found = ImageSize(rows: image.rows, columns: image.columns)
      guard size != nil || found == wanted else {
        throw .malformed(
          file: file.path,
          problem: "it has \(found) pixels, and \(first) has \(wanted): give data.size, the rows "
            + "and columns that all images are resized to")
      }
      for plane in colour.planes(of: image) {
        if found == wanted {
          bytes.append(contentsOf: plane)
        } else {
          let known = resizer.flatMap { $0.from == found ? $0.planes : nil }
          let planes = known ?? PlaneResizer(from: found, to: wanted)
          resizer = (found, planes)
          bytes.append(contentsOf: planes.resized(plane))
        }
      }
    }
    return LabelledImages(
      shape: shape, contents: ImageBytes(bytes), labels: files.map(\.classNumber))
  }
}

/// Rows and columns of an image, both at least 1.
package struct ImageSize: Hashable, Sendable, CustomStringConvertible {
  package let rows: Int
  package let columns: Int

  /// An image of this size.
  package init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  /// The size of the image at `path`, by its header.
  /// - Throws: `DataError` for a file that is no image.
  init(of path: String) throws(DataError) {
    (rows, columns) = try ImageDecoder().size(path)
  }

  package var description: String { "\(rows)x\(columns)" }
}
