internal import PartitaFiles
package import PartitaKeys
internal import Yams

extension ConfigNode {
  /// The most bytes of a file, the most words, lists and mappings in it with all aliases written
  /// out, and the most of them inside of each other: far more than anybody types.
  package static let byteLimit = 1 << 22
  package static let nodeLimit = 100_000
  package static let depthLimit = 100

  /// The text of the file at `path`.
  /// - Throws: `ConfigError.unreadable`.
  static func text(of path: String) throws(ConfigError) -> String {
    do { return try readText(path, atMost: byteLimit) } catch {
      throw .unreadable(file: path, reason: error.reason)
    }
  }

  /// Parses one YAML document; `origin` tells where a line of it was written.
  package init(yaml: String, origin: (Int) -> ConfigOrigin) throws(ConfigError) {
    if let problem = AliasBounds(yaml).problem {
      throw .notYAML(origin(problem.line), problem: problem.words)
    }
    let root: Node?
    do {
      // Scalars stay text: no tag is asked for.
      root = try Parser(yaml: yaml, resolver: .basic, encoding: .utf8).singleRoot()
    } catch {
      throw ConfigError(parsing: error, origin: origin)
    }
    if let root {
      var left = Self.nodeLimit
      self = try ConfigNode(root, depth: 1, left: &left, origin: origin)
    } else {
      self = ConfigNode(content: .mapping([]), origin: origin(1))
    }
  }

  /// - Parameter left: how many nodes may still come.
  private init(
    _ node: Node, depth: Int, left: inout Int, origin: (Int) -> ConfigOrigin
  ) throws(ConfigError) {
    let place = origin(node.mark?.line ?? 1)
    left -= 1
    guard left >= 0 else {
      throw .notYAML(
        place, problem: "more than \(Self.nodeLimit) words, lists and mappings, aliases written out"
      )
    }
    guard depth <= Self.depthLimit else {
      throw .notYAML(
        place, problem: "more than \(Self.depthLimit) lists and mappings inside of each other")
    }
    func inner(_ node: Node) throws(ConfigError) -> ConfigNode {
      try ConfigNode(node, depth: depth + 1, left: &left, origin: origin)
    }
    let content: Content
    switch node {
    case .scalar(let scalar):
      let quoted = scalar.style != .plain && scalar.style != .any
      content = .scalar(scalar.string, quoted: quoted)
    case .sequence(let sequence):
      var items: [ConfigNode] = []
      for item in sequence { items.append(try inner(item)) }
      content = .list(items)
    case .mapping(let mapping):
      var entries: [Entry] = []
      var keys: Set<String> = []
      for (key, value) in mapping {
        let keyPlace = origin(key.mark?.line ?? 1)
        guard case .scalar(let name) = key else {
          throw .notYAML(keyPlace, problem: "a key is a list or a mapping; it must be a word")
        }
        guard keys.insert(name.string).inserted else {
          throw .duplicateKey(keyPlace, keys: [name.string])
        }
        entries.append(Entry(key: name.string, origin: keyPlace, value: try inner(value)))
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
      let words =
        problem.hasPrefix("Maximum nesting level")
        ? "lists and mappings are too deep inside of each other" : problem
      self = .notYAML(origin(mark.line), problem: "this is not YAML: \(words)\(setting)")
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
