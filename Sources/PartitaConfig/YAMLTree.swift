internal import Yams

/// A value on its way to a node.
final class YAMLTree {
  private enum Kind {
    case nothing, scalar, list, mapping
  }

  private var kind = Kind.nothing
  private var scalar = Node("null", Tag(.null))
  private(set) var items: [YAMLTree] = []
  private var entries: [(key: String, value: YAMLTree)] = []

  var node: Node {
    switch kind {
    case .nothing, .scalar: scalar
    case .list: Node(items.map(\.node))
    case .mapping:
      Node(entries.map { (YAMLText.scalar($0.key) ?? Node($0.key), $0.value.node) })
    }
  }

  func take(_ value: some Encodable) throws {
    if let node = YAMLText.scalar(value) {
      (kind, scalar) = (.scalar, node)
    } else {
      try value.encode(to: YAMLTreeEncoder(self))
    }
  }

  /// Several encoders may add keys to one mapping.
  func beginMapping() { kind = .mapping }

  func beginList() { kind = .list }

  func member(_ key: String) -> YAMLTree {
    entries.append((key, YAMLTree()))
    return entries[entries.count - 1].value
  }

  func item() -> YAMLTree {
    items.append(YAMLTree())
    return items[items.count - 1]
  }
}

/// What values encode themselves to.
struct YAMLTreeEncoder: Encoder, SingleValueEncodingContainer {
  let tree: YAMLTree
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  init(_ tree: YAMLTree) { self.tree = tree }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    tree.beginMapping()
    return KeyedEncodingContainer(Keys(tree: tree))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    tree.beginList()
    return Items(tree: tree)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }
  func encodeNil() {}
  func encode<Value: Encodable>(_ value: Value) throws { try tree.take(value) }

  private struct Keys<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let tree: YAMLTree
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) { _ = tree.member(key.stringValue) }
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
      try tree.member(key.stringValue).take(value)
    }
    func nestedContainer<Inner: CodingKey>(
      keyedBy type: Inner.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Inner> {
      YAMLTreeEncoder(tree.member(key.stringValue)).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      YAMLTreeEncoder(tree.member(key.stringValue)).unkeyedContainer()
    }
    func superEncoder() -> any Encoder { YAMLTreeEncoder(tree.member("super")) }
    func superEncoder(forKey key: Key) -> any Encoder {
      YAMLTreeEncoder(tree.member(key.stringValue))
    }
  }

  private struct Items: UnkeyedEncodingContainer {
    let tree: YAMLTree
    var codingPath: [any CodingKey] { [] }
    var count: Int { tree.items.count }

    func encodeNil() { _ = tree.item() }
    func encode<Value: Encodable>(_ value: Value) throws { try tree.item().take(value) }
    func nestedContainer<Inner: CodingKey>(
      keyedBy type: Inner.Type
    ) -> KeyedEncodingContainer<Inner> {
      YAMLTreeEncoder(tree.item()).container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
      YAMLTreeEncoder(tree.item()).unkeyedContainer()
    }
    func superEncoder() -> any Encoder { YAMLTreeEncoder(tree.item()) }
  }
}
