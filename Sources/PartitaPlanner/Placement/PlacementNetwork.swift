internal import PartitaWorkload

/// A placement problem as the search sees it: units that move as a whole, and nets between them.
///
/// A unit is a colour class or a free node. A net is a node's output: it joins the unit that makes it
/// with all that read it, and as soon as it is on two devices each accelerator among them pays its
/// transfer once, the sender like the readers. Outputs that join the same units are one net.
struct PlacementNetwork {
  /// The nodes of each unit, ascending.
  fileprivate(set) var nodes: [[Int]] = []
  /// Milliseconds of each unit on an accelerator (infinite where it can't run there) and on a CPU.
  fileprivate(set) var accelerator: [Double] = []
  fileprivate(set) var cpu: [Double] = []
  /// Bytes that each unit takes on an accelerator.
  fileprivate(set) var memory: [Double] = []
  /// Milliseconds of each net's transfer.
  fileprivate(set) var transfer: [Double] = []
  /// The units of net e: `pins[pinStart[e]..<pinStart[e + 1]]`, ascending.
  fileprivate(set) var pinStart: [Int] = [0]
  fileprivate(set) var pins: [Int] = []
  /// The nets of unit u: `nets[netStart[u]..<netStart[u + 1]]`, ascending.
  fileprivate(set) var netStart: [Int] = []
  fileprivate(set) var nets: [Int] = []

  /// Who must not stand behind whom in a contiguous plan: for each unit those that it reads, and those
  /// that read it; empty where plans need not be contiguous.
  fileprivate(set) var sources: [[Int]] = []
  fileprivate(set) var readers: [[Int]] = []

  var count: Int { nodes.count }

  /// The nets of a unit.
  @inline(__always)
  func netCount(_ unit: Int) -> Int { netStart[unit + 1] - netStart[unit] }

  /// The units and nets of a model.
  ///
  /// Complexity: O(nodes + edges · log edges).
  init(_ model: PlacementModel) {
    let costs = model.costs
    nodes = model.units
    var unitOfNode = Array(repeating: 0, count: model.graph.count)
    for (unit, members) in nodes.enumerated() {
      for node in members { unitOfNode[node] = unit }
    }
    for unit in nodes {
      accelerator.append(unit.reduce(0) { $0 + costs.acceleratorMilliseconds[$1] })
      cpu.append(unit.reduce(0) { $0 + costs.cpuMilliseconds[$1] })
      memory.append(unit.reduce(0) { $0 + costs.memoryBytes[$1] })
    }
    var netOfPins: [[Int]: Int] = [:]
    for (node, readers) in model.graph.successors.enumerated()
    where costs.transferMilliseconds[node] > 0 {
      let units = Set(readers.map { unitOfNode[$0] } + [unitOfNode[node]]).sorted()
      join(units, costs.transferMilliseconds[node], &netOfPins)
    }
    index()
  }

  fileprivate mutating func join(
    _ units: [Int], _ milliseconds: Double, _ netOfPins: inout [[Int]: Int]
  ) {
    guard units.count > 1 else { return }
    if let net = netOfPins[units] {
      transfer[net] += milliseconds
    } else {
      netOfPins[units] = transfer.count
      transfer.append(milliseconds)
      pins += units
      pinStart.append(pins.count)
    }
  }

  fileprivate mutating func index() {
    netStart = Array(repeating: 0, count: nodes.count + 1)
    for unit in pins { netStart[unit + 1] += 1 }
    for unit in nodes.indices { netStart[unit + 1] += netStart[unit] }
    var next = netStart
    nets = Array(repeating: 0, count: pins.count)
    for net in transfer.indices {
      for unit in pins[pinStart[net]..<pinStart[net + 1]] {
        nets[next[unit]] = net
        next[unit] += 1
      }
    }
  }

  /// The device of each unit in a partition: its accelerators come first, in order, then the CPUs.
  func devices(of partition: Partition, accelerators: Int) -> [Int] {
    var deviceOfNode: [Int: Int] = [:]
    var accelerator = 0
    var cpu = accelerators
    for part in partition.parts {
      for node in part.nodes {
        deviceOfNode[node] = part.deviceKind == .cpu ? cpu : accelerator
      }
      if part.deviceKind == .cpu { cpu += 1 } else { accelerator += 1 }
    }
    return nodes.map { deviceOfNode[$0[0]] ?? 0 }
  }
}

extension PlacementNetwork {
  /// Whether a state of it is of a size that a search can keep: 256 MiB.
  func fits(accelerators: Int, cpus: Int) -> Bool {
    transfer.count.multipliedReportingOverflow(by: accelerators + cpus).partialValue < 1 << 26
  }

  /// The partition in which each unit is on a device: accelerators come first, then CPUs.
  func partition(_ devices: [Int], accelerators: Int, cpus: Int) -> Partition {
    var parts = Array(repeating: [Int](), count: accelerators + cpus)
    for (unit, device) in devices.enumerated() { parts[device] += nodes[unit] }
    return Partition(
      parts.enumerated().compactMap { device, nodes in
        guard !nodes.isEmpty else { return nil }
        return Partition.Part(
          nodes: nodes.sorted(), deviceKind: device < accelerators ? .accelerator : .cpu)
      })
  }

  /// The network in which the units of a group have become one; groups are numbered from 0 on.
  func contracted(_ group: [Int]) -> PlacementNetwork {
    PlacementNetwork(self, group)
  }

  /// The groups of units that hang together by nets, as far as `isJoined` says so of each.
  func components(_ key: [Int]) -> [Int] {
    var group = Array(repeating: -1, count: count)
    var groups = 0
    for root in 0..<count where group[root] < 0 {
      var stack = [root]
      group[root] = groups
      while let unit = stack.popLast() {
        for index in netStart[unit]..<netStart[unit + 1] {
          for other in pins[pinStart[nets[index]]..<pinStart[nets[index] + 1]]
          where group[other] < 0 && key[other] == key[unit] {
            group[other] = groups
            stack.append(other)
          }
        }
      }
      groups += 1
    }
    return group
  }

  /// The network of a contiguous plan: its units are those of a graph, and they stand in its order.
  init(_ model: PlacementModel, contiguous graph: UnitGraph) {
    let fine = PlacementNetwork(model)
    var unitOfNode = Array(repeating: 0, count: model.graph.count)
    for (unit, nodes) in graph.units.enumerated() { for node in nodes { unitOfNode[node] = unit } }
    self.init(fine, fine.nodes.map { unitOfNode[$0[0]] })
    sources = graph.predecessors
    readers = graph.successors
  }

  private init(_ fine: PlacementNetwork, _ group: [Int]) {
    let groups = (group.max() ?? -1) + 1
    nodes = Array(repeating: [], count: groups)
    accelerator = Array(repeating: 0, count: groups)
    cpu = accelerator
    memory = accelerator
    for (unit, target) in group.enumerated() {
      nodes[target] += fine.nodes[unit]
      accelerator[target] += fine.accelerator[unit]
      cpu[target] += fine.cpu[unit]
      memory[target] += fine.memory[unit]
    }
    var netOfPins: [[Int]: Int] = [:]
    for net in fine.transfer.indices {
      join(
        Set(fine.pins[fine.pinStart[net]..<fine.pinStart[net + 1]].map { group[$0] }).sorted(),
        fine.transfer[net], &netOfPins)
    }
    index()
  }
}
