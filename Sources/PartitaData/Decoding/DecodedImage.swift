/// An image as its file has it: rows of pixels, each a byte of red, green and blue.
package struct DecodedImage: Sendable {
  package let rows: Int
  package let columns: Int
  /// `3 * rows * columns` bytes.
  package let bytes: [UInt8]
}

/// Bytes of the pixels of an image of this size; the largest number there is where they are more.
/// - Throws: `DataError.noRoom` where memory has no room for them.
func pixelBytes(rows: Int, columns: Int, name: String) throws(DataError) -> Int {
  let (pixels, overflows) = rows.multipliedReportingOverflow(by: columns)
  let (bytes, overflow) = pixels.multipliedReportingOverflow(by: 3)
  let memory = availableMemoryBytes()
  guard !overflows, !overflow, bytes <= memory else {
    throw .noRoom(
      what: "\(name): its \(rows)x\(columns) pixels",
      bytes: overflows || overflow ? .max : bytes, memory: memory)
  }
  return bytes
}
