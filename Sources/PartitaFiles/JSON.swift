/// A JSON value whose objects keep the order of their keys.
///
/// Written without blanks; numbers have the fewest digits that read back as the same Double. JSON
/// has no NaN and no infinity: they are written as the strings "NaN", "Infinity" and "-Infinity".
public enum JSON: Hashable, Sendable {
  /// Nothing.
  case null
  /// True or false.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// Any other number.
  case number(Double)
  /// Text.
  case string(String)
  /// Values in order.
  case array([JSON])
  /// Named values in order.
  case object([Member])

  /// A named value of an object.
  public struct Member: Hashable, Sendable {
    let name: String
    let value: JSON
  }
}

/// Swift's literals are JSON's; an object keeps the order of a dictionary literal.
extension JSON: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSON)...) { self.init(members: elements) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .null }

  /// An object with these members in this order.
  public init(members: [(String, JSON)]) {
    self = .object(members.map { Member(name: $0.0, value: $0.1) })
  }
}

extension JSON: CustomStringConvertible {
  /// The value as JSON text on one line.
  public var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .number(let value):
      if value.isNaN {
        "\"NaN\""
      } else if value.isInfinite {
        value > 0 ? "\"Infinity\"" : "\"-Infinity\""
      } else {
        value.description
      }
    case .string(let text): Self.quote(text)
    case .array(let values): "[\(values.map(\.description).joined(separator: ","))]"
    case .object(let members):
      "{\(members.map { "\(Self.quote($0.name)):\($0.value)" }.joined(separator: ","))}"
    }
  }

  /// `text` in quotes, with escapes for quotes, backslashes and control characters.
  private static func quote(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
