internal import CTurboJPEG

/// TurboJPEG, for one thread. Its jumps on errors stay in TurboJPEG.
final class JPEGDecoder {
  private let handle: tjhandle

  init() {
    guard let handle = tjInitDecompress() else { preconditionFailure("TurboJPEG can't start") }
    self.handle = handle
  }

  deinit { tjDestroy(handle) }

  /// The rows and columns of a file, by its header.
  /// - Throws: `DataError` for a damaged one.
  func size(
    _ file: UnsafeRawBufferPointer, name: String
  ) throws(DataError) -> (rows: Int, columns: Int) {
    var (columns, rows, sampling, space) = (Int32(0), Int32(0), Int32(0), Int32(0))
    let code = tjDecompressHeader3(
      handle, file.bindMemory(to: UInt8.self).baseAddress, UInt(file.count), &columns, &rows,
      &sampling, &space)
    guard code == 0, rows > 0, columns > 0 else { throw corrupt(name) }
    return (Int(rows), Int(columns))
  }

  /// The pixels of a file. What TurboJPEG only warns of, as of a file that is cut off, is an error.
  /// - Throws: `DataError` for a file that is cut off or damaged, or has more pixels than memory has
  ///   room for.
  func decode(_ file: UnsafeRawBufferPointer, name: String) throws(DataError) -> DecodedImage {
    let (rows, columns) = try size(file, name: name)
    let size = try pixelBytes(
      rows: rows, columns: columns, fileBytes: file.count, name: name)
    let flags = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS
    // Memory that isn't touched before TurboJPEG writes to it: a false size costs nothing.
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let code = tjDecompress2(
        handle, file.bindMemory(to: UInt8.self).baseAddress, UInt(file.count), buffer.baseAddress,
        Int32(columns), 0, Int32(rows), Int32(TJPF_RGB.rawValue), flags)
      count = code == 0 ? size : 0
    }
    guard bytes.count == size else { throw corrupt(name) }
    return DecodedImage(rows: rows, columns: columns, bytes: bytes)
  }

  /// What TurboJPEG last said is wrong.
  private func corrupt(_ name: String) -> DataError {
    let words = tjGetErrorStr2(handle).map { String(cString: $0) } ?? "no reason is known"
    return .malformed(file: name, problem: "its JPEG data is cut off or corrupt: \(words)")
  }
}
