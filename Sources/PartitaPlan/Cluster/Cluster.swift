/// The machines that a plan is made for: hosts of equal devices, and the links between them.
///
/// Every number carries its source, for a prediction is worth no more than what it rests on.
public struct Cluster: Hashable, Sendable {
  /// A number and where it comes from.
  public struct Figure: Hashable, Sendable {
    /// The number, in the unit that its key names.
    public let value: Double
    /// A datasheet, a measurement, an assumption.
    public let source: String?

    /// A number in the unit of its key.
    public init(_ value: Double, source: String? = nil) {
      self.value = value
      self.source = source
    }
  }

  /// One device: what a rank computes on.
  public struct Processor: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Float32 operations in a second; a product and its sum are two.
    public let flopsPerSecond: Figure
    /// Bytes that it reads or writes in a second in its own memory.
    public let bytesPerSecond: Figure
    /// Its memory.
    public let memoryBytes: Figure

    /// A device by its datasheet; `Cluster` checks the numbers.
    public init(
      name: String, flopsPerSecond: Figure, bytesPerSecond: Figure, memoryBytes: Figure
    ) {
      self.name = name
      self.flopsPerSecond = flopsPerSecond
      self.bytesPerSecond = bytesPerSecond
      self.memoryBytes = memoryBytes
    }
  }

  /// What lies between two devices; each pair has it for itself, in each direction.
  public struct Link: Hashable, Sendable {
    /// Seconds of an empty message.
    public let latencySeconds: Figure
    /// Bytes in a second, in one direction.
    public let bytesPerSecond: Figure
    /// The largest message that leaves before its receiver asks for it; nil where all do.
    public let eagerBytes: Figure?

    /// A link by its two numbers; `Cluster` checks them.
    public init(latencySeconds: Figure, bytesPerSecond: Figure, eagerBytes: Figure? = nil) {
      self.latencySeconds = latencySeconds
      self.bytesPerSecond = bytesPerSecond
      self.eagerBytes = eagerBytes
    }

    /// Seconds of a message: latency and bytes by bandwidth (Hockney 1994).
    public func seconds(bytes: Int) -> Double {
      latencySeconds.value + Double(bytes) / bytesPerSecond.value
    }
  }

  /// The most devices of all hosts.
  public static let deviceLimit = 1 << 20

  /// The cluster's name.
  public let name: String
  /// The number of hosts.
  public let hosts: Int
  /// The devices of each.
  public let devicesPerHost: Int
  /// What a device is.
  public let processor: Processor
  /// Between devices of one host; nil where each has one device.
  public let withinHost: Link?
  /// Between devices of different hosts; nil where there is one host.
  public let acrossHosts: Link?
  /// How fast each device works, as a multiple of `processor`; empty where all are as fast.
  public let speeds: [Double]

  /// Hosts of as many devices each; links may be missing where there is nothing to link.
  /// - Throws: `ClusterError` for a number that can't be, or a link that is missing.
  public init(
    name: String, hosts: Int, devicesPerHost: Int, processor: Processor, withinHost: Link? = nil,
    acrossHosts: Link? = nil, speeds: [Double] = []
  ) throws(ClusterError) {
    guard hosts > 0 else { throw .notPositive("hosts", Double(hosts)) }
    guard devicesPerHost > 0 else { throw .notPositive("devices_per_host", Double(devicesPerHost)) }
    let (devices, overflows) = hosts.multipliedReportingOverflow(by: devicesPerHost)
    guard !overflows, devices <= Self.deviceLimit else {
      throw .tooManyDevices(hosts: hosts, each: devicesPerHost)
    }
    var figures = [
      ("processor.flops_per_second", processor.flopsPerSecond),
      ("processor.bytes_per_second", processor.bytesPerSecond),
      ("processor.memory_bytes", processor.memoryBytes),
    ]
    for (path, link) in [("within_host", withinHost), ("across_hosts", acrossHosts)] {
      guard let link else { continue }
      figures.append(("\(path).bytes_per_second", link.bytesPerSecond))
      let limits = [
        ("latency_seconds", link.latencySeconds), ("eager_bytes", link.eagerBytes ?? Figure(0)),
      ]
      for (key, figure) in limits where !(figure.value >= 0 && figure.value.isFinite) {
        throw .negative("\(path).\(key)", figure.value)
      }
    }
    if let wrong = figures.first(where: { !($0.1.value > 0 && $0.1.value.isFinite) }) {
      throw .notPositive(wrong.0, wrong.1.value)
    }
    guard speeds.isEmpty || speeds.count == devices else {
      throw .speeds(count: speeds.count, devices: devices)
    }
    if let slow = speeds.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw .notPositive("speeds", slow)
    }
    guard withinHost != nil || devicesPerHost == 1 else { throw .missingLink("within_host") }
    guard acrossHosts != nil || hosts == 1 else { throw .missingLink("across_hosts") }
    self.name = name
    self.hosts = hosts
    self.devicesPerHost = devicesPerHost
    self.processor = processor
    self.withinHost = withinHost
    self.acrossHosts = acrossHosts
    self.speeds = speeds.allSatisfy { $0 == 1 } ? [] : speeds
  }

  /// The devices of all hosts; a rank's device is the one of its number.
  public var deviceCount: Int { hosts * devicesPerHost }

  /// The same machines, as many hosts as so many devices need; those that are added work as fast as
  /// `processor` says.
  /// - Throws: `ClusterError.missingLink` where nothing is said of what would lie between hosts.
  public func grown(toDevices count: Int) throws(ClusterError) -> Cluster {
    let hosts = max(hosts, (count + devicesPerHost - 1) / devicesPerHost)
    let added = hosts * devicesPerHost - deviceCount
    return try Cluster(
      name: name, hosts: hosts, devicesPerHost: devicesPerHost, processor: processor,
      withinHost: withinHost, acrossHosts: acrossHosts,
      speeds: speeds.isEmpty ? [] : speeds + Array(repeating: 1, count: added))
  }

  /// The host of a device: the devices of a host follow each other.
  public func host(ofDevice device: Int) -> Int { device / devicesPerHost }

  /// What lies between two devices; nil from a device to itself.
  public func link(from: Int, to: Int) -> Link? {
    if from == to { return nil }
    return host(ofDevice: from) == host(ofDevice: to) ? withinHost : acrossHosts
  }
}

/// What keeps a cluster from being one.
public enum ClusterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A number must be finite and above 0.
  case notPositive(String, Double)
  /// A number must be finite and at least 0.
  case negative(String, Double)
  /// There are more devices than anybody has.
  case tooManyDevices(hosts: Int, each: Int)
  /// There is not a speed for each device.
  case speeds(count: Int, devices: Int)
  /// There are several devices, and nothing is said of what lies between them.
  case missingLink(String)

  public var description: String {
    switch self {
    case .notPositive(let key, let value):
      "\(key): found \(value), expected a finite number above 0"
    case .negative(let key, let value):
      "\(key): found \(value), expected a finite number of at least 0"
    case .tooManyDevices(let hosts, let each):
      "\(hosts) hosts of \(each) devices are more than \(Cluster.deviceLimit) devices"
    case .speeds(let count, let devices):
      "speeds: found \(count) numbers, expected one for each of \(devices) devices, or for each host"
    case .missingLink(let key):
      "\(key): this key is missing; it takes latency_seconds and bytes_per_second"
    }
  }
}
