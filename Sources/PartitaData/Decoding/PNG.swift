internal import CPNG

/// The pixels of a PNG file, by libpng's simplified interface: its jumps on errors stay in libpng.
///
/// Components of 16 bits without a gamma of their own count as sRGB, as those of 8 bits do.
/// - Throws: `DataError` for a file that is cut off or damaged, or has more pixels than memory has
///   room for.
func decodePNG(_ file: UnsafeRawBufferPointer, name: String) throws(DataError) -> DecodedImage {
  let image = PNGImage()
  try image.begin(file, name: name)
  let size = try pixelBytes(
    rows: image.rows, columns: image.columns, fileBytes: file.count, name: name)
  // Memory that isn't touched before libpng writes to it: a false size in the header costs nothing.
  let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    count = image.finish(into: buffer) ? size : 0
  }
  guard bytes.count == size else { throw image.corrupt(name) }
  return DecodedImage(rows: image.rows, columns: image.columns, bytes: bytes)
}

/// The rows and columns of a PNG file, by its header.
/// - Throws: `DataError` for a damaged one.
func sizeOfPNG(
  _ file: UnsafeRawBufferPointer, name: String
) throws(DataError) -> (rows: Int, columns: Int) {
  let image = PNGImage()
  try image.begin(file, name: name)
  return (image.rows, image.columns)
}

/// libpng's record of an image that is read. It stays in one place: libpng remembers where.
private final class PNGImage {
  private let image = UnsafeMutablePointer<png_image>.allocate(capacity: 1)

  init() {
    image.initialize(to: png_image())
    image.pointee.version = png_uint_32(PNG_IMAGE_VERSION)
  }

  deinit {
    png_image_free(image)
    image.deallocate()
  }

  var rows: Int { Int(image.pointee.height) }
  var columns: Int { Int(image.pointee.width) }

  /// Reads the header of `file`, which must be there until the end.
  func begin(_ file: UnsafeRawBufferPointer, name: String) throws(DataError) {
    guard let start = file.baseAddress,
      png_image_begin_read_from_memory(image, start, file.count) != 0
    else { throw corrupt(name) }
    image.pointee.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
    image.pointee.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
  }

  /// Writes all pixels, and says whether they were there.
  func finish(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Bool {
    var black = png_color()
    return png_image_finish_read(image, &black, buffer.baseAddress, 0, nil) != 0
  }

  /// What libpng last said is wrong.
  func corrupt(_ name: String) -> DataError {
    let words = withUnsafeBytes(of: image.pointee.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return .malformed(file: name, problem: "its PNG data is cut off or corrupt: \(words)")
  }
}
