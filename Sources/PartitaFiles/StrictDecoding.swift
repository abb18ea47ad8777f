internal import PartitaKeys

/// Reading files that people edit: a key that nothing reads, or a number that can't be, is refused
/// where it stands, with what would fit.
extension Decoder {
  /// The keys of an object.
  /// - Throws: `DecodingError` for a key that isn't among them, with the nearest one.
  package func strictContainer<Key: CodingKey & CaseIterable>(
    keyedBy type: Key.Type
  ) throws -> KeyedDecodingContainer<Key> {
    let known = Key.allCases.map(\.stringValue)
    for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
      let nearest = nearestName(to: key.stringValue, in: known).map { "; did you mean '\($0)'?" }
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: codingPath + [key],
          debugDescription: "there is no such key\(nearest ?? ".") Known here: "
            + known.listed()))
    }
    return try container(keyedBy: type)
  }
}

extension KeyedDecodingContainer {
  /// The error that the value of a key doesn't fit.
  package func refusal(_ key: Key, _ problem: String) -> DecodingError {
    DecodingError.dataCorrupted(
      DecodingError.Context(codingPath: codingPath + [key], debugDescription: problem))
  }

  /// A finite number of at least 0.
  /// - Throws: `DecodingError` with the key, and what would fit.
  package func amount(forKey key: Key) throws -> Double {
    let value = try decode(Double.self, forKey: key)
    guard value.isFinite, value >= 0 else {
      throw refusal(key, "found \(value), expected a finite number of at least 0")
    }
    return value
  }

  /// A whole number of at least `least` and at most `most`, which is below 2⁵³: a number of JSON
  /// is exact up to there.
  /// - Throws: `DecodingError` with the key, and what would fit.
  package func count(
    forKey key: Key, atLeast least: Int = 0, atMost most: Int = 1 << 53 - 1
  ) throws -> Int {
    // A missing key is the container's own complaint; a fraction is ours.
    guard contains(key) else { return try decode(Int.self, forKey: key) }
    let number = try? decode(Double.self, forKey: key)
    let whole = number.flatMap { Int(exactly: $0) }
    if let whole, (least...most).contains(whole) { return whole }
    let found = number.map { "found \(whole.map(String.init) ?? "\($0)"), " } ?? ""
    let limit = (whole ?? 0) > most ? " and at most \(most)" : ""
    throw refusal(key, "\(found)expected a whole number of at least \(least)\(limit)")
  }

  /// Two finite numbers of at least 0.
  /// - Throws: `DecodingError` with the key, and what would fit.
  package func pair(forKey key: Key) throws -> (Double, Double) {
    let values = try decode([Double].self, forKey: key)
    guard values.count == 2, values.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw refusal(
        key, "found \("\(values)".shortened()), expected two finite numbers of at least 0")
    }
    return (values[0], values[1])
  }
}

/// A key of any name.
package struct AnyKey: CodingKey {
  package let stringValue: String
  package let intValue: Int?

  package init?(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  package init?(intValue: Int) {
    stringValue = "\(intValue)"
    self.intValue = intValue
  }
}
