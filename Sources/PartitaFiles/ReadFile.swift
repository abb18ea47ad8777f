internal import Glibc

/// The bytes of the file at `path`, or the first `limit` of them.
/// - Throws: `FileError.unreadable` with what the system says.
package func readFile(_ path: String, atMost limit: Int = .max) throws(FileError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .unreadable(path: path, reason: lastSystemError()) }
  defer { close(descriptor) }

  var bytes: [UInt8] = []
  var status = stat()
  if fstat(descriptor, &status) == 0 {
    bytes.reserveCapacity(min(limit, max(0, Int(status.st_size))))
  }
  var chunk = [UInt8](repeating: 0, count: min(limit, 1 << 16))
  while true {
    let count = read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
    if count == 0 { return bytes }
    if count > 0 {
      bytes.append(contentsOf: chunk[..<count])
    } else if errno != EINTR {
      throw .unreadable(path: path, reason: lastSystemError())
    }
  }
}

/// What the system says about its last failure, `errno`.
func lastSystemError() -> String { String(cString: strerror(errno)) }
