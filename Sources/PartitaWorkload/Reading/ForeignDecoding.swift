/// Reading files that other projects have written: keys that nothing reads are left alone, a name
/// may be a number and a number a truth value; what is missing or can't be is refused by the name
/// of the node that it belongs to.
extension KeyedDecodingContainer {
  /// Whether a key has a value, and not null.
  func has(_ key: Key) -> Bool {
    contains(key) && (try? decodeNil(forKey: key)) == false
  }

  /// A name, which may be a whole number in the file.
  func label(_ key: Key, of place: String) throws(WorkloadError) -> String {
    if let text = try? decode(String.self, forKey: key) { return text }
    if let number = try? decode(Int.self, forKey: key) { return "\(number)" }
    throw refusal(key, of: place, expected: "a name or a whole number")
  }

  /// A finite number of at least 0.
  func measure(_ key: Key, of place: String) throws(WorkloadError) -> Double {
    guard let value = try measureIfPresent(key, of: place) else {
      throw refusal(key, of: place, expected: "a finite number of at least 0")
    }
    return value
  }

  /// A finite number of at least 0, or nil where the file says nothing.
  func measureIfPresent(_ key: Key, of place: String) throws(WorkloadError) -> Double? {
    guard has(key) else { return nil }
    guard let value = number(key), value.isFinite, value >= 0 else {
      throw refusal(key, of: place, expected: "a finite number of at least 0")
    }
    guard value <= largestMeasure else {
      throw refusal(key, of: place, expected: "a number of at most \(largestMeasure)")
    }
    return value
  }

  /// A whole number from `least` to `PartitionRequest.most`.
  func quantity(_ key: Key, atLeast least: Int, of place: String) throws(WorkloadError) -> Int {
    guard has(key), let value = number(key), let whole = Int(exactly: value), whole >= least else {
      throw refusal(key, of: place, expected: "a whole number of at least \(least)")
    }
    guard whole <= PartitionRequest.most else {
      throw refusal(key, of: place, expected: "a whole number of at most \(PartitionRequest.most)")
    }
    return whole
  }

  /// A truth value, which may be 0 or 1 in the file, or `standard` where it says nothing.
  func flag(_ key: Key, or standard: Bool, of place: String) throws(WorkloadError) -> Bool {
    guard has(key) else { return standard }
    switch number(key) {
    case 0: return false
    case 1: return true
    default: throw refusal(key, of: place, expected: "true or false")
    }
  }

  /// The error that the value of a key, or the lack of one, is not what was expected.
  package func refusal(_ key: Key, of place: String, expected: String) -> WorkloadError {
    let found =
      if !contains(key) {
        "is missing"
      } else if !has(key) {
        "is null"
      } else if let value = number(key) {
        "is \(value)"
      } else if let text = try? decode(String.self, forKey: key) {
        "is '\(text)'"
      } else {
        "is no such value"
      }
    return .invalid(place: place, problem: "\(key.stringValue) \(found), expected \(expected)")
  }

  private func number(_ key: Key) -> Double? {
    if let value = try? decode(Double.self, forKey: key) { return value }
    return (try? decode(Bool.self, forKey: key)).map { $0 ? 1 : 0 }
  }

  /// Hands over the objects of a list, one by one, with their places.
  func forEach<Inner: CodingKey>(
    in key: Key, keyedBy type: Inner.Type,
    _ body: (KeyedDecodingContainer<Inner>, String) throws -> Void
  ) throws {
    guard has(key) else {
      throw WorkloadError.invalid(
        place: "the file", problem: "it has no \(key.stringValue): is it complete?")
    }
    var list = try nestedUnkeyedContainer(forKey: key)
    while !list.isAtEnd {
      let place = "\(key.stringValue)[\(list.currentIndex)]"
      try body(try list.nestedContainer(keyedBy: type), place)
    }
  }

  /// An object of an object; throws where it is missing.
  func object<Inner: CodingKey>(
    _ key: Key, keyedBy type: Inner.Type, of place: String
  ) throws -> KeyedDecodingContainer<Inner> {
    guard has(key) else { throw refusal(key, of: place, expected: "an object") }
    return try nestedContainer(keyedBy: type, forKey: key)
  }
}

/// The largest time or size: sums and products of such numbers are finite.
let largestMeasure = 1e30
