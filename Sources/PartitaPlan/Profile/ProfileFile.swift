internal import Foundation
public import PartitaFiles

/// A profile's file, `*.profile.json`.
public enum ProfileFile {
  /// Writes a profile; the file appears whole or not at all.
  public static func write(_ profile: Profile, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(profile), as: UTF8.self)
    try AtomicText.write(compact(text), to: path)
  }

  /// Reads a profile.
  /// - Throws: `FileError` with the path, the key and what would fit.
  public static func read(_ path: String) throws(FileError) -> Profile {
    let bytes = try readFile(path)
    do {
      return try JSONDecoder().decode(Profile.self, from: Data(bytes))
    } catch {
      throw .malformed(path: path, problem: decodingWords(error, in: bytes))
    }
  }

  /// `"key" : value` as `"key": value`.
  private static func withoutBlankBehindKey(_ line: Substring) -> Substring {
    guard line.first(where: { $0 != " " }) == "\"", let blank = line.firstRange(of: "\" : ") else {
      return line
    }
    return line[..<blank.lowerBound] + "\": " + line[blank.upperBound...]
  }

  /// The text with every object and list on one line that has room there: a timing is a line.
  private static func compact(_ text: String) -> String {
    let width = 130
    var lines: [Substring] = []
    var open: [Int] = []
    for line in text.split(separator: "\n") {
      lines.append(withoutBlankBehindKey(line))
      if line.hasSuffix("{") || line.hasSuffix("[") {
        open.append(lines.count - 1)
      } else if let last = line.drop(while: { $0 == " " }).first, "}]".contains(last),
        let start = open.popLast()
      {
        let indent = lines[start].prefix { $0 == " " }
        let words = lines[start...].map { $0.drop { $0 == " " } }
        let joined = indent + words.joined(separator: " ")
        if joined.count - indent.count <= width {
          lines.replaceSubrange(start..., with: [Substring(joined)])
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
