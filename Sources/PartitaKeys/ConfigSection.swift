/// One mapping of a configuration and its place in the whole: `training`, `model.layers[2]`.
///
/// What is read from a configuration reads its keys here, each by a `CodingKey` (so the same keys
/// serve for writing) and a `ConfigForm`. Whatever doesn't fit is thrown as an error that knows file
/// and line. That no other key stands in the mapping is checked by whoever chose the reader, by the
/// reader's `KeyDescription`s.
public struct ConfigSection: Sendable {
  /// The mapping's place, as `training`; empty for the whole configuration.
  public let path: String
  /// Where the mapping is written.
  public let origin: ConfigOrigin
  package let entries: [ConfigNode.Entry]

  /// The mapping at `path`; null counts as an empty one.
  /// - Throws: `ConfigError.badValue` for a list or a single value.
  package init(_ node: ConfigNode, path: String) throws(ConfigError) {
    self.path = path
    origin = node.origin
    if case .mapping(let entries) = node.content {
      self.entries = entries
    } else if node.isNull {
      entries = []
    } else {
      throw .badValue(
        node.origin, path: path.isEmpty ? "the configuration" : path, found: "\(node)",
        expected: "a mapping of keys to values")
    }
  }

  /// Refuses every key that isn't among `keys`; `setting` names the choice that they belong to.
  /// - Throws: `ConfigError.unknownKey`, with the nearest of the keys.
  package func allow(_ keys: [String], with setting: String? = nil) throws(ConfigError) {
    if let entry = entries.first(where: { !keys.contains($0.key) }) {
      throw .unknownKey(entry.origin, path: place(entry.key), setting: setting, known: keys)
    }
  }

  /// The value of `key`, or nil where it is absent or null.
  /// - Throws: `ConfigError.badValue` or `.unknownName` for a value that isn't of the form.
  public func value<Value>(
    _ key: some CodingKey, _ form: ConfigForm<Value>
  ) throws(ConfigError) -> Value? {
    guard let node = node(key) else { return nil }
    if let value = form.read(node) { return value }
    if case .scalar(let text, quoted: _) = node.content, !form.names.isEmpty {
      throw .unknownName(node.origin, path: place(key), found: text, known: form.names)
    }
    throw .badValue(node.origin, path: place(key), found: "\(node)", expected: form.expected)
  }

  /// The value of `key`, which must be there.
  ///
  /// Where a key almost of that name is there instead, the error names that one.
  /// - Throws: `ConfigError.missingKey`, or what `value` throws.
  public func require<Value>(_ key: some CodingKey, _ form: ConfigForm<Value>)
    throws(ConfigError) -> Value
  {
    if let value = try value(key, form) { return value }
    throw missing(key, expected: form.expected)
  }

  /// The section under `key`, empty where it is absent.
  ///
  /// - Parameters:
  ///   - key: its key.
  ///   - word: what may stand there for an empty section.
  /// - Throws: `ConfigError.badValue` where something else than a mapping stands there.
  public func section(
    _ key: some CodingKey, orWord word: String? = nil
  ) throws(ConfigError) -> ConfigSection {
    let empty = ConfigNode(content: .mapping([]), origin: origin)
    if let word, case .scalar(word, quoted: _)? = node(key)?.content {
      return try ConfigSection(empty, path: place(key))
    }
    return try ConfigSection(node(key) ?? empty, path: place(key))
  }

  /// The list of sections under `key`, which must be there.
  /// - Throws: `ConfigError.missingKey`, or `.badValue` for anything but a list of mappings.
  public func sections(_ key: some CodingKey) throws(ConfigError) -> [ConfigSection] {
    guard let node = node(key) else { throw missing(key, expected: "a list of mappings") }
    guard case .list(let items) = node.content, !items.isEmpty else {
      throw .badValue(
        node.origin, path: place(key), found: "\(node)", expected: "a list of mappings, not empty")
    }
    var sections: [ConfigSection] = []
    for (index, item) in items.enumerated() {
      sections.append(try ConfigSection(item, path: "\(place(key))[\(index)]"))
    }
    return sections
  }

  /// The complaint that `key` doesn't fit another value; it points at the key where it is written.
  public func conflict(_ key: some CodingKey, _ problem: String) -> ConfigError {
    .conflict(node(key)?.origin ?? origin, path: place(key), problem: problem)
  }

  /// The complaint that `key` holds a name that isn't among those known.
  public func unknownName(_ key: some CodingKey, found: String, known: [String]) -> ConfigError {
    .unknownName(node(key)?.origin ?? origin, path: place(key), found: found, known: known)
  }

  /// The complaint that `key` is missing.
  public func missing(_ key: some CodingKey, expected: String) -> ConfigError {
    let name = key.stringValue
    if let typo = nearestName(to: name, in: entries.map(\.key)), typo != name,
      let entry = entries.first(where: { $0.key == typo })
    {
      return .unknownKey(entry.origin, path: place(typo), setting: nil, known: [name])
    }
    return .missingKey(origin, path: place(name), expected: expected)
  }

  /// Whether `key` is there and not null.
  public func has(_ key: some CodingKey) -> Bool { node(key) != nil }

  /// The keys that have a value, whether or not anything reads them.
  package var givenKeys: Set<String> {
    Set(entries.filter { !$0.value.isNull }.map(\.key))
  }

  private func node(_ key: some CodingKey) -> ConfigNode? {
    entries.first { $0.key == key.stringValue && !$0.value.isNull }?.value
  }

  private func place(_ key: some CodingKey) -> String { place(key.stringValue) }
  private func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
