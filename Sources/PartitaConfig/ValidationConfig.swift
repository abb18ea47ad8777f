internal import PartitaKeys

/// What a run is judged by while it goes on: `training.validation`.
public enum ValidationConfig: Hashable, Sendable, Encodable {
  /// The last part of the training samples, which then aren't trained on: its share of them.
  case share(Double)
  /// The test set.
  case test

  /// The last so many of some training samples.
  public func count(of samples: Int) -> Int {
    switch self {
    case .share(let share): Int(share * Double(samples))
    case .test: 0
    }
  }

  /// Writes the key's value.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .share(let share): try container.encode(share)
    case .test: try container.encode("test")
    }
  }
}

extension ConfigForm<ValidationConfig> {
  /// A share between 0 and 1, or `test`.
  static let validation = ConfigForm(expected: "a number above 0 and below 1, or test") { node in
    if case .scalar("test", quoted: _) = node.content { return .test }
    let number = ConfigForm<Double>.number(.positive).read(node)
    return number.flatMap { $0 < 1 ? .share($0) : nil }
  }
}
