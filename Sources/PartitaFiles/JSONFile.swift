/// Files that hold one value as JSON.
package enum JSONFile {
  /// Reads a value.
  /// - Throws: `FileError` with the path, the place in the file and what would fit.
  package static func read<Value: Decodable>(
    _ type: Value.Type, from path: String
  ) throws(FileError) -> Value {
    let text = try readText(path)
    do {
      return try JSON.value(type, from: text.utf8)
    } catch {
      throw .malformed(path: path, problem: decodingWords(error, in: text.utf8))
    }
  }

  /// Writes a value; the file appears whole or not at all.
  /// - Throws: `FileError` where the file can't be written, or the value isn't one that JSON has.
  package static func write(
    _ value: some Encodable, _ layout: JSON.Layout, to path: String
  ) throws(FileError) {
    let text: String
    do { text = try JSON.text(of: value, layout) } catch {
      throw .unwritable(path: path, reason: "\(error)")
    }
    try AtomicText.write(text, to: path)
  }
}
