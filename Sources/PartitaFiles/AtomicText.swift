/// Text files that appear whole or not at all.
public enum AtomicText {
  /// Writes `text` to a temporary beside `path` and renames it there.
  /// - Throws: `FileError.unwritable` with what the system says.
  public static func write(_ text: String, to path: String) throws(FileError) {
    let file = try AtomicFile(path)
    try Array(text.utf8).span.bytes.withUnsafeBytes { (bytes) throws(FileError) in
      try file.write(bytes)
    }
    try file.commit()
  }
}
