/// An image as its file has it: rows of pixels, each a byte of red, green and blue.
package struct DecodedImage: Sendable {
  package let rows: Int
  package let columns: Int
  /// `3 * rows * columns` bytes.
  package let bytes: [UInt8]
}

/// Bytes of the pixels of an image that a file of so many bytes says to have.
///
/// What deflate packs into a byte are 1032 at most (zlib's technical details), each of eight pixels
/// at most; Huffman codes of JPEG say no more. So a false size takes no memory.
/// - Throws: `DataError` for more pixels than the file can hold, or than memory has room for.
func pixelBytes(
  rows: Int, columns: Int, fileBytes: Int, name: String
) throws(DataError) -> Int {
  let (pixels, overflows) = rows.multipliedReportingOverflow(by: columns)
  let (most, isEnough) = fileBytes.multipliedReportingOverflow(by: 8 * 1032)
  let (bytes, overflow) = pixels.multipliedReportingOverflow(by: 3)
  guard !overflows, !overflow, isEnough || pixels <= most else {
    throw .malformed(
      file: name,
      problem:
        "it says to have \(rows)x\(columns) pixels, more than its \(fileBytes) bytes can hold")
  }
  let memory = availableMemoryBytes()
  guard bytes <= memory else {
    throw .noRoom(what: "\(name): its \(rows)x\(columns) pixels", bytes: bytes, memory: memory)
  }
  return bytes
}
