package import PartitaKeys

/// How often a run writes down where it stands: the `output.checkpoint` section.
public struct CheckpointConfig: Hashable, Sendable {
  /// Steps between two checkpoints; nil where the clock decides.
  public let everySteps: Int?
  /// Seconds between two checkpoints; nil where steps decide.
  public let everySeconds: Double?
  /// How many of them stay. Default: 3.
  public let keep: Int

  enum CodingKeys: String, CodingKey {
    case everySteps = "every_steps"
    case everyMinutes = "every_minutes"
    case keep
  }

  /// The keys of the section.
  package static let keys = [
    KeyDescription(
      "every_steps", type: "whole number from 1", standard: "one of both is needed",
      meaning: "steps between two checkpoints"),
    KeyDescription(
      "every_minutes", type: "number above 0", standard: "one of both is needed",
      meaning: "minutes between two checkpoints"),
    KeyDescription(
      "keep", type: "whole number from 1", standard: "3", meaning: "how many of them stay"),
  ]

  init(_ section: ConfigSection) throws(ConfigError) {
    try section.allow(Self.keys.keyNames)
    everySteps = try section.value(CodingKeys.everySteps, .integer(atLeast: 1))
    everySeconds = try section.value(CodingKeys.everyMinutes, .number(.positive)).map { 60 * $0 }
    keep = try section.value(CodingKeys.keep, .integer(atLeast: 1)) ?? 3
    if everySteps == nil, everySeconds == nil {
      throw section.missing(
        CodingKeys.everySteps, expected: "a whole number above 0, or every_minutes")
    }
    if everySteps != nil, everySeconds != nil {
      throw section.conflict(
        CodingKeys.everyMinutes, "steps or minutes decide, not both: leave one of them out")
    }
  }
}

extension CheckpointConfig: Encodable {
  /// Writes the keys that a configuration is read from.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(everySteps, forKey: .everySteps)
    try container.encodeIfPresent(everySeconds.map { $0 / 60 }, forKey: .everyMinutes)
    try container.encode(keep, forKey: .keep)
  }
}
