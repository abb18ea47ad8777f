internal import Glibc

/// Reads a pipe as far as it is filled, keeps everything, and hands out whole lines.
struct LineReader {
  let file: Int32
  private(set) var isOpen = true
  private let keepsAll: Bool
  private var bytes: [UInt8] = []
  /// Where the line begins that has not been handed out.
  private var lineStart = 0

  /// Reads from a file that doesn't block.
  /// - Parameter keepsAll: whether all that was read is kept.
  init(file: Int32, keepsAll: Bool = true) {
    self.file = file
    self.keepsAll = keepsAll
  }

  /// All that was read.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Reads once: a rank that never stops talking must not keep the reader from its other duties.
  mutating func read(_ onLine: (String) -> Void) { _ = readChunk(onLine) }

  /// Reads what is left after all writers have gone, and hands out a last line without an end.
  mutating func finish(_ onLine: (String) -> Void) {
    while readChunk(onLine) {}
    if lineStart < bytes.count {
      onLine(String(decoding: bytes[lineStart...], as: UTF8.self))
      lineStart = bytes.count
    }
  }

  /// Returns whether there was anything.
  private mutating func readChunk(_ onLine: (String) -> Void) -> Bool {
    guard isOpen else { return false }
    let known = bytes.count
    bytes += [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      let got = Glibc.read(file, buffer.baseAddress, buffer.count)
      if got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR) { isOpen = false }
      count = max(0, got)
    }
    for end in known..<bytes.count where bytes[end] == UInt8(ascii: "\n") {
      onLine(String(decoding: bytes[lineStart..<end], as: UTF8.self))
      lineStart = end + 1
    }
    let hasRead = bytes.count > known
    if !keepsAll, lineStart > 0 {
      bytes.removeSubrange(..<lineStart)
      lineStart = 0
    }
    return hasRead
  }
}
