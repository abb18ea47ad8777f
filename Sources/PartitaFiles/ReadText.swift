/// The text of the file at `path`: UTF-8, of at most `limit` bytes.
///
/// Files that people edit are read here: what editors put in front of text is no part of it.
/// - Throws: `FileError` with what the system says; for a longer file; for bytes that are no UTF-8.
package func readText(
  _ path: String, atMost limit: Int = textByteLimit
) throws(FileError) -> String {
  try decodeText(readTextBytes(path, atMost: limit), path: path)
}

/// The bytes of a text file, of at most `limit` bytes, as they are in the file.
/// - Throws: `FileError` with what the system says, and for a longer file.
package func readTextBytes(
  _ path: String, atMost limit: Int = textByteLimit
) throws(FileError) -> [UInt8] {
  let bytes = try readFile(path, atMost: limit + 1)
  guard bytes.count <= limit else {
    throw .unreadable(
      path: path, reason: "it has more than \(limit) bytes, the most that is read of such a file")
  }
  return bytes
}

/// The text that the bytes of a file are, without a byte order mark.
/// - Throws: `FileError.unreadable` for bytes that are no UTF-8.
package func decodeText(_ bytes: [UInt8], path: String) throws(FileError) -> String {
  let bytes = try withoutByteOrderMark(bytes, path: path)
  guard !bytes.prefix(2).contains(0) else { throw .utf16(path, "has a zero byte in front") }
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw .unreadable(path: path, reason: "it is not UTF-8 text")
  }
  return text
}

/// Bytes without the byte order mark of UTF-8, which some editors and Excel write in front of text.
/// - Throws: `FileError.unreadable` where they begin with that of UTF-16.
package func withoutByteOrderMark(
  _ bytes: [UInt8], path: String
) throws(FileError) -> ArraySlice<UInt8> {
  if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return bytes.dropFirst(3) }
  guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]) else {
    throw .utf16(path, "begins with its byte order mark")
  }
  return bytes[...]
}

extension FileError {
  fileprivate static func utf16(_ path: String, _ sign: String) -> FileError {
    .unreadable(
      path: path,
      reason:
        "it is UTF-16 text, for it \(sign); save it as UTF-8, with a byte order mark or without")
  }
}

/// The most bytes of a text file: 1 GiB. A file that never ends must not take all memory.
package let textByteLimit = 1 << 30
