import PartitaConfig
import PartitaData
import PartitaKeys
import PartitaPlan
import Testing

/// A cluster's file is read strictly: file, line, key, and what would fit.
@Suite struct ClusterConfigTests {
  static let good = """
    name: two hosts
    hosts: 2
    devices_per_host: 1
    processor:
      name: core
      flops_per_second: {value: 1.5e11, source: a clock}
      bytes_per_second: 2.0e10
      memory_bytes: 8000000000
    across_hosts: {latency_seconds: 1.0e-6, bytes_per_second: 1.0e9, eager_bytes: 4096}
    """

  @Test func isRead() throws {
    let cluster = try Cluster(yaml: Self.good, file: "c.yaml")
    #expect(cluster.deviceCount == 2 && cluster.withinHost == nil)
    #expect(cluster.processor.flopsPerSecond == Cluster.Figure(1.5e11, source: "a clock"))
    #expect(cluster.processor.memoryBytes == Cluster.Figure(8e9))
    #expect(cluster.acrossHosts?.eagerBytes?.value == 4096)
  }

  /// Speeds are given for each device, or for each host; all alike they are none.
  @Test func speedsAreOfDevices() throws {
    let two =
      Self.good.replacing("devices_per_host: 1", with: "devices_per_host: 2")
      + "\nwithin_host: {latency_seconds: 1.0e-6, bytes_per_second: 1.0e10}\n"
    func speeds(_ line: String) throws -> [Double] {
      try Cluster(yaml: two + line, file: "c.yaml").speeds
    }
    #expect(try speeds("") == [])
    #expect(try speeds("speeds: [1, 1, 1, 1]") == [])
    #expect(try speeds("speeds: [1, 0.5]") == [1, 1, 0.5, 0.5])
    #expect(try speeds("speeds: [1, 2, 1, 0.5]") == [1, 2, 1, 0.5])
    let grown = try Cluster(yaml: two + "speeds: [1, 0.5]", file: "c.yaml").grown(toDevices: 5)
    #expect(grown.speeds == [1, 1, 0.5, 0.5, 1, 1])
  }

  /// A change of the file above, and all that its error must say.
  @Test(arguments: [
    ("hosts: 2", "hosts: 0", "c.yaml:2: hosts: found 0, expected a whole number from 1"),
    ("bytes_per_second: 1.0e9", "bytes_per_second: -1", "c.yaml:9: across_hosts.bytes_per_second:"),
    ("latency_seconds: 1.0e-6, ", "", "across_hosts.latency_seconds: this key is missing"),
    ("latency_seconds", "latency", "c.yaml:9: across_hosts.latency: there is no such key"),
    ("value: 1.5e11", "value: .inf", "c.yaml:6: processor.flops_per_second: found {"),
    ("source: a clock", "sourc: a clock", "or {value: the number, source: where it comes from}"),
    ("devices_per_host: 1", "devices_per_host: 2", "within_host: this key is missing"),
    ("across_hosts:", "acros_hosts:", "did you mean \"across_hosts\"?"),
    ("memory_bytes: 8000000000", "memory_bytes: lots", "c.yaml:8: processor.memory_bytes:"),
    (
      "hosts: 2", "hosts: 2147483647", "2147483647 hosts of 1 devices are more than 1048576 devices"
    ),
    (
      "hosts: 2\n", "hosts: 2\nspeeds: [1, 2, 3]\n",
      "speeds: found 3 numbers, expected one for each"
    ),
    ("hosts: 2\n", "hosts: 2\nspeeds: [1, 0]\n", "speeds: found [1, 0], expected a list of"),
    ("name: two hosts\n", "", "c.yaml:1: name: this key is missing"),
  ])
  func isRefused(_ old: String, _ new: String, _ words: String) {
    let error = #expect(throws: ConfigError.self) {
      try Cluster(yaml: Self.good.replacing(old, with: new), file: "c.yaml")
    }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func aMissingFile() {
    let error = #expect(throws: ConfigError.self) { try Cluster(contentsOf: "/nowhere/c.yaml") }
    #expect(error?.description.hasPrefix("/nowhere/c.yaml: can't read") == true)
  }
}
