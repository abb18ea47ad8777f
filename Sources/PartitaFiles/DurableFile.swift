internal import Glibc

/// A new file that is on the disk when ``finish()`` returns. It has its name from the start: for
/// files of a folder that appears as a whole.
package struct DurableFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// Makes the file, in place of an older one.
  /// - Throws: `FileError.unwritable` with what the system says.
  package init(_ path: String) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: lastSystemError()) }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Appends `bytes`.
  /// - Throws: `FileError.unwritable` with what the system says.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    try writeAll(bytes, to: descriptor, path: path)
  }

  /// Forces all that was written to the disk.
  /// - Throws: `FileError.unwritable` with what the system says.
  package func finish() throws(FileError) {
    guard isSettled(descriptor) else {
      throw .unwritable(path: path, reason: lastSystemError())
    }
  }

  /// Writes a whole file.
  /// - Throws: `FileError.unwritable` with what the system says.
  package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let file = try DurableFile(path)
    try bytes.span.bytes.withUnsafeBytes { (bytes) throws(FileError) in try file.write(bytes) }
    try file.finish()
  }

  /// Forces the names in a folder to the disk.
  /// - Throws: `FileError.unwritable` with what the system says.
  package static func finish(folder: String) throws(FileError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unwritable(path: folder, reason: lastSystemError()) }
    defer { close(descriptor) }
    // Some file systems can't, and keep names safe by other means.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw .unwritable(path: folder, reason: lastSystemError())
    }
  }
}

/// Gives a file or folder another name in the same folder, in place of a file of that name.
/// - Throws: `FileError.unwritable` with what the system says.
package func rename(_ path: String, to other: String) throws(FileError) {
  guard Glibc.rename(path, other) == 0 else {
    throw .unwritable(path: other, reason: lastSystemError())
  }
}
