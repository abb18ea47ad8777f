internal import Foundation

/// Values as JSON text, and back: the only place that encodes or decodes JSON.
///
/// Keys are in alphabetical order, so that the same value gives the same text.
extension JSON {
  /// How text is spread over lines.
  package enum Layout: Sendable {
    /// All on one line.
    case line
    /// A line for each object and list that has room there, else for each of their members.
    case table
  }

  /// A value as text that ends its last line.
  /// - Throws: `EncodingError` for a number that isn't finite, or what the value throws.
  package static func text(of value: some Encodable, _ layout: Layout) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard layout == .table else { return try text(of: value, encoder) }
    encoder.outputFormatting.insert(.prettyPrinted)
    return table(try text(of: value, encoder))
  }

  /// A record of numbers, words and lists as indented text for people and scripts: its keys with
  /// underscores, numbers that aren't finite as the strings of ``JSON``.
  package static func text(ofReport record: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
      return try text(of: record, encoder)
    } catch {
      preconditionFailure("values of a report are numbers, words and lists: \(error)")
    }
  }

  /// The value that `text` holds.
  /// - Parameters:
  ///   - allowsJSON5: whether NaN, Infinity and what else JSON5 has are read, too.
  ///   - allowsWords: whether the strings of ``JSON`` for numbers that aren't finite are read, too.
  /// - Throws: `DecodingError`, or what the value throws; `decodingWords` says it to people.
  package static func value<Value: Decodable>(
    _ type: Value.Type, from text: some Sequence<UInt8>, allowsJSON5: Bool = false,
    allowsWords: Bool = false
  ) throws -> Value {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = allowsJSON5
    if allowsWords {
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    }
    return try decoder.decode(type, from: Data(text))
  }

  private static func text(of value: some Encodable, _ encoder: JSONEncoder) throws -> String {
    String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  /// Indented text with every object and list on one line that has room there.
  private static func table(_ text: String) -> String {
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

  /// `"key" : value` as `"key": value`.
  private static func withoutBlankBehindKey(_ line: Substring) -> Substring {
    guard line.first(where: { $0 != " " }) == "\"", let blank = line.firstRange(of: "\" : ") else {
      return line
    }
    return line[..<blank.lowerBound] + "\": " + line[blank.upperBound...]
  }
}
