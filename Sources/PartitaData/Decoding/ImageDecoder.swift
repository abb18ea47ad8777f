internal import PartitaFiles

/// Decodes image files: the door to libpng and TurboJPEG. No pointer leaves this folder.
///
/// What a file is follows from its first bytes, not from its name. Colours are sRGB's; images with
/// transparent parts lie on black. The result is a function of the file alone: TurboJPEG's accurate
/// transform is the same in integers on all processors.
package final class ImageDecoder {
  private let jpeg = JPEGDecoder()

  /// A decoder for one thread.
  package init() {}

  /// Decodes the file at `path`.
  /// - Throws: `DataError` for a file that can't be read, is no image, is cut off or damaged, or has
  ///   more pixels than memory has room for.
  package func decode(_ path: String) throws(DataError) -> DecodedImage {
    try read(path) { bytes, form throws(DataError) in
      switch form {
      case .png: try decodePNG(bytes, name: path)
      case .jpeg: try jpeg.decode(bytes, name: path)
      }
    }
  }

  /// The rows and columns of the image at `path`, by its header.
  /// - Throws: `DataError` for a file that can't be read or is no image.
  func size(_ path: String) throws(DataError) -> (rows: Int, columns: Int) {
    try read(path) { bytes, form throws(DataError) in
      switch form {
      case .png: try sizeOfPNG(bytes, name: path)
      case .jpeg: try jpeg.size(bytes, name: path)
      }
    }
  }

  /// Whether the file at `path` begins as an image does.
  /// - Throws: `DataError.file` for a file that can't be read.
  static func isImage(_ path: String) throws(DataError) -> Bool {
    let start: [UInt8]
    do { start = try readFile(path, atMost: 8) } catch { throw .file(error) }
    return Form.allCases.contains { start.starts(with: $0.mark) }
  }

  /// What image files there are.
  private enum Form: CaseIterable {
    case png, jpeg

    /// The bytes that a file of it begins with.
    var mark: [UInt8] {
      switch self {
      case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      case .jpeg: [0xFF, 0xD8, 0xFF]
      }
    }
  }

  private func read<Result>(
    _ path: String, _ body: (UnsafeRawBufferPointer, Form) throws(DataError) -> Result
  ) throws(DataError) -> Result {
    let file: MappedFile
    do { file = try MappedFile(path) } catch { throw .file(error) }
    defer { withExtendedLifetime(file) {} }
    guard let form = Form.allCases.first(where: { file.bytes.starts(with: $0.mark) }) else {
      let start =
        file.bytes.isEmpty
        ? "it is empty" : "its first bytes are \(hexadecimal(file.bytes.prefix(8)))"
      throw .malformed(file: path, problem: "this is neither PNG nor JPEG: \(start)")
    }
    return try body(file.bytes, form)
  }
}
