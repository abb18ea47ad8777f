public import PartitaGraph
public import PartitaKeys
public import PartitaSchedule

/// Configurations with other values: what studies launch.
extension TrainingConfig {
  /// The name of the file that it comes from, without folders and ending.
  public var name: String { source.name }
  /// The schedules that it can name.
  public var schedules: ScheduleCatalogue { source.catalogue.schedules }

  /// The same run under another plan; how messages move stays.
  ///
  /// - Parameters:
  ///   - replicas: the ranks of each column of the pipeline.
  ///   - virtual: the stages that each column holds.
  ///   - schedule: the schedule's name.
  ///   - cuts: the first layer of each stage but the first.
  /// - Throws: `ConfigError` for values that don't fit each other.
  public func with(
    replicas: [Int], virtual: Int, schedule: String, cuts: [String]
  ) throws(ConfigError) -> TrainingConfig {
    var source = source
    source.root.drop([ParallelConfig.CodingKeys.plan.stringValue], of: "parallel")
    try source.set(.number(replicas.count * virtual), "parallel", "stages")
    try source.set(.list(replicas.map { .number($0) }), "parallel", "replicas")
    try source.set(.number(virtual), "parallel", "virtual")
    try source.set(.text(schedule), "parallel", "schedule")
    try source.set(.list(cuts.map { .text($0) }), "parallel", "cuts")
    return try TrainingConfig(source)
  }

  /// The same run with all values kept from forward to backward.
  /// - Throws: `ConfigError` where what stands doesn't fit the rest.
  public func withoutRecomputation() throws(ConfigError) -> TrainingConfig {
    var source = source
    try source.set(.text("none"), "parallel", "recompute")
    return try TrainingConfig(source)
  }

  /// The same run with no value kept that can be computed again.
  /// - Throws: `ConfigError` where what stands doesn't fit the rest.
  public func withRecomputation() throws(ConfigError) -> TrainingConfig {
    var source = source
    try source.set(.text("all"), "parallel", "recompute")
    return try TrainingConfig(source)
  }

  /// The same run, in which the replicas of a stage share its update.
  /// - Throws: `ConfigError` where what stands doesn't fit the rest.
  public func withSharedUpdate() throws(ConfigError) -> TrainingConfig {
    var source = source
    try source.root.apply(
      override: "parallel.\(ParallelConfig.CodingKeys.shardedUpdate.stringValue)=true")
    return try TrainingConfig(source)
  }

  /// The same run with its plan left to the number of ranks: what the file says of stages, replicas
  /// and cuts is dropped; what was changed since it was read stands.
  /// - Throws: `ConfigError` where what stands doesn't fit without the rest.
  public func withOpenPlan() throws(ConfigError) -> TrainingConfig {
    var source = source
    source.root.drop(
      [.plan, .stages, .replicas, .cuts].map(\ParallelConfig.CodingKeys.stringValue), of: "parallel"
    ) { origin in
      if case .file = origin { true } else { false }
    }
    return try TrainingConfig(source)
  }

  /// The same run with a plan of which nothing is said but what is pinned.
  ///
  /// - Parameter pins: `parallel.key=value`.
  /// - Throws: `ConfigError` for what is no key of `parallel`, or doesn't fit it.
  public func with(pins: [String]) throws(ConfigError) -> TrainingConfig {
    var source = source
    source.root.drop(ParallelConfig.planKeys, of: "parallel")
    for pin in pins {
      try source.root.apply(override: pin)
    }
    return try TrainingConfig(source)
  }

  /// The same network trained in other portions; nil leaves a value as it is.
  ///
  /// A number of gradient groups that the file doesn't say follows the microbatches.
  /// - Throws: `ConfigError` for values that don't fit each other.
  public func with(
    batch: Int? = nil, microbatches: Int? = nil, gradientGroups: Int? = nil, steps: Int? = nil
  ) throws(ConfigError) -> TrainingConfig {
    var source = source
    if let batch { try source.set(.number(batch), "training", "batch") }
    if let microbatches { try source.set(.number(microbatches), "training", "microbatches") }
    if let gradientGroups {
      try source.set(.number(gradientGroups), "training", "gradient_groups")
    }
    if let steps { try source.set(.number(steps), "training", "steps") }
    return try TrainingConfig(source)
  }

  /// The same run of a deeper or shallower network, its layers cut evenly.
  ///
  /// - Parameter depth: how many its model has of what it repeats (`ModelFamily.depthMeasure`).
  /// - Returns: nil where nothing of the model repeats, or a plan's file cuts it: that is of one depth.
  /// - Throws: `ConfigError` where what stands doesn't fit the new network.
  public func with(depth: Int) throws(ConfigError) -> TrainingConfig? {
    guard let measure = model.family.depthMeasure else { return nil }
    if case .file = parallel.planning { return nil }
    var source = source
    source.root.drop([ParallelConfig.CodingKeys.cuts.stringValue], of: "parallel")
    try source.root.apply(override: measure.override(depth))
    return try TrainingConfig(source)
  }

  /// The same run in another precision.
  /// - Throws: `ConfigError` where what stands doesn't fit the rest.
  public func with(precision: Precision) throws(ConfigError) -> TrainingConfig {
    var source = source
    try source.set(.text(precision.rawValue), "training", "precision")
    return try TrainingConfig(source)
  }

  /// The same run at another learning rate, its course scaled.
  /// - Throws: `ConfigError` for a rate that isn't above 0.
  public func with(learningRate: Double) throws(ConfigError) -> TrainingConfig {
    var source = source
    try source.root.apply(override: "training.learning_rate=\(learningRate)")
    return try TrainingConfig(source)
  }

  /// The same run on so many samples of made-up data.
  /// - Throws: `ConfigError` where the data isn't synthetic.
  public func with(syntheticSamples samples: Int) throws(ConfigError) -> TrainingConfig {
    var source = source
    try source.set(.number(samples), "data", "samples")
    return try TrainingConfig(source)
  }

  /// The same run with its files in another folder.
  /// - Throws: `ConfigError` for an empty name.
  public func with(outputDirectory: String) throws(ConfigError) -> TrainingConfig {
    var source = source
    try source.set(.text(outputDirectory), "output", "directory")
    return try TrainingConfig(source)
  }
}

extension ConfigNode {
  /// Drops keys of a section whose values come from where it says; a word in the section's place is an
  /// empty section.
  fileprivate mutating func drop(
    _ keys: [String], of section: String, from isDropped: (ConfigOrigin) -> Bool = { _ in true }
  ) {
    guard case .mapping(var entries) = content,
      let index = entries.firstIndex(where: { $0.key == section })
    else { return }
    switch entries[index].value.content {
    case .mapping(let inside):
      entries[index].value.content = .mapping(
        inside.filter { !keys.contains($0.key) || !isDropped($0.value.origin) })
    case .scalar: entries[index].value.content = .mapping([])
    case .list: return
    }
    content = .mapping(entries)
  }
}
