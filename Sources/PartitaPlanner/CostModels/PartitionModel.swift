public import PartitaWorkload

/// A cost model with a request: what partitions may be, and what they cost.
///
/// The value of a partition is that of its slowest part; smaller is better.
public protocol PartitionModel: Sendable {
  /// The nodes and who reads whom.
  var graph: WorkloadGraph { get }
  /// At most so many devices.
  var deviceLimit: Int { get }
  /// The value of each part of a partition.
  ///
  /// Complexity: O(nodes + edges) for all parts.
  /// - Throws: `WorkloadError` for what is no partition, or goes beyond devices or memory.
  func values(of partition: Partition) throws(WorkloadError) -> [Double]
  /// Bytes that each part takes of a device's memory; only for what is a partition.
  func bytes(of partition: Partition) -> [Double]
}

extension PartitionModel {
  /// The value of a partition: that of its slowest part.
  /// - Throws: `WorkloadError` for what is no partition, or goes beyond devices or memory.
  public func value(of partition: Partition) throws(WorkloadError) -> Double {
    try values(of: partition).max() ?? 0
  }

  /// The part of each node; throws unless every node has exactly one.
  func partOfNode(_ partition: Partition) throws(WorkloadError) -> [Int] {
    var part = Array(repeating: -1, count: graph.count)
    for (index, nodes) in partition.parts.map(\.nodes).enumerated() {
      for node in nodes {
        guard graph.ids.indices.contains(node) else {
          throw .invalid(place: "part \(index)", problem: "there is no node number \(node)")
        }
        guard part[node] < 0 else {
          throw .invalid(
            place: "part \(index)", problem: "node '\(graph.ids[node])' is in part \(part[node])")
        }
        part[node] = index
      }
    }
    if let missing = part.firstIndex(of: -1) {
      throw .invalid(place: "node '\(graph.ids[missing])'", problem: "it is in no part")
    }
    return part
  }

  /// Throws unless no edge leads to an earlier part.
  func requireForward(_ part: [Int]) throws(WorkloadError) {
    for edge in graph.edges where part[edge.from] > part[edge.to] {
      throw .invalid(
        place: "stage \(part[edge.to])",
        problem: "node '\(graph.ids[edge.to])' reads '\(graph.ids[edge.from])' of a later stage")
    }
  }

  /// Throws where a part takes more than a device's memory.
  func requireMemory(_ partition: Partition, _ memory: Double) throws(WorkloadError) {
    for (index, bytes) in bytes(of: partition).enumerated() where bytes > memory {
      throw .impossible("part \(index) takes \(bytes) bytes of \(memory)")
    }
  }

  /// Throws where the parts take more devices than there are.
  func requireDevices(_ partition: Partition) throws(WorkloadError) {
    guard partition.devices <= deviceLimit else {
      throw .impossible("the parts take \(partition.devices) devices of \(deviceLimit)")
    }
  }
}
