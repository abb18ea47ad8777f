internal import PartitaFiles

/// What a file of measurements holds: the study in the first line, then a line for each measurement,
/// and one more when the study has ended. A last line without an end was cut off, and is none.
struct MeasuredLines {
  /// Which measurement of a study a line is: what was asked for, and which of equal requests.
  struct Label: Hashable, Decodable {
    let request: String
    let number: Int
  }

  private struct Header: Decodable {
    let study: [String: String]
  }

  private struct Ending: Decodable {
    let ended: Bool
  }

  private struct Line<Value: Decodable>: Decodable {
    let value: Value
  }

  /// What the first line says; nil where it is none of ours.
  let study: [String: String]?
  /// The lines of measurements.
  let measurements: [Label: [UInt8]]
  /// Whether the study has ended, so that its report is there.
  let hasEnded: Bool
  /// Whether there is no line at all.
  let isEmpty: Bool

  /// A file's bytes; lines that say nothing are left out.
  init(_ bytes: [UInt8]) {
    let whole = bytes[..<(bytes.lastIndex(of: UInt8(ascii: "\n")) ?? 0)]
    let lines = whole.split(separator: UInt8(ascii: "\n")).map(Array.init)
    isEmpty = lines.isEmpty
    study = lines.first.flatMap { (try? JSON.value(Header.self, from: $0))?.study }
    let labelled = lines.compactMap { line in Self.label(of: line).map { ($0, line) } }
    measurements = Dictionary(labelled) { first, _ in first }
    hasEnded = lines.contains { Self.isEnding($0) }
  }

  /// Whether a line says something.
  static func isKept(_ line: [UInt8]) -> Bool {
    label(of: line) != nil || isEnding(line) || (try? JSON.value(Header.self, from: line)) != nil
  }

  /// The measured value of a line; nil where it isn't of that kind.
  static func value<Value: Decodable>(_ type: Value.Type, of line: [UInt8]) -> Value? {
    try? JSON.value(Line<Value>.self, from: line, allowsWords: true).value
  }

  /// A line for a value that is JSON already.
  static func line(_ label: Label, value: String) -> String {
    "{\"request\":\(JSON.string(label.request)),\"number\":\(label.number),\"value\":\(value)}"
  }

  /// The line that says that a study has ended.
  static let ending: JSON = ["ended": true]

  private static func label(of line: [UInt8]) -> Label? { try? JSON.value(Label.self, from: line) }

  private static func isEnding(_ line: [UInt8]) -> Bool {
    (try? JSON.value(Ending.self, from: line))?.ended ?? false
  }
}
