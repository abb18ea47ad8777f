internal import PartitaFiles
public import PartitaKeys
public import PartitaPlan

/// A cluster's file: YAML in which each number may carry its source.
extension Cluster {
  private enum TopKeys: String, CodingKey, CaseIterable {
    case name, hosts, processor
    case devicesPerHost = "devices_per_host"
    case withinHost = "within_host"
    case acrossHosts = "across_hosts"
  }

  /// Reads the file at `path`.
  /// - Throws: `ConfigError` with file, line, key and what would fit.
  public init(contentsOf path: String) throws(ConfigError) {
    let bytes: [UInt8]
    do { bytes = try readFile(path) } catch {
      throw .unreadable(file: path, reason: error.reason)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unreadable(file: path, reason: "it is not UTF-8 text")
    }
    try self.init(yaml: text, file: path)
  }

  /// Reads YAML text; `file` is the name that errors call it by.
  public init(yaml: String, file: String) throws(ConfigError) {
    let root = try ConfigNode(yaml: yaml) { .file(file, line: $0) }
    let top = try ConfigSection(root, path: "")
    try top.allow(names(of: TopKeys.self))
    let name = try top.require(TopKeys.name, .text("the cluster's name"))
    let hosts = try top.require(TopKeys.hosts, .integer(atLeast: 1))
    let devices = try top.require(TopKeys.devicesPerHost, .integer(atLeast: 1))
    let processor = try Processor(try top.section(TopKeys.processor))
    let within = try Self.link(TopKeys.withinHost, in: top, isNeeded: devices > 1)
    let across = try Self.link(TopKeys.acrossHosts, in: top, isNeeded: hosts > 1)
    do {
      try self.init(
        name: name, hosts: hosts, devicesPerHost: devices, processor: processor,
        withinHost: within, acrossHosts: across)
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
  private enum Keys: String, CodingKey, CaseIterable {
    case name
    case flopsPerSecond = "flops_per_second"
    case bytesPerSecond = "bytes_per_second"
    case memoryBytes = "memory_bytes"
  }

  fileprivate init(_ section: ConfigSection) throws(ConfigError) {
    try section.allow(names(of: Keys.self))
    self.init(
      name: try section.require(Keys.name, .text("the device's name")),
      flopsPerSecond: try section.require(Keys.flopsPerSecond, .figure(.positive)),
      bytesPerSecond: try section.require(Keys.bytesPerSecond, .figure(.positive)),
      memoryBytes: try section.require(Keys.memoryBytes, .figure(.positive)))
  }
}

extension Cluster.Link {
  private enum Keys: String, CodingKey, CaseIterable {
    case latencySeconds = "latency_seconds"
    case bytesPerSecond = "bytes_per_second"
    case eagerBytes = "eager_bytes"
  }

  fileprivate init(_ section: ConfigSection) throws(ConfigError) {
    try section.allow(names(of: Keys.self))
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
