internal import Foundation
internal import PartitaKeys

/// What a configuration was read from: its keys as they were written, and the name of the file.
///
/// Changed values are put in here and everything is read again, so that they pass the checks of
/// their sections and the defaults of other keys follow them. No part of a configuration's value:
/// any two are equal.
struct ConfigSource: Hashable, Sendable {
  var root: ConfigNode
  let file: String
  /// What the names in it mean.
  let catalogue: Catalogue

  /// The file's name without folders and ending.
  var name: String { URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent }

  static func == (a: ConfigSource, b: ConfigSource) -> Bool { true }

  func hash(into hasher: inout Hasher) {}

  /// Puts a value in the place of a section's key; complaints point at it as at an override.
  mutating func set(_ value: NewValue, _ section: String, _ key: String) throws(ConfigError) {
    let text = "\(section).\(key)=\(value)"
    try root.put(value.node(origin: .override(text)), at: [section, key], override: text)
  }

  /// A value that no text has said.
  enum NewValue: CustomStringConvertible {
    case number(Int)
    case text(String)
    case list([NewValue])

    /// The value as one would type it.
    var description: String {
      switch self {
      case .number(let value): "\(value)"
      case .text(let text): text
      case .list(let items): "[\(items.map(\.description).joined(separator: ", "))]"
      }
    }

    func node(origin: ConfigOrigin) -> ConfigNode {
      let content: ConfigNode.Content =
        switch self {
        case .number(let value): .scalar("\(value)", quoted: false)
        case .text(let text): .scalar(text, quoted: true)
        case .list(let items): .list(items.map { $0.node(origin: origin) })
        }
      return ConfigNode(content: content, origin: origin)
    }
  }
}
