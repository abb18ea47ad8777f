internal import CZlib

/// A gzip file, inflated piece by piece so that a false length never allocates memory.
///
/// A file may have several members, one behind the other: its data is theirs together (RFC 1952,
/// section 2.2). Anything else after a member is a mistake.
final class GzipReader {
  /// The bytes that every member begins with.
  static let mark: [UInt8] = [0x1F, 0x8B]

  /// How errors call the file.
  let name: String
  private let compressed: [UInt8]
  private var stream = z_stream()
  private var position = 0
  private var isAtEnd = false

  /// Starts to inflate `compressed`.
  init(_ compressed: [UInt8], name: String) throws(DataError) {
    self.name = name
    self.compressed = compressed
    guard compressed.starts(with: Self.mark) else {
      throw .malformed(file: name, problem: "this is no gzip file; its first bytes are not 1f 8b")
    }
    let gzipOnly: Int32 = 15 + 16
    let size = Int32(MemoryLayout<z_stream>.size)
    let code = inflateInit2_(&stream, gzipOnly, ZLIB_VERSION, size)
    precondition(code == Z_OK, "zlib can't start: code \(code)")
  }

  deinit { inflateEnd(&stream) }

  /// The next `count` bytes, or as many as there are.
  func read(atMost count: Int) throws(DataError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(count, 1 << 20))
    while bytes.count < count, !isAtEnd {
      let wanted = min(chunk.count, count - bytes.count)
      bytes.append(contentsOf: chunk[..<(try inflate(into: &chunk, atMost: wanted))])
    }
    return bytes
  }

  /// Checks that the data ends here: the check sum is right and no byte is left.
  func finish() throws(DataError) {
    guard try read(atMost: 1).isEmpty else {
      throw .malformed(file: name, problem: "it has bytes after the end of its data")
    }
    guard position == compressed.count else {
      throw .malformed(
        file: name, problem: "\(compressed.count - position) bytes follow its gzip data")
    }
  }

  private func inflate(into chunk: inout [UInt8], atMost count: Int) throws(DataError) -> Int {
    var code = Z_OK
    var produced = 0
    compressed.withUnsafeBufferPointer { input in
      chunk.withUnsafeMutableBufferPointer { output in
        let rest = input[position...].prefix(1 << 30)
        stream.next_in = UnsafeMutablePointer(
          mutating: UnsafeBufferPointer(rebasing: rest).baseAddress)
        stream.avail_in = UInt32(rest.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(count)
        code = CZlib.inflate(&stream, Z_NO_FLUSH)
        position += rest.count - Int(stream.avail_in)
        produced = count - Int(stream.avail_out)
      }
    }
    switch code {
    case Z_STREAM_END:
      guard compressed[position...].starts(with: Self.mark) else {
        isAtEnd = true
        break
      }
      inflateReset(&stream)
    case Z_OK where produced > 0 || position < compressed.count:
      break
    case Z_OK, Z_BUF_ERROR:
      throw .malformed(file: name, problem: "it is truncated: its gzip data has no end")
    default:
      let reason = stream.msg.map { String(cString: $0) } ?? "code \(code)"
      throw .malformed(file: name, problem: "its gzip data is corrupt: \(reason)")
    }
    return produced
  }
}
