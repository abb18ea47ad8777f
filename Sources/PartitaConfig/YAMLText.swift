internal import Yams

/// Values as YAML that readers of version 1.1, as PyYAML, and of version 1.2 read alike.
///
/// Version 1.1 takes a number for a real one only with a dot and a signed exponent, and a good many
/// words, as `no` and `1:30`, for something else than text.
package enum YAMLText {
  /// A value in block style; keys in the order in which it encodes them.
  /// - Throws: what the value throws.
  package static func of(_ value: some Encodable) throws -> String {
    let tree = YAMLTree()
    try value.encode(to: YAMLTreeEncoder(tree))
    return try serialize(node: tree.node)
  }

  /// A number with the fewest digits that read back as itself: 0.5, 1.0e-05, 1.0e+16.
  package static func number(_ value: some BinaryFloatingPoint & LosslessStringConvertible)
    -> String
  {
    if value.isNaN { return ".nan" }
    if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
    let text = value.description
    guard let exponent = text.firstIndex(of: "e"), !text[..<exponent].contains(".") else {
      return text
    }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// Whether every reader takes unquoted text for text: it begins with a letter, and is none of the
  /// words that some take for a truth value or for nothing.
  package static func isPlain(_ text: String) -> Bool {
    guard let first = text.first, first.isLetter || first == "/" || first == "_" else {
      return false
    }
    return !["true", "false", "yes", "no", "on", "off", "y", "n", "null"].contains(
      text.lowercased())
  }

  /// A value as one scalar, nil where it is none.
  static func scalar(_ value: some Encodable) -> Node? {
    switch value {
    case let flag as Bool: Node(flag ? "true" : "false", Tag(.bool))
    case let number as Double: Node(Self.number(number), Tag(.float))
    case let number as Float: Node(Self.number(number), Tag(.float))
    case let number as any BinaryInteger: Node("\(number)", Tag(.int))
    case let text as String: Node(text, Tag(.str), isPlain(text) ? .any : .singleQuoted)
    default: nil
    }
  }
}
