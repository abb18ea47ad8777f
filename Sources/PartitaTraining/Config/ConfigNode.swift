import Yams

/// A configuration as a tree in which every node knows where it was written.
///
/// Scalars stay text: the reader that wants a number decides what one looks like, so YAML's
/// surprises (`no` is false, `1:30` is 90) can't happen.
struct ConfigNode: Hashable, Sendable {
  /// A key, where it stands, and its value.
  struct Entry: Hashable, Sendable {
    let key: String
    let origin: ConfigOrigin
    var value: ConfigNode
  }

  /// What a node holds.
  enum Content: Hashable, Sendable {
    /// A word or number; `quoted` when it stood in quotes and so is text whatever it looks like.
    case scalar(String, quoted: Bool)
    case list([ConfigNode])
    case mapping([Entry])
  }

  var content: Content
  let origin: ConfigOrigin

  /// Whether the node is empty, `~` or `null`: such a key takes its default, as if it were absent.
  var isNull: Bool {
    if case .scalar(let text, quoted: false) = content {
      return ["", "~", "null"].contains(text)
    }
    return false
  }
}

extension ConfigNode {
  /// Parses one YAML document; `origin` tells where a line of it was written.
  init(yaml: String, origin: (Int) -> ConfigOrigin) throws(ConfigError) {
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
    self.origin = origin(node.mark?.line ?? 1)
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
        let place = origin(key.mark?.line ?? 1)
        guard case .scalar(let name) = key else {
          throw .notYAML(place, problem: "a key is a list or a mapping; it must be a word")
        }
        if entries.contains(where: { $0.key == name.string }) {
          throw .duplicateKey(place, keys: [name.string])
        }
        let child = try ConfigNode(value, origin: origin)
        entries.append(Entry(key: name.string, origin: place, value: child))
      }
      content = .mapping(entries)
    case .alias:
      throw .notYAML(self.origin, problem: "an alias without its anchor")
    }
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

extension ConfigNode: CustomStringConvertible {
  /// The node in YAML's flow style, as errors show it.
  var description: String {
    switch content {
    case .scalar(let text, quoted: true): "the text \"\(text)\""
    case .scalar where isNull: "nothing"
    case .scalar(let text, quoted: false): text
    case .list(let items): "[\(items.map(\.description).joined(separator: ", "))]"
    case .mapping(let entries):
      "{\(entries.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
    }
  }
}
