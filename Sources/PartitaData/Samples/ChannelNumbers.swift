/// One number for all channels of a sample, or one for each: as notes of a training have them.
enum ChannelNumbers: Decodable {
  case one(Double)
  case each([Double])

  /// Reads a number or a list of them.
  /// - Throws: `DecodingError` for anything else.
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      self = .one(number)
    } else {
      self = .each(try container.decode([Double].self))
    }
  }

  /// All that there are.
  var all: [Double] {
    switch self {
    case .one(let number): [number]
    case .each(let numbers): numbers
    }
  }
}
