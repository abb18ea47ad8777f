internal import Glibc

/// A file that appears at its path whole or not at all.
///
/// Bytes go to a temporary file in the same folder; ``commit()`` forces them to the disk and
/// renames the temporary to the path in one act of the file system. Without a commit the temporary
/// goes away, and what was at the path before stays.
package struct AtomicFile: ~Copyable {
  let path: String
  private let temporary: String
  private let descriptor: Int32

  /// Opens a temporary beside `path`, making the folder where it is missing.
  /// - Throws: `FileError.unwritable` with what the system says.
  package init(_ path: String) throws(FileError) {
    try makeDirectory(folder(of: path))
    let temporary = "\(path).\(getpid()).part"
    TemporaryPaths.add(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: lastSystemError()) }
    self.path = path
    self.temporary = temporary
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
    unlink(temporary)
    TemporaryPaths.forget(temporary)
  }

  /// Appends `bytes`.
  /// - Throws: `FileError.unwritable` with what the system says.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    try writeAll(bytes, to: descriptor, path: path)
  }

  /// Puts the file in its place; call it once, after the last write.
  /// - Throws: `FileError.unwritable` with what the system says.
  package func commit() throws(FileError) {
    guard isSettled(descriptor), rename(temporary, path) == 0 else {
      throw .unwritable(path: path, reason: lastSystemError())
    }
  }
}

/// Writes all of `bytes`, however many calls the system takes for it.
func writeAll(
  _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
) throws(FileError) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
    if count > 0 {
      rest = rest.dropFirst(count)
    } else if count == 0 {
      throw .unwritable(path: path, reason: "it takes no more bytes")
    } else if errno != EINTR {
      throw .unwritable(path: path, reason: lastSystemError())
    }
  }
}

/// Forces what was written to the disk; false, with `errno`, where some of it is lost.
package func isSettled(_ descriptor: Int32) -> Bool {
  // Pipes and some file systems know of no disk.
  guard fsync(descriptor) == 0 || errno == EINVAL else { return false }
  // File systems of a network may say at a close what they have lost: of a copy, for the file may
  // have more to come.
  let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
  return copy >= 0 && close(copy) == 0
}
