internal import PartitaKeys
public import PartitaPlan
public import PartitaSchedule

/// How the model is cut and placed: the `parallel` section. What is left out is chosen for the
/// number of ranks at hand.
public struct ParallelConfig: Hashable, Sendable, Encodable {
  /// Who decides the order of compute actions.
  public enum Schedule: Hashable, Sendable, Encodable {
    /// A schedule by its published name.
    case named(any PartitaSchedule.Schedule)
    /// A table of compute actions, a CSV file.
    case file(String)

    /// The name, or the path.
    public var words: String {
      switch self {
      case .named(let schedule): schedule.name
      case .file(let path): path
      }
    }

    private var isFile: Bool {
      if case .file = self { true } else { false }
    }

    /// Equal where the names are, for a catalogue has one schedule of a name.
    public static func == (a: Schedule, b: Schedule) -> Bool {
      a.isFile == b.isFile && a.words == b.words
    }

    public func hash(into hasher: inout Hasher) {
      hasher.combine(isFile)
      hasher.combine(words)
    }

    /// Writes the key's value.
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(words)
    }
  }

  /// How many copies the stages have.
  public enum Replicas: Hashable, Sendable, Encodable {
    /// So many of each stage.
    case every(Int)
    /// One number for each stage.
    case perStage([Int])

    /// The largest number of copies that a stage has.
    public var largest: Int {
      switch self {
      case .every(let count): count
      case .perStage(let counts): counts.max() ?? 1
      }
    }

    /// Writes the keys that a configuration is read from.
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .every(let count): try container.encode(count)
      case .perStage(let counts): try container.encode(counts)
      }
    }
  }

  /// Who cuts and places the model.
  public enum Planning: Hashable, Sendable {
    /// The keys of this section, and what they leave open a simple rule.
    case keys
    /// The planner, by what a step takes on this machine: where the section says nothing.
    case auto
    /// A file that the planner wrote.
    case file(String)
  }

  /// Which keys were written: no part of the value, for what is written out gives them all.
  private struct GivenKeys: Hashable {
    let names: Set<String>

    static func == (a: GivenKeys, b: GivenKeys) -> Bool { true }

    func hash(into hasher: inout Hasher) {}
  }

  /// The schedule's name, where the section gives one.
  public var givenSchedule: String? {
    guard given.names.contains(CodingKeys.schedule.stringValue), case .named(let named) = schedule
    else { return nil }
    return named.name
  }

  /// What is computed again, where the section says.
  public var givenRecompute: Recomputation? {
    given.names.contains(CodingKeys.recompute.stringValue) ? recompute : nil
  }

  /// The stages of each column, where the section gives a number.
  public var givenVirtual: Int? {
    given.names.contains(CodingKeys.virtual.stringValue) ? virtual : nil
  }

  /// Who cuts and places the model. Default: auto, unless another key says how.
  public let planning: Planning
  /// The keys that the section gives a value.
  private let given: GivenKeys
  /// Stages of the pipeline, virtual ones included; nil lets the number of ranks decide. Where only
  /// `cuts` is given, one more than it has names.
  public let stages: Int?
  /// Stages that each rank of the pipeline holds. Default: 1, or what the schedule needs.
  public let virtual: Int
  /// Copies of the stages; nil lets the number of ranks decide.
  public let replicas: Replicas?
  /// The first layer of each stage but the first, in order; nil lets the cost decide.
  public let cuts: [String]?
  /// The schedule, by name or as a CSV file. Default: 1f1b.
  public let schedule: Schedule
  /// What is computed again for the backward pass instead of being kept. Default: none.
  public let recompute: Recomputation
  /// Whether each of a stage's replicas updates its share of the weights alone. Default: false.
  public let shardedUpdate: Bool
  /// Whether ranks of one host read and add up each other's values where they lie. Default: true.
  public let sharedMemory: Bool
  /// How messages move while kernels run. Default: auto.
  public let progress: ProgressConfig
  /// Seconds that a rank waits for another before it gives up, time in which it doesn't run not
  /// counted. Default: 300.
  public let timeoutSeconds: Double

  enum CodingKeys: String, CodingKey {
    case plan
    case stages
    case virtual
    case replicas
    case cuts
    case schedule
    case recompute
    case shardedUpdate = "sharded_update"
    case sharedMemory = "shared_memory"
    case progress
    case timeoutSeconds = "timeout"
  }

  init(
    _ section: ConfigSection, gradientGroups: Int, schedules: ScheduleCatalogue
  ) throws(ConfigError) {
    try section.allow(Self.keys.keyNames)
    planning = try Self.planning(section)
    given = GivenKeys(names: section.givenKeys)
    let cuts = try section.value(
      CodingKeys.cuts, .list(of: .text("the name of a layer"), atLeast: 0))
    let stages = try section.value(CodingKeys.stages, .integer(atLeast: 1))
    self.cuts = cuts
    self.stages = stages ?? cuts.map { $0.count + 1 }
    replicas = try section.value(CodingKeys.replicas, .replicas)
    schedule =
      try section.value(CodingKeys.schedule, .schedule(schedules))
      ?? .named(OneForwardOneBackward())
    let virtual = try section.value(CodingKeys.virtual, .integer(atLeast: 1))
    if case .named(let schedule) = schedule {
      self.virtual = virtual ?? schedule.virtualStages.lowerBound
    } else {
      self.virtual = virtual ?? 1
    }
    recompute = try section.value(CodingKeys.recompute, .recomputation) ?? .none
    shardedUpdate = try section.value(CodingKeys.shardedUpdate, .flag) ?? false
    sharedMemory = try section.value(CodingKeys.sharedMemory, .flag) ?? true
    progress = try section.value(CodingKeys.progress, .choice()) ?? .auto
    timeoutSeconds = try section.value(CodingKeys.timeoutSeconds, .number(.positive)) ?? 300
    try check(section, gradientGroups: gradientGroups)
  }

  /// The keys that a plan decides.
  private static let decided: [CodingKeys] = [
    .stages, .virtual, .replicas, .cuts, .schedule, .recompute,
  ]

  /// The keys that say how the model is cut and placed.
  public static var planKeys: [String] {
    [CodingKeys.plan.stringValue] + decided.map(\.stringValue)
  }

  private static func planning(_ section: ConfigSection) throws(ConfigError) -> Planning {
    let said = decided.filter { section.givenKeys.contains($0.stringValue) }
    guard let plan = try section.value(CodingKeys.plan, .text("auto, or a plan's file")) else {
      return said.isEmpty ? .auto : .keys
    }
    if let key = said.first {
      throw section.conflict(
        CodingKeys.plan, "'\(plan)' decides \(key.stringValue), too: leave one of the two out")
    }
    return plan == "auto" ? .auto : .file(plan)
  }

  /// Writes the keys that a configuration is read from.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch planning {
    case .auto: try container.encode("auto", forKey: .plan)
    case .file(let path): try container.encode(path, forKey: .plan)
    case .keys:
      try container.encodeIfPresent(stages, forKey: .stages)
      try container.encode(virtual, forKey: .virtual)
      try container.encodeIfPresent(replicas, forKey: .replicas)
      try container.encodeIfPresent(cuts, forKey: .cuts)
      try container.encode(schedule, forKey: .schedule)
      try container.encode(recompute, forKey: .recompute)
    }
    if shardedUpdate { try container.encode(true, forKey: .shardedUpdate) }
    if !sharedMemory { try container.encode(false, forKey: .sharedMemory) }
    try container.encode(progress, forKey: .progress)
    try container.encode(timeoutSeconds, forKey: .timeoutSeconds)
  }

  private func check(_ section: ConfigSection, gradientGroups: Int) throws(ConfigError) {
    if let cuts, let stages {
      guard cuts.count == stages - 1 else {
        throw section.conflict(
          CodingKeys.cuts,
          "\(stages) stages need \(stages - 1) names, each stage's first layer but the first's; "
            + "found \(cuts.count)")
      }
      guard Set(cuts).count == cuts.count else {
        throw section.conflict(CodingKeys.cuts, "a layer stands twice; no stage may be empty")
      }
    }
    if case .named(let schedule) = schedule, !schedule.virtualStages.contains(virtual) {
      throw section.conflict(
        CodingKeys.virtual,
        "\(schedule.name) works with \(schedule.virtualStagesWords) stages on a rank; "
          + "found \(virtual)")
    }
    if let stages, stages % virtual != 0 {
      throw section.conflict(
        CodingKeys.stages,
        "\(stages) stages can't be \(virtual) on each rank of the pipeline: "
          + "use a multiple of \(virtual)")
    }
    if case .perStage(let counts)? = replicas, let stages, counts.count != stages / virtual {
      let columns = stages / virtual
      throw section.conflict(
        CodingKeys.replicas,
        "\(stages) stages\(virtual > 1 ? ", \(virtual) on a rank," : "") need \(columns) numbers, "
          + "or one for all; found \(counts.count)")
    }
    if let most = replicas?.largest, most > gradientGroups {
      throw section.conflict(
        CodingKeys.replicas,
        "\(most) replicas need training.gradient_groups of at least \(most); it is "
          + "\(gradientGroups)"
      )
    }
  }
}
