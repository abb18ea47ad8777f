internal import Foundation
internal import Glibc

/// The hold of one process on a folder: nobody else gets it until the process lets go or is gone.
///
/// A lock of the file system (flock(2)) on a file in the folder, which says who holds it.
package final class FolderLock {
  private static let fileName = ".lock"
  private let path: String
  private let descriptor: Int32

  /// Takes the folder, making it where it is missing.
  /// - Throws: `FileError.unwritable`, where another process holds it with its name.
  package init(_ folder: String) throws(FileError) {
    try makeDirectory(folder)
    let path = "\(folder)/\(Self.fileName)"
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw .unwritable(path: folder, reason: lastSystemError()) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let isHeld = errno == EWOULDBLOCK
        let reason = lastSystemError()
        close(descriptor)
        throw .unwritable(
          path: folder, reason: isHeld ? "it is held by \(Self.holder(of: folder))" : reason)
      }
      // Whoever let go may have removed the file between our two calls.
      var (ours, present) = (stat(), stat())
      if fstat(descriptor, &ours) == 0, stat(path, &present) == 0, ours.st_ino == present.st_ino {
        let words = Array("process \(getpid()) on \(ProcessInfo.processInfo.hostName)".utf8)
        guard ftruncate(descriptor, 0) == 0,
          pwrite(descriptor, words, words.count, 0) == words.count
        else {
          let reason = lastSystemError()
          unlink(path)
          close(descriptor)
          throw .unwritable(path: folder, reason: reason)
        }
        TemporaryPaths.add(path)
        self.path = path
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit {
    unlink(path)
    TemporaryPaths.forget(path)
    close(descriptor)
  }

  /// Whether a process holds the folder.
  package static func isHeld(_ folder: String) -> Bool {
    let descriptor = open("\(folder)/\(fileName)", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  private static func holder(of folder: String) -> String {
    let bytes = (try? readFile("\(folder)/\(fileName)", atMost: 200)) ?? []
    return bytes.isEmpty ? "another process" : String(decoding: bytes, as: UTF8.self)
  }
}
