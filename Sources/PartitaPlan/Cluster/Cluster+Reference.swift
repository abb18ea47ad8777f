extension LayerGraph {
  /// Seconds of F and B of each layer where nothing is known of the machine.
  package var secondsOnUsualCore: [Double] {
    seconds(
      flopsPerSecond: Cluster.usualFlopsPerSecond, bytesPerSecond: Cluster.usualBytesPerSecond)
  }
}

extension Cluster {
  /// What a usual core does in a second.
  fileprivate static let (usualFlopsPerSecond, usualBytesPerSecond) = (1e11, 2e10)

  /// One host of usual processor cores, where nothing is known of the machine: enough to balance layers
  /// against each other.
  /// - Parameter devices: how many.
  /// - Throws: `ClusterError` for no device, or more than anybody has.
  public static func reference(devices: Int) throws(ClusterError) -> Cluster {
    let source = "an assumption"
    return try Cluster(
      name: "a usual host", hosts: 1, devicesPerHost: devices,
      processor: Processor(
        name: "a usual core", flopsPerSecond: Figure(usualFlopsPerSecond, source: source),
        bytesPerSecond: Figure(usualBytesPerSecond, source: source),
        memoryBytes: Figure(1e10, source: source)),
      withinHost: Link(
        latencySeconds: Figure(1e-6, source: source), bytesPerSecond: Figure(1e10, source: source),
        eagerBytes: Figure(4096, source: source)))
  }
}
