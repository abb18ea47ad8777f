internal import PartitaKeys

/// Where a run leaves its files: the `output` section.
public struct OutputConfig: Hashable, Sendable, Encodable {
  /// The folder, made where it is missing. Default: `runs/` and the configuration's own name.
  public let directory: String

  enum CodingKeys: String, CodingKey, CaseIterable {
    case directory
  }

  init(_ section: ConfigSection, runName: String) throws(ConfigError) {
    try section.allow(names(of: CodingKeys.self))
    directory = try section.value(CodingKeys.directory, .text("a folder")) ?? "runs/\(runName)"
  }
}
