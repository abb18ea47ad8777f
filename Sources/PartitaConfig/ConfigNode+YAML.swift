internal import PartitaFiles
package import PartitaKeys
internal import Yams

extension ConfigNode {
  /// The most bytes of a file: far more than anybody types.
  package static let byteLimit = 1 << 22

  /// The text of the file at `path`.
  /// - Throws: `ConfigError.unreadable`.
  static func text(of path: String) throws(ConfigError) -> String {
    do { return try readText(path, atMost: byteLimit) } catch {
      throw .unreadable(file: path, reason: error.reason)
    }
  }

  /// Parses one YAML document; `origin` tells where a line of it was written.
  package init(yaml: String, origin: (Int) -> ConfigOrigin) throws(ConfigError) {
    let root: Node?
    do {
      root = try Parser(yaml: yaml, encoding: .utf8).singleRoot()
    } catch {
      throw ConfigError(parsing: error, origin: origin)
    }
    if let root {
      self = try ConfigNode(root, origin: origin)
    } else {
      self = ConfigNode(content: .mapping([]), origin: origin(1))
    }
  }

  private init(_ node: Node, origin: (Int) -> ConfigOrigin) throws(ConfigError) {
    let place = origin(node.mark?.line ?? 1)
    let content: Content
    switch node {
    case .scalar(let scalar):
      let quoted = scalar.style != .plain && scalar.style != .any
      content = .scalar(scalar.string, quoted: quoted)
    case .sequence(let sequence):
      var items: [ConfigNode] = []
      for item in sequence { items.append(try ConfigNode(item, origin: origin)) }
      content = .list(items)
    case .mapping(let mapping):
      var entries: [Entry] = []
      for (key, value) in mapping {
        let keyPlace = origin(key.mark?.line ?? 1)
        guard case .scalar(let name) = key else {
          throw .notYAML(keyPlace, problem: "a key is a list or a mapping; it must be a word")
        }
        if entries.contains(where: { $0.key == name.string }) {
          throw .duplicateKey(keyPlace, keys: [name.string])
        }
        let child = try ConfigNode(value, origin: origin)
        entries.append(Entry(key: name.string, origin: keyPlace, value: child))
      }
      content = .mapping(entries)
    case .alias:
      throw .notYAML(place, problem: "an alias without its anchor")
    }
    self.init(content: content, origin: place)
  }
}

extension ConfigError {
  /// What Yams says, in our words and with our origin.
  fileprivate init(parsing error: any Error, origin: (Int) -> ConfigOrigin) {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let setting = context.map { " (\($0.text))" } ?? ""
      self = .notYAML(origin(mark.line), problem: "this is not YAML: \(problem)\(setting)")
    case .duplicatedKeysInMapping(let keys, let context):
      self = .duplicateKey(origin(context.mark.line), keys: keys)
    case .reader(let problem, let offset, _, let yaml):
      let line = 1 + yaml.utf8.prefix(offset ?? 0).count { $0 == UInt8(ascii: "\n") }
      self = .notYAML(origin(line), problem: "this is not YAML: \(problem)")
    default:
      self = .notYAML(origin(1), problem: "this is not YAML: \(error)")
    }
  }
}
