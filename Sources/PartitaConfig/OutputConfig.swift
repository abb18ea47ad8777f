package import PartitaKeys

/// Where a run leaves its files: the `output` section.
public struct OutputConfig: Hashable, Sendable, Encodable {
  /// The folder, made where it is missing. Default: `runs/` and the configuration's own name.
  public let directory: String

  enum CodingKeys: String, CodingKey {
    case directory
  }

  /// The keys of the section.
  package static let keys = [
    KeyDescription(
      "directory", type: "folder", standard: "`runs/` and the file's name",
      meaning: "made where it is missing; takes `metrics.jsonl`, `weights.safetensors`, "
        + "`config.yaml`")
  ]

  init(_ section: ConfigSection, runName: String) throws(ConfigError) {
    try section.allow(Self.keys.keyNames)
    directory = try section.value(CodingKeys.directory, .text("a folder")) ?? "runs/\(runName)"
  }
}
