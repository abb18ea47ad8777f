internal import Glibc

/// The bytes of a whole file, mapped: the system reads the pages that are looked at, and lets go of
/// them where memory is short.
///
/// The file must keep its length as long as it is mapped: behind a shorter end there is nothing to
/// read, and the system ends a process that looks there (SIGBUS).
package final class MappedFile: Sendable {
  /// The file.
  package let path: String
  /// Its bytes, none for an empty file. They go with this object: whoever looks at them longer than
  /// ``withBytes(_:)`` lasts must keep it.
  package nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  /// Maps the file.
  /// - Throws: `FileError.unreadable` with what the system says, and for what is no regular file.
  package init(_ path: String) throws(FileError) {
    // A pipe that nobody writes to must not stop us.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: lastSystemError()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, reason: lastSystemError())
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .unreadable(path: path, reason: String(cString: strerror(EISDIR)))
    default: throw .unreadable(path: path, reason: "it is no regular file")
    }
    self.path = path
    let count = Int(status.st_size)
    // The system maps no empty range.
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
    else { throw .unreadable(path: path, reason: lastSystemError()) }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  /// Calls `body` with the bytes, which stay until it returns.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withExtendedLifetime(self) { body(bytes) }
  }

  deinit {
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }
}
