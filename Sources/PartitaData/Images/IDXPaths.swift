internal import Foundation
internal import PartitaKeys

/// The files of a set of IDX images: a pair to train on and, where there is one, a pair to test on.
struct IDXPaths: Hashable, Sendable {
  /// Images and their labels.
  struct Pair: Hashable, Sendable {
    let images: String
    let labels: String
  }

  let train: Pair
  let test: Pair?
}

extension IDXPaths {
  /// Finds the files of a folder by parts of their names, as MNIST, EMNIST and their kin are called.
  /// - Throws: `DataError.malformed` where a file is missing, or several are called alike.
  init(folder: String) throws(DataError) {
    let names = try visibleNames(in: folder)
    func file(_ key: String, _ parts: String...) throws(DataError) -> String? {
      let found = names.filter { name in parts.contains { name.contains($0) } }
      guard found.count <= 1 else {
        throw .malformed(
          file: folder,
          problem: "several files may be the \(key): \(found.listed()); name the right ones by "
            + "data.images, data.labels, data.test_images and data.test_labels")
      }
      return found.first.map { "\(folder)/\($0)" }
    }
    func missing(_ part: String) -> DataError {
      .malformed(
        file: folder,
        problem: "no file here has \"\(part)\" in its name; name the files by data.images and "
          + "data.labels")
    }
    let images = try file("images to train on", "train-images")
    let labels = try file("labels to train on", "train-labels")
    guard let images else { throw missing("train-images") }
    guard let labels else { throw missing("train-labels") }
    train = Pair(images: images, labels: labels)
    let testImages = try file("images to test on", "t10k-images", "test-images")
    let testLabels = try file("labels to test on", "t10k-labels", "test-labels")
    switch (testImages, testLabels) {
    case (let images?, let labels?): test = Pair(images: images, labels: labels)
    case (nil, nil): test = nil
    case (let found?, nil), (nil, let found?):
      throw .malformed(
        file: found, problem: "images to test on and their labels go together; one is missing")
    }
  }
}

/// The names in a folder but for hidden ones, by their bytes in order.
/// - Throws: `DataError.malformed` for a folder that isn't there or can't be read.
func visibleNames(in folder: String) throws(DataError) -> [String] {
  do {
    return try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { !$0.hasPrefix(".") }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  } catch {
    throw .malformed(file: folder, problem: "this is no folder that can be read")
  }
}
