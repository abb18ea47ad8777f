internal import PartitaFiles

/// The characters of a text, which may lie in several files.
///
/// They are the Unicode scalars of UTF-8 text, or single bytes where the whole is no UTF-8.
struct TextCharacters {
  let characters: [UInt32]
  /// Whether characters are single bytes.
  let isBytes: Bool

  /// Reads the files and joins them in order.
  /// - Throws: `DataError.file` for a file that can't be read, or is UTF-16.
  init(joining paths: [String]) throws(DataError) {
    var bytes: ArraySlice<UInt8> = []
    for path in paths {
      let piece = try Self.bytes(of: path)
      // One file's bytes aren't copied.
      if bytes.isEmpty { bytes = piece } else { bytes.append(contentsOf: piece) }
    }
    let scalars = Self.scalars(bytes)
    isBytes = scalars == nil
    characters = scalars ?? bytes.map { UInt32($0) }
  }

  /// Reads a file whose characters are those of another text.
  /// - Throws: `DataError` for a file that can't be read, or is no UTF-8 where the other is.
  init(_ path: String, like other: TextCharacters) throws(DataError) {
    let bytes = try Self.bytes(of: path)
    isBytes = other.isBytes
    if other.isBytes {
      characters = bytes.map { UInt32($0) }
    } else if let scalars = Self.scalars(bytes) {
      characters = scalars
    } else {
      throw .malformed(
        file: path, problem: "it is not UTF-8 text, as the text to train on is; save it as UTF-8")
    }
  }

  /// The token of each character.
  /// - Throws: `DataError.malformed` for a character that isn't in the vocabulary, with its line;
  ///   `path` is what that calls the text.
  func tokens(_ numbers: [UInt32: Int32], path: String) throws(DataError) -> [Int32] {
    let tokens = characters.compactMap { numbers[$0] }
    guard tokens.count < characters.count,
      let index = characters.firstIndex(where: { numbers[$0] == nil })
    else { return tokens }
    let line = characters[..<index].count { $0 == 10 } + 1
    throw .malformed(
      file: path,
      problem: "line \(line): the text to train on lacks the character \(words(characters[index]))")
  }

  /// A character as errors show it: itself where it can be seen, and its number.
  private func words(_ character: UInt32) -> String {
    let digits = String(character, radix: 16, uppercase: true)
    if isBytes { return "of the byte \(digits)" }
    let number = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    guard let scalar = Unicode.Scalar(character), scalar.properties.generalCategory.isVisible else {
      return number
    }
    return "\"\(Character(scalar))\" (\(number))"
  }

  private static func bytes(of path: String) throws(DataError) -> ArraySlice<UInt8> {
    do { return try withoutByteOrderMark(readFile(path), path: path) } catch { throw .file(error) }
  }

  private static func scalars(_ bytes: ArraySlice<UInt8>) -> [UInt32]? {
    String(validating: bytes, as: UTF8.self).map { $0.unicodeScalars.map(\.value) }
  }
}

extension Unicode.GeneralCategory {
  fileprivate var isVisible: Bool {
    switch self {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      false
    default: true
    }
  }
}
