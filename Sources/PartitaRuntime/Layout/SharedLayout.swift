internal import PartitaDevice
internal import PartitaGraph

/// Where the values that outlive a step lie on one rank, the same for every program.
///
/// Training and evaluation are different graphs over the same weights: values are matched by name.
struct SharedLayout {
  /// Some elements of a variable of which the rank holds no more than its share.
  struct Part: Hashable {
    let elements: Range<Int>
    /// Their bytes in the value.
    let bytes: Range<Int>
    /// Where they lie.
    let offset: Int
  }

  /// The place of each variable that the rank holds as a whole, by name.
  private(set) var places: [String: Place] = [:]
  /// What the rank holds of each variable of which it has a share, by name.
  private(set) var parts: [String: [Part]] = [:]
  /// Bytes between weights that lie in one piece.
  private(set) var gaps: [Range<Int>] = []
  /// Bytes of them all.
  private(set) var bytes = 0

  /// The place of a variable; taken at its first mention.
  mutating func place(of value: Value) -> Place {
    if let known = places[value.name] { return known }
    let place = Place(.shared, bytes)
    bytes += Place.aligned(value.type.bytes(samples: 0))
    places[value.name] = place
    return place
  }

  /// The place of some elements of a variable, all that the rank holds there; taken at their first
  /// mention.
  mutating func place(of value: Value, elements: Range<Int>) -> Place {
    let known = parts[value.name]?.first { $0.elements == elements }
    if let known { return Place(.shared, known.offset) }
    let width = value.type.element.bytes
    let part = Part(
      elements: elements, bytes: elements.lowerBound * width..<elements.upperBound * width,
      offset: bytes)
    bytes += Place.aligned(part.bytes.count)
    parts[value.name, default: []].append(part)
    return Place(.shared, part.offset)
  }

  /// Places weights in one piece of the arena, as their gradients lie, so that it can be traded in
  /// parts; the first time that they are mentioned.
  ///
  /// - Parameters:
  ///   - weights: the weights, each with the bytes before it.
  ///   - bytes: of the piece.
  ///   - gaps: those of no weight.
  /// - Returns: the first byte of the piece.
  mutating func place(
    inOnePiece weights: [(value: Value, offset: Int)], bytes size: Int, gaps: [Range<Int>]
  ) -> Int {
    if let first = weights.first, let known = places[first.value.name] {
      return known.offset - first.offset
    }
    let start = bytes
    for (value, offset) in weights { places[value.name] = Place(.shared, start + offset) }
    self.gaps += gaps.map { start + $0.lowerBound..<start + $0.upperBound }
    bytes += Place.aligned(size)
    return start
  }

  /// All that lies there: each variable, or each part of it, with its bytes.
  func extents(of variables: [String: Value]) -> [(name: String, start: Int, bytes: Int)] {
    let wholes = places.compactMap { name, place in
      variables[name].map {
        (name: name, start: place.offset, bytes: Place.aligned($0.type.bytes(samples: 0)))
      }
    }
    let shares = parts.flatMap { name, parts in
      parts.map { (name: name, start: $0.offset, bytes: Place.aligned($0.bytes.count)) }
    }
    return (wholes + shares).sorted { $0.start < $1.start }
  }
}
