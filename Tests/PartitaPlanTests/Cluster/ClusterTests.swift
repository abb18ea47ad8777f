import PartitaPlan
import Testing

/// A cluster that can't be is none; messages cost latency and bytes by bandwidth.
@Suite struct ClusterTests {
  static func processor(flops: Double = 1) -> Cluster.Processor {
    Cluster.Processor(
      name: "p", flopsPerSecond: .init(flops), bytesPerSecond: .init(1), memoryBytes: .init(1))
  }

  static func link(_ latency: Double, _ bandwidth: Double) -> Cluster.Link {
    Cluster.Link(latencySeconds: .init(latency), bytesPerSecond: .init(bandwidth))
  }

  @Test func links() throws {
    let cluster = try Cluster(
      name: "c", hosts: 2, devicesPerHost: 2, processor: Self.processor(),
      withinHost: Self.link(1, 10), acrossHosts: Self.link(3, 5))
    #expect(cluster.deviceCount == 4)
    #expect(cluster.link(from: 1, to: 1) == nil)
    #expect(cluster.link(from: 0, to: 1)?.seconds(bytes: 20) == 3)
    #expect(cluster.link(from: 1, to: 2)?.seconds(bytes: 20) == 7)
  }

  @Test func refusals() {
    func words(
      hosts: Int = 1, devices: Int = 1, flops: Double = 1, within: Cluster.Link? = nil,
      across: Cluster.Link? = nil
    ) -> String? {
      let error = #expect(throws: ClusterError.self) {
        try Cluster(
          name: "c", hosts: hosts, devicesPerHost: devices,
          processor: Self.processor(flops: flops), withinHost: within, acrossHosts: across)
      }
      return error.map { "\($0)" }
    }
    #expect(words(hosts: 0) == "hosts: found 0.0, expected a finite number above 0")
    #expect(words(devices: 2)?.hasPrefix("within_host: this key is missing") == true)
    #expect(words(hosts: 2)?.hasPrefix("across_hosts: this key is missing") == true)
    #expect(words(flops: .nan)?.hasPrefix("processor.flops_per_second: found nan") == true)
    #expect(
      words(within: Self.link(1, -1)) == "within_host.bytes_per_second: found -1.0, "
        + "expected a finite number above 0")
    #expect(
      words(across: Self.link(-1, 1)) == "across_hosts.latency_seconds: found -1.0, "
        + "expected a finite number of at least 0")
  }
}
