internal import PartitaWorkload

/// One way to run some nodes as a stage.
package struct StageOption {
  /// The nodes, one bit each.
  let nodes: Int
  /// What it takes.
  let devices, others: Int
  let value: Double
  var tensorDegree = 1
  var deviceKind = Partition.DeviceKind.accelerator
  var variants: [Int: String] = [:]

  var part: Partition.Part {
    Partition.Part(
      nodes: NodeMask.nodes(of: nodes), replicas: deviceKind == .cpu ? 1 : devices / tensorDegree,
      tensorDegree: tensorDegree, deviceKind: deviceKind, variants: variants)
  }
}
