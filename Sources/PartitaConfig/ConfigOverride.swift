internal import PartitaKeys

extension ConfigNode {
  /// Puts the value of one `key.path=value` into the tree; what it doesn't name stays.
  ///
  /// A part of the path is a key of a mapping, made where it is missing, or the index of a list's
  /// item. The value is YAML; an empty one brings the default back.
  mutating func apply(override text: String) throws(ConfigError) {
    guard let equals = text.firstIndex(of: "=") else {
      throw .badOverride(text, problem: "an override reads key.path=value")
    }
    let path = text[..<equals].split(separator: ".", omittingEmptySubsequences: false)
      .map { String($0) }
    guard path.allSatisfy({ !$0.isEmpty }) else {
      throw .badOverride(text, problem: "the key before \"=\" has an empty part")
    }
    let value = try ConfigNode(yaml: String(text[equals...].dropFirst())) { _ in .override(text) }
    let isBlank = text[equals...].dropFirst().allSatisfy(\.isWhitespace)
    let node =
      isBlank ? ConfigNode(content: .scalar("", quoted: false), origin: value.origin) : value
    try put(node, at: path[...], override: text)
  }

  /// Puts a value at a path of keys; `override` is what errors point at.
  mutating func put(
    _ value: ConfigNode, at path: ArraySlice<String>, override text: String
  ) throws(ConfigError) {
    guard let key = path.first else {
      self = value
      return
    }
    if isNull { content = .mapping([]) }
    switch content {
    case .mapping(var entries):
      let origin = ConfigOrigin.override(text)
      let index = entries.firstIndex { $0.key == key } ?? entries.endIndex
      var child =
        index < entries.endIndex
        ? entries[index].value : ConfigNode(content: .mapping([]), origin: origin)
      try child.put(value, at: path.dropFirst(), override: text)
      let entry = Entry(key: key, origin: origin, value: child)
      entries.replaceSubrange(index..<min(index + 1, entries.endIndex), with: [entry])
      content = .mapping(entries)
    case .list(var items):
      guard let index = Int(key), items.indices.contains(index) else {
        throw .badOverride(
          text, problem: "\"\(key)\" is no index of a list of \(items.count); they count from 0")
      }
      try items[index].put(value, at: path.dropFirst(), override: text)
      content = .list(items)
    case .scalar:
      throw .badOverride(
        text, problem: "\"\(key)\" can't stand inside \(self), which is a single value")
    }
  }
}
