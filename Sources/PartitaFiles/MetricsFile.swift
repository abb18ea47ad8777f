internal import Glibc

/// A file of JSON lines that grows while a run goes on.
///
/// It starts as an empty file put in place by rename, so an older run's lines vanish at once and
/// nothing else can half be there; each line then goes out in one system call with its end, so a
/// run that is killed leaves whole lines only.
public struct MetricsFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// Starts an empty file at `path`, in place of any older one.
  /// - Throws: `FileError.unwritable` with what the system says.
  public init(_ path: String) throws(FileError) {
    let empty = try AtomicFile(path)
    try empty.commit()
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: lastSystemError()) }
    self.path = path
    self.descriptor = descriptor
  }

  /// Goes on with the file at `path`, of which the lines that `isKept` stay; without a file an empty
  /// one is started. A last line without an end, which a lost process left, goes.
  /// - Throws: `FileError` with what the system says.
  public init(
    continuing path: String, isKept: (_ line: [UInt8]) -> Bool
  ) throws(FileError) {
    let old = isFile(path) ? try readFile(path) : []
    let file = try AtomicFile(path)
    let newline = UInt8(ascii: "\n")
    var rest = old[...]
    while let end = rest.firstIndex(of: newline) {
      let line = Array(rest[..<end])
      rest = rest[(end + 1)...]
      guard isKept(line) else { continue }
      try (line + [newline]).span.bytes.withUnsafeBytes { (bytes) throws(FileError) in
        try file.write(bytes)
      }
    }
    try file.commit()
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: lastSystemError()) }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Forces all lines to the disk.
  /// - Throws: `FileError.unwritable` with what the system says.
  public func finish() throws(FileError) {
    guard isSettled(descriptor) else {
      throw .unwritable(path: path, reason: lastSystemError())
    }
  }

  /// Appends `record` as one line.
  /// - Throws: `FileError.unwritable` with what the system says.
  public func append(_ record: JSON) throws(FileError) { try append(line: "\(record)") }

  /// Appends a line that is JSON already, without its end.
  /// - Throws: `FileError.unwritable` with what the system says.
  package func append(line: String) throws(FileError) {
    let line = Array("\(line)\n".utf8)
    try line.span.bytes.withUnsafeBytes { (bytes) throws(FileError) in
      try writeAll(bytes, to: descriptor, path: path)
    }
  }
}
