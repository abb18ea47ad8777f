internal import PartitaKeys

/// What a user asks of memory: which layers' values are computed again for the backward pass instead
/// of being kept.
public enum Recomputation: Hashable, Sendable {
  /// None: everything is kept.
  case none
  /// All of every stage.
  case all
  /// These layers, wherever they are.
  case layers([String])
  /// All layers of these stages.
  case stages([Int])

  /// The layers of each stage that are recomputed.
  ///
  /// - Parameters:
  ///   - stages: the layers of each stage.
  ///   - names: the names of all layers.
  /// - Throws: `PlanError` for a layer or a stage that isn't there, or stands twice.
  package func layers(of stages: [Range<Int>], names: [String]) throws(PlanError) -> [[Int]] {
    let chosen: Set<Int>
    switch self {
    case .none: chosen = []
    case .all: chosen = Set(names.indices)
    case .layers(let wanted):
      var found: Set<Int> = []
      for name in wanted {
        guard let layer = names.firstIndex(of: name) else {
          throw .noSuchLayer(name: name, nearest: nearestName(to: name, in: names), layers: names)
        }
        guard found.insert(layer).inserted else {
          throw .invalid("'\(name.shortened())' stands twice among the layers to recompute")
        }
      }
      chosen = found
    case .stages(let wanted):
      var found: Set<Int> = []
      for stage in wanted {
        guard stages.indices.contains(stage) else {
          throw .invalid(
            "there is no stage \(stage) to recompute: the plan has \(stages.count), from 0 on")
        }
        found.formUnion(stages[stage])
      }
      chosen = found
    }
    return stages.map { $0.filter(chosen.contains) }
  }
}

extension Recomputation: Codable {
  private enum CodingKeys: String, CodingKey { case stages }

  /// Reads what has been written.
  /// - Throws: `DecodingError` for anything else.
  public init(from decoder: any Decoder) throws {
    if let keyed = try? decoder.container(keyedBy: CodingKeys.self),
      let stages = try? keyed.decode([Int].self, forKey: .stages)
    {
      self = .stages(stages)
      return
    }
    let container = try decoder.singleValueContainer()
    if let names = try? container.decode([String].self) {
      self = .layers(names)
      return
    }
    switch try container.decode(String.self) {
    case "none": self = .none
    case "all": self = .all
    case let word:
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription:
          "found '\(word.shortened())', expected none, all, a list of layers, or stages"
      )
    }
  }

  /// Writes the value of the key that it is read from.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .none, .all:
      var container = encoder.singleValueContainer()
      try container.encode(self == .all ? "all" : "none")
    case .layers(let names):
      var container = encoder.singleValueContainer()
      try container.encode(names)
    case .stages(let stages):
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(stages, forKey: .stages)
    }
  }
}
