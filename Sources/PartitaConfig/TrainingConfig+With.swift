public import PartitaKeys

/// Configurations with other values: what studies launch.
extension TrainingConfig {
  /// The name of the file that it comes from, without folders and ending.
  public var name: String { source.name }

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

  /// The same run with its plan left to the number of ranks: what the file says of stages, replicas
  /// and cuts is dropped; what was changed since it was read stands.
  /// - Throws: `ConfigError` where what stands doesn't fit without the rest.
  public func withOpenPlan() throws(ConfigError) -> TrainingConfig {
    var source = source
    source.root.dropWritten(["stages", "replicas", "cuts"], of: "parallel")
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
  /// Drops keys of a section whose values stand in a file.
  fileprivate mutating func dropWritten(_ keys: [String], of section: String) {
    guard case .mapping(var entries) = content,
      let index = entries.firstIndex(where: { $0.key == section }),
      case .mapping(let inside) = entries[index].value.content
    else { return }
    entries[index].value.content = .mapping(
      inside.filter { entry in
        guard case .file = entry.value.origin else { return true }
        return !keys.contains(entry.key)
      })
    content = .mapping(entries)
  }
}
