internal import PartitaFiles
internal import PartitaKeys

/// A folder with a folder of image files for each class.
struct ClassFolders {
  /// An image file and the number of its class.
  struct File {
    let path: String
    let classNumber: Int32
  }

  /// The folders' names in order; hidden folders, and files beside them, are none.
  let classes: [String]
  /// The classes in turns: the first file of each, then the second of each, and so on. The first so
  /// many are then of all classes.
  let files: [File]

  /// Lists `folder`, which must have the classes `known`, or else two or more.
  /// - Throws: `DataError.malformed` for a folder that can't be read, other classes, or a class
  ///   without a file.
  init(_ folder: String, classes known: [String]? = nil) throws(DataError) {
    func malformed(_ problem: String) -> DataError { .malformed(file: folder, problem: problem) }
    let classes = try visibleNames(in: folder).filter { isDirectory("\(folder)/\($0)") }
    if let known, classes != known {
      let missing = known.filter { !classes.contains($0) }
      throw malformed(
        missing.isEmpty
          ? "these folders are no classes to train on: "
            + classes.filter { !known.contains($0) }.listed()
          : "it has no folder of these classes: \(missing.listed())")
    }
    guard classes.count >= 2 else {
      throw malformed(
        "it has \(classes.count) folders of images; there must be one for each of two or more classes"
      )
    }
    var names: [[String]] = []
    for name in classes {
      let files = try visibleNames(in: "\(folder)/\(name)")
      guard !files.isEmpty else {
        throw .malformed(file: "\(folder)/\(name)", problem: "this class has no images")
      }
      names.append(files)
    }
    self.classes = classes
    files = (0..<(names.map(\.count).max() ?? 0)).flatMap { turn in
      zip(names, classes.indices).compactMap { names, index in
        turn < names.count
          ? File(path: "\(folder)/\(classes[index])/\(names[turn])", classNumber: Int32(index))
          : nil
      }
    }
  }
}
