/// What the files of a set of IDX images say of it before an image is read: all labels are.
struct IDXSet {
  /// The shape of an image as a sample.
  let shape: [Int]
  /// The labels that occur, in ascending order: class i is the one at i.
  let classes: [Int32]
  /// The class numbers of the images to train on.
  let train: [Int32]
  /// Those of the images to test on, where they have files of their own.
  let test: [Int32]?

  /// Reads the headers of the images, and the labels.
  /// - Throws: `DataError` for files that are missing, damaged, or don't fit each other, and for
  ///   labels of less than two classes.
  init(_ paths: IDXPaths) throws(DataError) {
    let train = try Part(paths.train)
    shape = imageShape(train.extents)
    var test: Part?
    if let pair = paths.test {
      let part = try Part(pair)
      guard part.extents.dropFirst() == train.extents.dropFirst() else {
        throw .malformed(
          file: pair.images,
          problem: "images to test on are of shape \(imageShape(part.extents)), those to train on "
            + "of \(imageShape(train.extents))")
      }
      test = part
    }
    let classes = Set(train.labels).union(test?.labels ?? []).sorted()
    guard classes.count >= 2 else {
      throw .malformed(
        file: paths.train.labels, problem: "all labels are \(classes[0]); there must be two or more"
      )
    }
    self.classes = classes
    let numbers = Dictionary(uniqueKeysWithValues: zip(classes, Int32(0)...))
    func numbered(_ part: Part) -> [Int32] { part.labels.compactMap { numbers[$0] } }
    self.train = numbered(train)
    self.test = test.map(numbered)
  }

  /// The names of the classes: their labels.
  var names: [String] { classes.map { "\($0)" } }

  /// The images of a pair whose labels are known.
  /// - Throws: `DataError` for a file that is damaged, or another one than it was.
  func images(of pair: IDXPaths.Pair, labels: [Int32]) throws(DataError) -> LabelledImages {
    let file = try IDXFile(pair.images, .images, packing: .either)
    guard imageShape(file.extents) == shape, file.extents[0] == labels.count else {
      throw .malformed(file: pair.images, problem: "it has changed while it was read")
    }
    return LabelledImages(shape: shape, contents: file.contents, labels: labels)
  }

  /// A pair of files without its images.
  private struct Part {
    let extents: [Int]
    let labels: [Int32]

    init(_ pair: IDXPaths.Pair) throws(DataError) {
      extents = try IDXHeader(pair.images, .images, packing: .either).extents
      labels = try IDXFile(pair.labels, .labels, packing: .either)
        .wholeNumbers(matching: extents, name: pair.labels)
    }
  }
}
