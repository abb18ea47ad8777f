internal import PartitaFiles
internal import PartitaGraph
internal import PartitaKeys

/// What a model's layers cost, in seconds and bytes: measured on a device, or computed.
///
/// The simulator and the planner take their numbers from here. A file of it is read
/// again on another day, so what it says of the model is compared with the model before it is used.
public struct Profile: Hashable, Sendable {
  /// Where the numbers come from.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// A clock.
    case measured
    /// The graph's operations and bytes, and a cluster's datasheet.
    case analytic
  }

  /// The circumstances under which the seconds hold.
  public struct Setting: Hashable, Sendable {
    /// Samples of a microbatch.
    public let samples: Int
    /// Microbatches of the global batch.
    public let microbatches: Int
    /// Gradient groups.
    public let gradientGroups: Int
    /// Ranks that measured at the same time, each its own copy: they share caches and memory.
    public let ranks: Int

    /// The circumstances of a run of so many ranks.
    public init(samples: Int, microbatches: Int, gradientGroups: Int, ranks: Int) {
      self.samples = samples
      self.microbatches = microbatches
      self.gradientGroups = gradientGroups
      self.ranks = ranks
    }
  }

  /// What a step costs beside its layers' work, on one rank.
  public struct Step: Hashable, Sendable {
    /// The exchange of scalars among the ranks that measured.
    public let exchange: Timing
    /// The scalars of the whole objective, which every stage computes.
    public let objective: Timing
    /// What one action costs beside its kernels.
    public let action: Timing
    /// The lists of all layers as one stage, beside the sum of the single layers: what layers save
    /// when they are compiled together.
    public let whole: LayerProfile.Size?
    /// A full step as the runtime performs it on one rank: what the sum of all parts must come to.
    public let serial: Timing?

    /// What is known; `whole` and `serial` only where they were measured.
    public init(
      exchange: Timing, objective: Timing, action: Timing, whole: LayerProfile.Size? = nil,
      serial: Timing? = nil
    ) {
      self.exchange = exchange
      self.objective = objective
      self.action = action
      self.whole = whole
      self.serial = serial
    }
  }

  /// The longest time of a layer, 31 years: longer ones come of wrong units.
  public static let longestSeconds = 1e9

  /// The version of the file's form.
  public static let version = 1

  /// Where the numbers come from.
  public let kind: Kind
  /// What the seconds are those of.
  public let device: String
  /// The circumstances.
  public let setting: Setting
  /// The layers, in model order.
  public let layers: [LayerProfile]
  /// What is done once a step.
  public let step: Step
  /// What messages cost, where several ranks measured.
  public let messages: MessageProfile?

  /// All layers have the same sizes, that of `setting` among them, and names of their own.
  /// - Throws: `ProfileError.invalid` where layers contradict each other.
  public init(
    kind: Kind, device: String, setting: Setting, layers: [LayerProfile], step: Step,
    messages: MessageProfile? = nil
  ) throws(ProfileError) {
    guard let first = layers.first else { throw .invalid("there is no layer") }
    let names = layers.map(\.name)
    var known: Set<String> = []
    if let twice = names.indices.first(where: { !known.insert(names[$0]).inserted }) {
      throw .invalid("two layers are named '\(names[twice].shortened())'")
    }
    let sizes = first.sizes.map(\.samples)
    guard sizes.contains(setting.samples) else {
      throw .invalid("layer '\(first.name.shortened())' has no size of \(setting.samples) samples")
    }
    if let other = layers.first(where: { $0.sizes.map(\.samples) != sizes }) {
      throw .invalid(
        "layer '\(other.name.shortened())' has other sizes than '\(first.name.shortened())', \(sizes)"
      )
    }
    // Sums over layers, samples and microbatches are whole numbers, too.
    let bytes = layers.reduce(0) { Int.sum($0, $1.bytes.total) }
    guard bytes <= Graph.byteLimit else {
      throw .invalid("its layers have more than \(Graph.byteLimit) bytes in all")
    }
    if let slow = layers.first(where: { !($0.longestSeconds <= Self.longestSeconds) }) {
      throw .invalid(
        "layer '\(slow.name.shortened())' takes \(slow.longestSeconds) seconds, and none takes more "
          + "than \(Self.longestSeconds)")
    }
    self.kind = kind
    self.device = device
    self.setting = setting
    self.layers = layers
    self.step = step
    self.messages = messages
  }
}

extension Profile: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case version, kind, device, setting, layers, step, messages
    case writer = "partita_version"
  }

  /// Reads a profile, and checks it as if it had just been made.
  /// - Throws: `DecodingError` with the key and what would fit, `ProfileError` where layers
  ///   contradict each other.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    let version = try container.count(forKey: .version)
    guard version == Self.version else {
      throw container.refusal(
        .version, "found \(version), expected \(Self.version): measure it anew")
    }
    let kind = try container.decode(String.self, forKey: .kind)
    guard let known = Kind(rawValue: kind) else {
      throw container.refusal(
        .kind,
        "found '\(kind)', expected \(Kind.allCases.map(\.rawValue).joined(separator: " or "))"
      )
    }
    do {
      try self.init(
        kind: known, device: container.decode(String.self, forKey: .device),
        setting: container.decode(Setting.self, forKey: .setting),
        layers: container.decode([LayerProfile].self, forKey: .layers),
        step: container.decode(Step.self, forKey: .step),
        messages: container.decodeIfPresent(MessageProfile.self, forKey: .messages))
    } catch let error as ProfileError {
      throw container.refusal(.layers, "\(error)")
    }
  }

  /// Writes the profile with the version of its form.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.version, forKey: .version)
    try container.encode(PartitaVersion.current, forKey: .writer)
    try container.encode(kind, forKey: .kind)
    try container.encode(device, forKey: .device)
    try container.encode(setting, forKey: .setting)
    try container.encode(layers, forKey: .layers)
    try container.encode(step, forKey: .step)
    try container.encodeIfPresent(messages, forKey: .messages)
  }
}

extension Profile.Setting: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case samples, microbatches, ranks
    case gradientGroups = "gradient_groups"
  }

  /// Reads the object, all of its keys.
  /// - Throws: `DecodingError` with the key, for one that is unknown or has no such value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    samples = try container.count(forKey: .samples, atLeast: 1, atMost: Int(Int32.max))
    microbatches = try container.count(forKey: .microbatches, atLeast: 1, atMost: Int(Int32.max))
    gradientGroups = try container.count(
      forKey: .gradientGroups, atLeast: 1, atMost: Int(Int32.max))
    ranks = try container.count(forKey: .ranks, atLeast: 1, atMost: Int(Int32.max))
  }
}

extension Profile.Step: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case exchange, objective, action, whole, serial
  }

  /// Reads the object, all of its keys.
  /// - Throws: `DecodingError` with the key, for one that is unknown or has no such value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    exchange = try container.decode(Timing.self, forKey: .exchange)
    objective = try container.decode(Timing.self, forKey: .objective)
    action = try container.decode(Timing.self, forKey: .action)
    whole = try container.decodeIfPresent(LayerProfile.Size.self, forKey: .whole)
    serial = try container.decodeIfPresent(Timing.self, forKey: .serial)
  }
}
