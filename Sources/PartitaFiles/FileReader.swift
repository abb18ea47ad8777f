internal import Glibc

/// A file that is read piece by piece.
package struct FileReader: ~Copyable {
  /// Bytes of the file when it was opened.
  package let byteCount: Int
  private let path: String
  private let descriptor: Int32

  /// Opens the file.
  /// - Throws: `FileError.unreadable` with what the system says.
  package init(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, reason: lastSystemError())
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `target` with the bytes from `offset` on; all of them must be there.
  /// - Throws: `FileError.unreadable` with what the system says, or where the file ends before.
  package func read(
    at offset: Int, into target: UnsafeMutableRawBufferPointer
  ) throws(FileError) {
    var done = 0
    while done < target.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[done...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if count > 0 {
        done += count
      } else if count == 0 {
        throw .unreadable(path: path, reason: "it ends at byte \(offset + done)")
      } else if errno != EINTR {
        throw .unreadable(path: path, reason: lastSystemError())
      }
    }
  }

  /// The SHA-256 of the whole file, as 64 hex digits.
  /// - Throws: `FileError.unreadable` with what the system says.
  package func digest() throws(FileError) -> String {
    let digest = SHA256()
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { block.deallocate() }
    for offset in stride(from: 0, to: byteCount, by: block.count) {
      let piece = UnsafeMutableRawBufferPointer(
        rebasing: block[..<min(block.count, byteCount - offset)])
      try read(at: offset, into: piece)
      digest.update(UnsafeRawBufferPointer(piece))
    }
    return digest.hexadecimal()
  }
}
