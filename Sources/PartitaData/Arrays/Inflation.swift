internal import CZlib

/// Memory that is filled once and then only read.
private final class InflatedBytes: @unchecked Sendable {
  let memory: UnsafeMutableRawBufferPointer

  init(count: Int) { memory = .allocate(byteCount: count, alignment: 64) }

  deinit { memory.deallocate() }
}

extension ByteRegion {
  /// The `count` bytes that this region holds as raw deflate data (RFC 1951); errors call it `name`.
  /// - Throws: `DataError` where there is no room for them, and for data that is damaged, ends
  ///   early, goes on, or has another check sum (CRC-32).
  func inflated(to count: Int, checkSum: UInt32, name: String) throws(DataError) -> ByteRegion {
    func malformed(_ problem: String) -> DataError { .malformed(file: name, problem: problem) }
    // Deflate makes at most 1032 bytes of one: a larger number is a lie, and never gets memory.
    guard count / 1032 <= self.count else {
      throw malformed("\(self.count) bytes of deflate data can't be \(count) bytes")
    }
    let room = availableMemoryBytes()
    guard count <= room else {
      throw .noRoom(what: "\(name): its bytes", bytes: count, memory: room)
    }
    // One byte more shows data that goes on.
    let target = InflatedBytes(count: count + 1)
    let (code, produced, rest) = withBytes { inflate($0, into: target.memory) }
    guard code == Z_STREAM_END || code == Z_OK || code == Z_BUF_ERROR else {
      throw malformed("its deflate data is corrupt: code \(code) of zlib")
    }
    guard code == Z_STREAM_END || produced > count else {
      throw malformed("it is truncated: its deflate data has no end")
    }
    guard produced == count else {
      throw malformed(
        "its deflate data is \(produced < count ? "\(produced)" : "more than \(count)") bytes long, "
          + "not \(count)")
    }
    guard rest == 0 else { throw malformed("\(rest) bytes follow its deflate data") }
    let bytes = UnsafeRawBufferPointer(rebasing: target.memory[..<count])
    let sum = checkSumOf(bytes)
    guard sum == checkSum else {
      throw malformed(
        "its CRC-32 is \(String(sum, radix: 16)), and the archive says "
          + "\(String(checkSum, radix: 16))")
    }
    return ByteRegion(bytes, of: target)
  }
}

/// Inflates until the data ends or the memory is full: zlib's code, bytes made and bytes not read.
private func inflate(
  _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
) -> (code: Int32, produced: Int, rest: Int) {
  var stream = z_stream()
  let rawDeflate: Int32 = -15
  var code = inflateInit2_(
    &stream, rawDeflate, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  precondition(code == Z_OK, "zlib can't start: code \(code)")
  defer { inflateEnd(&stream) }
  // zlib counts with 32 bits.
  let most = 1 << 30
  var (read, made) = (0, 0)
  while code == Z_OK {
    let input = source[read...].prefix(most)
    let output = target[made...].prefix(most)
    stream.next_in = UnsafeMutablePointer(
      mutating: UnsafeRawBufferPointer(rebasing: input).bindMemory(to: UInt8.self).baseAddress)
    stream.avail_in = UInt32(input.count)
    stream.next_out =
      UnsafeMutableRawBufferPointer(rebasing: output).bindMemory(to: UInt8.self).baseAddress
    stream.avail_out = UInt32(output.count)
    code = CZlib.inflate(&stream, Z_NO_FLUSH)
    read += input.count - Int(stream.avail_in)
    made += output.count - Int(stream.avail_out)
    if made == target.count { break }
  }
  return (code, made, source.count - read)
}

/// The CRC-32 of zip files.
private func checkSumOf(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  var sum: UInt = 0
  var rest = bytes[...]
  while !rest.isEmpty {
    let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
    sum = crc32(sum, piece.bindMemory(to: UInt8.self).baseAddress, UInt32(piece.count))
    rest = rest.dropFirst(piece.count)
  }
  return UInt32(truncatingIfNeeded: sum)
}
