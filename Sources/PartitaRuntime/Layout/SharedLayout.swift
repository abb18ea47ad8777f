internal import PartitaDevice
internal import PartitaGraph

/// Where the values that outlive a step lie on one rank, the same for every program.
///
/// Training and evaluation are different graphs over the same weights: values are matched by name.
struct SharedLayout {
  /// The place of each variable, by name.
  private(set) var places: [String: Place] = [:]
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
}
