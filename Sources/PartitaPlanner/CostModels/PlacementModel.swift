public import PartitaWorkload

/// The cost model of device placement: milliseconds of the busiest device.
///
/// An accelerator works as long as its nodes take, sends each output once that another device reads,
/// and receives each output once that it reads from another device; a CPU works as long as its nodes
/// take. Source: Tarnawski et al., "Efficient algorithms for device placement of DNN graph
/// operators", NeurIPS 2020, sections 3 and 5.
public struct PlacementModel: PartitionModel {
  public let graph: WorkloadGraph
  /// What the nodes cost.
  public let costs: PlacementCosts
  /// The accelerators at hand.
  public internal(set) var deviceLimit: Int
  /// Bytes of one accelerator.
  public internal(set) var memory: Double
  /// Whether a partition must be contiguous.
  public internal(set) var isContiguous: Bool

  /// The model under a request.
  public init(graph: WorkloadGraph, costs: PlacementCosts, request: PartitionRequest) {
    self.graph = graph
    self.costs = costs
    deviceLimit = request.devices
    memory = request.memory ?? costs.acceleratorMemoryBytes
    isContiguous = request.isContiguous
  }

  /// Milliseconds of each part's device.
  /// - Throws: `WorkloadError` for what is no placement, or goes beyond devices or memory.
  public func values(of partition: Partition) throws(WorkloadError) -> [Double] {
    let part = try partOfNode(partition)
    try requireDevices(partition)
    let cpus = partition.parts.count { $0.deviceKind == .cpu }
    guard cpus <= costs.cpus else {
      throw .impossible("the parts take \(cpus) CPUs of \(costs.cpus)")
    }
    var deviceOfColor: [Int: Int] = [:]
    for (node, color) in costs.colorClass.enumerated() {
      guard let color else { continue }
      guard deviceOfColor[color, default: part[node]] == part[node] else {
        throw .invalid(
          place: "node '\(graph.ids[node])'",
          problem: "its colour class \(color) is on parts \(deviceOfColor[color] ?? 0) and "
            + "\(part[node])")
      }
      deviceOfColor[color] = part[node]
    }
    if isContiguous { try requireContiguous(part, count: partition.parts.count) }

    let isAccelerator = partition.parts.map { $0.deviceKind == .accelerator }
    var loads = Array(repeating: 0.0, count: partition.parts.count)
    for node in part.indices {
      let home = part[node]
      loads[home] +=
        isAccelerator[home] ? costs.acceleratorMilliseconds[node] : costs.cpuMilliseconds[node]
      var readers = Set(graph.successors[node].map { part[$0] })
      readers.remove(home)
      guard !readers.isEmpty else { continue }
      for device in [home] + readers.sorted() where isAccelerator[device] {
        loads[device] += costs.transferMilliseconds[node]
      }
    }
    try requireMemory(partition, memory)
    if let index = loads.firstIndex(of: .infinity) {
      throw .invalid(place: "part \(index)", problem: "a node of it can't run on an accelerator")
    }
    return loads
  }

  public func bytes(of partition: Partition) -> [Double] {
    partition.parts.map { part in
      guard part.deviceKind == .accelerator else { return 0 }
      return part.nodes.reduce(0) { $0 + costs.memoryBytes[$1] }
    }
  }

  /// Throws unless the parts' forward nodes, colour classes merged, follow each other in some order.
  private func requireContiguous(_ part: [Int], count: Int) throws(WorkloadError) {
    var successors = Array(repeating: Set<Int>(), count: count)
    var predecessors = successors
    for edge in graph.edges
    where part[edge.from] != part[edge.to] && !costs.isBackward[edge.from]
      && !costs.isBackward[edge.to]
    {
      successors[part[edge.from]].insert(part[edge.to])
      predecessors[part[edge.to]].insert(part[edge.from])
    }
    let order = WorkloadGraph.order(
      successors.map { $0.sorted() }, predecessors.map { $0.sorted() }, by: { $0 })
    guard order.count == count else {
      throw .invalid(
        place: "part \(Set(0..<count).subtracting(order).min() ?? 0)",
        problem: "it reads what follows it: the parts are not contiguous")
    }
  }
}
