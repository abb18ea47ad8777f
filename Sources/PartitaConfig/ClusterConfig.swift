public import PartitaKeys
public import PartitaPlan

/// A cluster's file: YAML in which each number may carry its source.
extension Cluster {
  private enum TopKeys: String, CodingKey {
    case name, hosts, processor, speeds
    case devicesPerHost = "devices_per_host"
    case withinHost = "within_host"
    case acrossHosts = "across_hosts"
  }

  /// The keys of the file.
  package static let keys = [
    KeyDescription("name", type: "text", standard: nil, meaning: "the cluster's name"),
    KeyDescription("hosts", type: "whole number from 1", standard: nil, meaning: "hosts"),
    KeyDescription("processor", type: "section", standard: nil, meaning: "one device"),
    KeyDescription(
      "devices_per_host", type: "whole number from 1", standard: nil,
      meaning: "devices of each; rank n runs on device n, and a host's devices follow each other"),
    KeyDescription(
      "within_host", type: "section", standard: "required with several devices a host",
      meaning: "the link of each pair of devices of one host"),
    KeyDescription(
      "across_hosts", type: "section", standard: "required with several hosts",
      meaning: "the link of each pair of devices of different hosts"),
    KeyDescription(
      "speeds", type: "list of numbers above 0", standard: "1 for all",
      meaning:
        "how fast devices work, as multiples of `processor`: a number for each device, or for each host"
    ),
  ]

  /// Reads the file at `path`.
  /// - Throws: `ConfigError` with file, line, key and what would fit.
  public init(contentsOf path: String) throws(ConfigError) {
    try self.init(yaml: try ConfigNode.text(of: path), file: path)
  }

  /// Reads YAML text; `file` is the name that errors call it by.
  /// - Throws: `ConfigError` with file, line, key and what would fit.
  public init(yaml: String, file: String) throws(ConfigError) {
    let root = try ConfigNode(yaml: yaml) { .file(file, line: $0) }
    let top = try ConfigSection(root, path: "")
    try top.allow(Self.keys.keyNames)
    let name = try top.require(TopKeys.name, .text("the cluster's name"))
    let hosts = try top.require(TopKeys.hosts, .integer(atLeast: 1))
    let devices = try top.require(TopKeys.devicesPerHost, .integer(atLeast: 1))
    let processor = try Processor(try top.section(TopKeys.processor))
    let within = try Self.link(TopKeys.withinHost, in: top, isNeeded: devices > 1)
    let across = try Self.link(TopKeys.acrossHosts, in: top, isNeeded: hosts > 1)
    var speeds = try top.value(TopKeys.speeds, .list(of: .number(.positive), atLeast: 1)) ?? []
    // A number for each host is that of all its devices; more devices than anybody has are refused below.
    if speeds.count == hosts, devices <= Self.deviceLimit / max(1, hosts) {
      speeds = speeds.flatMap { Array(repeating: $0, count: devices) }
    }
    do {
      try self.init(
        name: name, hosts: hosts, devicesPerHost: devices, processor: processor,
        withinHost: within, acrossHosts: across, speeds: speeds)
    } catch {
      throw .conflict(top.origin, path: name, problem: "\(error)")
    }
  }

  private static func link(
    _ key: TopKeys, in top: ConfigSection, isNeeded: Bool
  ) throws(ConfigError) -> Link? {
    guard top.has(key) else {
      guard isNeeded else { return nil }
      throw top.missing(key, expected: "latency_seconds and bytes_per_second of the link")
    }
    return try Link(try top.section(key))
  }
}

extension Cluster.Processor {
  private enum Keys: String, CodingKey {
    case name
    case flopsPerSecond = "flops_per_second"
    case bytesPerSecond = "bytes_per_second"
    case memoryBytes = "memory_bytes"
  }

  /// The keys of the section.
  package static let keys = [
    KeyDescription("name", type: "text", standard: nil, meaning: "the device's name"),
    KeyDescription(
      "flops_per_second", type: "number above 0", standard: nil,
      meaning: "float32 operations in a second; a product and its sum are two"),
    KeyDescription(
      "bytes_per_second", type: "number above 0", standard: nil,
      meaning: "bytes read or written in a second in its own memory"),
    KeyDescription(
      "memory_bytes", type: "number above 0", standard: nil,
      meaning: "its memory; no plan is refused for it yet"),
  ]

  fileprivate init(_ section: ConfigSection) throws(ConfigError) {
    try section.allow(Self.keys.keyNames)
    self.init(
      name: try section.require(Keys.name, .text("the device's name")),
      flopsPerSecond: try section.require(Keys.flopsPerSecond, .figure(.positive)),
      bytesPerSecond: try section.require(Keys.bytesPerSecond, .figure(.positive)),
      memoryBytes: try section.require(Keys.memoryBytes, .figure(.positive)))
  }
}

extension Cluster.Link {
  private enum Keys: String, CodingKey {
    case latencySeconds = "latency_seconds"
    case bytesPerSecond = "bytes_per_second"
    case eagerBytes = "eager_bytes"
  }

  /// The keys of the section.
  package static let keys = [
    KeyDescription(
      "latency_seconds", type: "number from 0", standard: nil,
      meaning: "seconds of an empty message"),
    KeyDescription(
      "bytes_per_second", type: "number above 0", standard: nil,
      meaning: "bytes in a second, in one direction"),
    KeyDescription(
      "eager_bytes", type: "number from 0", standard: "no limit",
      meaning: "the largest message that leaves before its receiver asks for it"),
  ]

  fileprivate init(_ section: ConfigSection) throws(ConfigError) {
    try section.allow(Self.keys.keyNames)
    self.init(
      latencySeconds: try section.require(Keys.latencySeconds, .figure(.notNegative)),
      bytesPerSecond: try section.require(Keys.bytesPerSecond, .figure(.positive)),
      eagerBytes: try section.value(Keys.eagerBytes, .figure(.notNegative)))
  }
}

extension ConfigForm<Cluster.Figure> {
  /// A number, or a mapping of `value` and `source`.
  fileprivate static func figure(_ range: NumberRange) -> Self {
    let number = ConfigForm<Double>.number(range)
    let text = ConfigForm<String>.text("words")
    return ConfigForm(
      expected: "\(number.expected), or {value: the number, source: where it comes from}"
    ) { node in
      guard case .mapping(let entries) = node.content else {
        return number.read(node).map { Cluster.Figure($0) }
      }
      guard entries.allSatisfy({ ["value", "source"].contains($0.key) }),
        let value = entries.first(where: { $0.key == "value" }).flatMap({ number.read($0.value) })
      else { return nil }
      let source = entries.first { $0.key == "source" }?.value
      return Cluster.Figure(value, source: source.flatMap(text.read))
    }
  }
}
