/// A configuration as a tree in which every node knows where it was written.
///
/// Scalars stay text: the reader that wants a number decides what one looks like, so YAML's
/// surprises (`no` is false, `1:30` is 90) can't happen.
package struct ConfigNode: Hashable, Sendable {
  /// A key, where it stands, and its value.
  package struct Entry: Hashable, Sendable {
    package let key: String
    package let origin: ConfigOrigin
    package var value: ConfigNode

    package init(key: String, origin: ConfigOrigin, value: ConfigNode) {
      self.key = key
      self.origin = origin
      self.value = value
    }
  }

  /// What a node holds.
  package enum Content: Hashable, Sendable {
    /// A word or number; `quoted` when it stood in quotes and so is text whatever it looks like.
    case scalar(String, quoted: Bool)
    case list([ConfigNode])
    case mapping([Entry])
  }

  package var content: Content
  package let origin: ConfigOrigin

  package init(content: Content, origin: ConfigOrigin) {
    self.content = content
    self.origin = origin
  }

  /// Whether the node is empty, `~` or `null`: such a key takes its default, as if it were absent.
  package var isNull: Bool {
    if case .scalar(let text, quoted: false) = content {
      return ["", "~", "null"].contains(text)
    }
    return false
  }
}

extension ConfigNode: CustomStringConvertible {
  /// The node in YAML's flow style, as errors show it.
  package var description: String {
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
