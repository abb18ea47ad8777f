internal import PartitaWorkload

/// The best share of few units among devices, by trying them all (branch and bound).
///
/// Units (colour classes, and nodes without one) are placed one after the other. A load only grows as
/// more units are placed: their times add up, and an output that is on a device's links stays there. So
/// a branch ends as soon as a load is not below the best value. Of devices that are still empty only the
/// first of its kind is tried.
struct PlacementEnumeration {
  /// More units than this are not tried.
  static let mostUnits = 12
  /// Nor more steps.
  static let mostSteps = 1_000_000

  private let model: PlacementModel
  private let units: [[Int]]
  private let deviceCount: Int
  private let accelerators: Int
  private var deviceOfNode: [Int]
  private var loads, memories: [Double]
  private var best: [Int]?
  private var threshold: Double
  private var steps = 0
  private let meter: SearchMeter

  /// The best partition below a threshold; nil where there is none.
  ///
  /// - Returns: nil also where it would take too many steps; `isComplete` tells.
  static func best(
    _ model: PlacementModel, below threshold: Double, meter: SearchMeter
  ) -> (partition: Partition?, isComplete: Bool) {
    let units = model.units
    guard units.count <= mostUnits else { return (nil, false) }
    var search = PlacementEnumeration(model, units, threshold, meter)
    search.place(0)
    guard search.steps < mostSteps else { return (nil, false) }
    return (search.best.map { search.partition($0) }, true)
  }

  private init(
    _ model: PlacementModel, _ units: [[Int]], _ threshold: Double, _ meter: SearchMeter
  ) {
    self.model = model
    self.meter = meter
    // Large units first: they fill devices soonest.
    self.units = units.sorted { one, other in
      let (first, second) = (model.time(of: one), model.time(of: other))
      return (-first, one[0]) < (-second, other[0])
    }
    accelerators = min(model.deviceLimit, units.count)
    deviceCount = accelerators + min(model.costs.cpus, units.count)
    deviceOfNode = Array(repeating: -1, count: model.graph.count)
    loads = Array(repeating: 0, count: deviceCount)
    memories = loads
    self.threshold = threshold
  }

  private mutating func place(_ index: Int) {
    guard steps < Self.mostSteps else { return }
    guard index < units.count else {
      best = deviceOfNode
      threshold = (loads.max() ?? 0) * (1 - ChainSearch.tolerance)
      return
    }
    let (loadsBefore, memoriesBefore) = (loads, memories)
    var triedEmpty = [false, false]
    for device in 0..<deviceCount {
      let kind = device < accelerators ? 0 : 1
      let isEmpty = !deviceOfNode.contains(device)
      if isEmpty, triedEmpty[kind] { continue }
      if isEmpty { triedEmpty[kind] = true }
      steps += 1
      if steps & 0xfff == 0, meter.isLate { steps = Self.mostSteps }
      for node in units[index] { deviceOfNode[node] = device }
      if count(units[index], on: device) { place(index + 1) }
      for node in units[index] { deviceOfNode[node] = -1 }
      loads = loadsBefore
      memories = memoriesBefore
    }
  }

  /// Adds what a unit costs the devices; whether all are still below the threshold.
  private mutating func count(_ unit: [Int], on device: Int) -> Bool {
    for node in unit {
      memories[device] += model.costs.memoryBytes[node]
      loads[device] +=
        device < accelerators
        ? model.costs.acceleratorMilliseconds[node] : model.costs.cpuMilliseconds[node]
    }
    if device < accelerators, memories[device] > model.memory { return false }
    var producers = Set(unit)
    for node in unit { producers.formUnion(model.graph.predecessors[node]) }
    for producer in producers.sorted() where deviceOfNode[producer] >= 0 {
      // Once with the unit and once without: the difference is the unit's doing.
      let now = users(of: producer, without: [])
      let before = users(of: producer, without: unit)
      for device in now.subtracting(before).sorted() where device < accelerators {
        loads[device] += model.costs.transferMilliseconds[producer]
      }
    }
    return loads.allSatisfy { $0 < threshold }
  }

  /// The devices whose links an output is on, among placed nodes other than some.
  private func users(of producer: Int, without unit: [Int]) -> Set<Int> {
    guard !unit.contains(producer) else { return [] }
    var devices: Set<Int> = []
    for reader in model.graph.successors[producer]
    where deviceOfNode[reader] >= 0 && !unit.contains(reader)
      && deviceOfNode[reader] != deviceOfNode[producer]
    {
      devices.insert(deviceOfNode[reader])
    }
    if !devices.isEmpty { devices.insert(deviceOfNode[producer]) }
    return devices
  }

  private func partition(_ deviceOfNode: [Int]) -> Partition {
    Partition(
      (0..<deviceCount).compactMap { device in
        let nodes = deviceOfNode.indices.filter { deviceOfNode[$0] == device }
        guard !nodes.isEmpty else { return nil }
        return Partition.Part(
          nodes: nodes, deviceKind: device < accelerators ? .accelerator : .cpu)
      })
  }
}

extension PlacementModel {
  /// Nodes that share a device: colour classes, and nodes without one, in file order.
  var units: [[Int]] {
    var units: [[Int]] = []
    var place: [Int: Int] = [:]
    for (node, color) in costs.colorClass.enumerated() {
      if let color, let known = place[color] {
        units[known].append(node)
        continue
      }
      if let color { place[color] = units.count }
      units.append([node])
    }
    return units
  }

  fileprivate func time(of unit: [Int]) -> Double {
    unit.reduce(0) { $0 + min(costs.acceleratorMilliseconds[$1], costs.cpuMilliseconds[$1]) }
  }
}
