/// The pair `prefix-images-idx3-ubyte.gz`, `prefix-labels-idx1-ubyte.gz` of a folder.
struct ImageFiles {
  let folder: String
  let prefix: String

  var images: String { "\(folder)/\(prefix)-images-idx3-ubyte.gz" }
  private var labels: String { "\(folder)/\(prefix)-labels-idx1-ubyte.gz" }

  /// Images, rows and columns, by the header.
  /// - Throws: `DataError` for a file that is missing or no IDX file of images.
  func extents() throws(DataError) -> [Int] {
    try IDXHeader(images, .bytes(dimensions: 3), packing: .gzip).extents
  }

  /// All images with their class numbers, which are below `classes`.
  /// - Throws: `DataError` for files that are missing, damaged, or don't fit each other.
  func load(classes: Int) throws(DataError) -> LabelledImages {
    try LabelledImages(
      IDXFile(images, .bytes(dimensions: 3), packing: .gzip),
      IDXFile(labels, .bytes(dimensions: 1), packing: .gzip), classes: classes,
      labelsName: labels)
  }
}
