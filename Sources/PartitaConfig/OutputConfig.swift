package import PartitaKeys

/// Where a run leaves its files: the `output` section.
public struct OutputConfig: Hashable, Sendable, Encodable {
  /// The folder, made where it is missing. Default: `runs/` and the configuration's own name.
  public let directory: String
  /// What becomes of a folder that holds a run already. Default: the run goes to another folder.
  public let existing: ExistingRun
  /// How often the run writes down where it stands; nil for never but when it is asked to stop.
  public let checkpoint: CheckpointConfig?

  /// Whether the weights of the epoch with the best validation loss are kept. Default: no.
  public let keepBest: Bool

  enum CodingKeys: String, CodingKey {
    case keepBest = "keep_best"
    case directory
    case existing
    case checkpoint
  }

  /// The keys of the section.
  package static let keys = [
    KeyDescription(
      "directory", type: "folder", standard: "`runs/` and the file's name",
      meaning: "made where it is missing; takes `metrics.jsonl`, `weights.safetensors`, "
        + "`config.yaml`, `run.json`, `checkpoints`"),
    KeyDescription(
      "existing", oneOf: ExistingRun.self, standard: "`version`",
      meaning: "where the folder holds a run: `version` takes the next free of `NAME-2`, `NAME-3`; "
        + "`replace` removes that run first; `refuse` ends"),
    KeyDescription(
      "keep_best", type: "true or false", standard: "false",
      meaning: "keep the weights of the epoch with the best validation loss as `best.safetensors`"),
    KeyDescription(
      "checkpoint", type: "section", standard: "none, but when asked to stop",
      meaning: "how often the run is saved, see below"),
  ]

  init(
    _ section: ConfigSection, runName: String, hasValidation: Bool
  ) throws(ConfigError) {
    try section.allow(Self.keys.keyNames)
    directory = try section.value(CodingKeys.directory, .text("a folder")) ?? "runs/\(runName)"
    keepBest = try section.value(CodingKeys.keepBest, .flag) ?? false
    if keepBest, !hasValidation {
      throw section.conflict(
        CodingKeys.keepBest, "the best needs samples to judge by: give training.validation")
    }
    existing = try section.value(CodingKeys.existing, .choice()) ?? .version
    checkpoint =
      section.has(CodingKeys.checkpoint)
      ? try CheckpointConfig(try section.section(CodingKeys.checkpoint)) : nil
  }
}
