/// The form that a value must have: how errors call it, and how it is read.
///
/// The standard forms are static members: `.integer(atLeast: 1)`, `.number(.positive)`, `.flag`,
/// `.text("a folder")`, `.choice()`, `.list(of: .integer(atLeast: 1), atLeast: 2)`.
public struct ConfigForm<Value: Sendable>: Sendable {
  /// The form in words, with its article: "a whole number above 0".
  public let expected: String
  /// The names to choose from, where the form is a choice.
  package var names: [String] = []
  /// Reads a node, or returns nil where it doesn't fit.
  package let read: @Sendable (ConfigNode) -> Value?

  /// `read` returns nil for what doesn't fit; `expected` then says in the error what would.
  package init(
    expected: String, names: [String] = [], read: @escaping @Sendable (ConfigNode) -> Value?
  ) {
    self.expected = expected
    self.names = names
    self.read = read
  }
}

extension ConfigForm<Int> {
  /// A whole number of at least `minimum`, in decimal digits.
  ///
  /// The largest is that of 32 bits, unless `maximum` says otherwise: what counts samples or sizes
  /// is far smaller, and sums of two can't overflow.
  public static func integer(atLeast minimum: Int, atMost maximum: Int = Int(Int32.max)) -> Self {
    ConfigForm(expected: "a whole number from \(minimum) to \(maximum)") { node in
      guard case .scalar(let text, quoted: false) = node.content else { return nil }
      return Int(text).flatMap { (minimum...maximum).contains($0) ? $0 : nil }
    }
  }
}

/// The finite numbers that a setting allows.
public enum NumberRange: Sendable {
  /// All of them.
  case any
  /// Above 0.
  case positive
  /// From 0.
  case notNegative
  /// From 0 up to 1, without 1.
  case rate

  var phrase: String {
    switch self {
    case .any: "a finite number"
    case .positive: "a finite number above 0"
    case .notNegative: "a finite number of at least 0"
    case .rate: "a number from 0 up to 1, without 1"
    }
  }

  func contains(_ value: Double) -> Bool {
    switch self {
    case .any: true
    case .positive: value > 0
    case .notNegative: value >= 0
    case .rate: (0..<1).contains(value)
    }
  }
}

extension ConfigForm<Double> {
  /// A finite number of `range`, in decimal or scientific notation.
  public static func number(_ range: NumberRange) -> Self {
    ConfigForm(expected: range.phrase) { node in
      guard case .scalar(let text, quoted: false) = node.content,
        text.allSatisfy({ "0123456789+-.eE".contains($0) }),
        let value = Double(text), value.isFinite, range.contains(value)
      else { return nil }
      return value
    }
  }
}

extension ConfigForm<Bool> {
  /// `true` or `false`, and no other word.
  public static let flag = ConfigForm(expected: "true or false") { node in
    switch node.content {
    case .scalar("true", quoted: false): true
    case .scalar("false", quoted: false): false
    default: nil
    }
  }
}

extension ConfigForm<String> {
  /// Text that isn't empty, quoted or not.
  public static func text(_ expected: String) -> Self {
    ConfigForm(expected: expected) { node in
      guard case .scalar(let text, quoted: _) = node.content, !text.isEmpty else { return nil }
      return text
    }
  }
}

extension ConfigForm<[String: String]> {
  /// A mapping of texts to texts, none of them empty.
  public static func texts(_ expected: String) -> Self {
    ConfigForm(expected: expected) { node in
      guard case .mapping(let entries) = node.content else { return nil }
      var texts: [String: String] = [:]
      for entry in entries {
        guard case .scalar(let text, quoted: _) = entry.value.content, !text.isEmpty,
          texts.updateValue(text, forKey: entry.key) == nil
        else { return nil }
      }
      return texts
    }
  }
}

extension ConfigForm {
  /// One of the names of an enumeration.
  public static func choice() -> Self
  where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    .choice(among: Value.allCases.map(\.rawValue)) { Value(rawValue: $0) }
  }

  /// One of some names; `value` is what a name stands for.
  package static func choice(
    among names: [String], _ value: @escaping @Sendable (String) -> Value?
  ) -> Self {
    ConfigForm(expected: "one of " + names.joined(separator: ", "), names: names) { node in
      guard case .scalar(let text, quoted: _) = node.content else { return nil }
      return value(text)
    }
  }

  /// A list of at least `minimum` items, each of form `item`.
  public static func list<Item>(of item: ConfigForm<Item>, atLeast minimum: Int) -> Self
  where Value == [Item] {
    ConfigForm(expected: "a list of \(minimum) or more items, each \(item.expected)") { node in
      guard case .list(let nodes) = node.content, nodes.count >= minimum else { return nil }
      let items = nodes.compactMap(item.read)
      return items.count == nodes.count ? items : nil
    }
  }
}
