internal import Glibc

/// A file of which the system brings into memory what is read, and may take it back.
package final class MappedFile: Sendable {
  /// Bytes of the file when it was opened.
  package let byteCount: Int
  /// Where they begin; 0 where there are none.
  private let address: UInt

  /// Maps the file.
  /// - Throws: `FileError.unreadable` with what the system says, and for what is no file.
  package init(_ path: String) throws(FileError) {
    // A pipe that nobody writes to mustn't stop us.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: lastSystemError()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, reason: lastSystemError())
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "it is no file of bytes")
    }
    byteCount = Int(status.st_size)
    guard byteCount > 0 else {
      address = 0
      return
    }
    guard let start = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0),
      start != MAP_FAILED
    else { throw .unreadable(path: path, reason: lastSystemError()) }
    address = UInt(bitPattern: start)
  }

  deinit {
    if byteCount > 0 { munmap(UnsafeMutableRawPointer(bitPattern: address), byteCount) }
  }

  /// Calls `body` with the bytes, which are there as long as this is.
  package func withBytes<Result, Failure>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(
      UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: byteCount))
  }
}
