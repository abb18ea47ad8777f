internal import PartitaFiles

/// Reads images that a network is asked about: PNG and JPEG files, or IDX files of many.
///
/// What a file is follows from its first bytes. Bytes get the values that the training gave them, by
/// the note of its normalisation.
struct NewImages {
  private let form: FolderImages
  /// The value of each byte of each channel; of one channel, of all of them.
  private let table: [Float]

  /// Images of a form, scaled as notes say.
  /// - Throws: `DataError.noNote` where they don't say it.
  init(_ form: FolderImages, notes: [String: String]) throws(DataError) {
    guard let text = notes["normalisation"],
      let note = try? JSON.value(Normalisation.self, from: text.utf8)
    else { throw .noNote("normalisation") }
    self.form = form
    table = note.table
  }

  /// Loads all images of some files.
  /// - Throws: `DataError` for a file that is no image, or has another size or shape than the first.
  func load(_ paths: [String]) throws(DataError) -> NewSamples {
    var (names, bytes, shape) = ([String](), [UInt8](), [Int]?.none)
    func add(_ found: [Int], _ contents: some Sequence<UInt8>, of path: String) throws(DataError) {
      if let shape, shape != found {
        throw .malformed(
          file: path, problem: "its images are of shape \(found), those of \(paths[0]) of \(shape)")
      }
      shape = found
      bytes.append(contentsOf: contents)
    }
    for path in paths {
      if try ImageDecoder.isImage(path) {
        let image = try form.load(
          [ClassFolders.File(path: path, classNumber: 0)], first: form.size == nil ? path : paths[0]
        )
        try add(image.shape, image.contents.array, of: path)
        names.append(path)
      } else {
        let file = try IDXFile(path, .images, packing: .either)
        try add(imageShape(file.extents), file.bytes, of: path)
        names += (0..<file.extents[0]).map { "\(path)#\($0)" }
      }
    }
    let all = LabelledImages(
      shape: shape ?? [], contents: ImageBytes(bytes),
      labels: [Int32](repeating: 0, count: names.count))
    guard table.count == 256 || table.count == 256 * all.channels else {
      throw .malformed(
        file: paths[0],
        problem: "its images have \(all.channels) channels, those of the training "
          + "\(table.count / 256)")
    }
    let values =
      table.count == 256
      ? Array(repeatElement(table, count: all.channels).joined()) : table
    return NewSamples(
      input: SampleType(shape: all.shape, element: .float32), names: names,
      source: Images(all.part(0..<names.count, limit: nil), table: values))
  }

  /// How pixels were scaled: the byte of the value 1, and moments of each channel.
  private struct Normalisation: Decodable {
    let white: Double
    let mean, deviation: ChannelNumbers?

    var table: [Float] {
      guard let mean, let deviation else { return pixelTable(white: white, nil) }
      return zip(mean.all, deviation.all).flatMap {
        pixelTable(white: white, PixelMoments(mean: $0, deviation: $1))
      }
    }
  }
}
