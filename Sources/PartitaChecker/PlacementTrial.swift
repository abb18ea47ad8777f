internal import PartitaWorkload

extension CheckedPlacement {
  /// Tries all splits among the devices.
  func proveByTrying(below threshold: Double) throws(WorkloadError) {
    var trial = PlacementTrial(self, threshold: strict(threshold))
    switch trial.findsSplit() {
    case .some(true):
      throw .invalid(
        place: "certificate", problem: "there is a split below the threshold \(threshold)")
    case .some(false): return
    case .none:
      throw .invalid(
        place: "certificate", problem: "there are too many splits to try them all")
    }
  }
}

/// Colour class after colour class is put on each device that it can be on; of devices that are
/// still empty and of one kind, on the first.
///
/// What is placed loads the devices whatever follows: a device never loses work or transfers.
struct PlacementTrial {
  private let model: CheckedPlacement
  private let threshold: Double
  /// The large ones first, so that what can't be is left early.
  private let classes: [[Int]]
  private let accelerators, devices: Int
  private var device: [Int]
  private var loads, memories: [Double]
  private var steps = 0

  init(_ model: CheckedPlacement, threshold: Double) {
    self.model = model
    self.threshold = threshold
    let costs = model.costs
    let groups = model.colorGroups
    let work = groups.map { group in
      group.reduce(0) { $0 + min(costs.acceleratorMilliseconds[$1], costs.cpuMilliseconds[$1]) }
    }
    classes = groups.indices.sorted { (work[$0], $1) > (work[$1], $0) }.map { groups[$0] }
    // More devices than classes stay empty.
    accelerators = min(model.devices, groups.count)
    devices = accelerators + min(costs.cpus, groups.count)
    device = Array(repeating: -1, count: model.graph.count)
    loads = Array(repeating: 0, count: devices)
    memories = loads
  }

  /// Whether a split costs less than the threshold; nil if that takes too long to find out.
  mutating func findsSplit() -> Bool? {
    let found = findsSplit(from: 0, usedAccelerators: 0, usedCPUs: 0)
    return steps > Self.mostSteps ? nil : found
  }

  /// A step weighs the whole graph.
  private static let mostSteps = PartitionChecker.mostSteps / 100

  private mutating func findsSplit(from index: Int, usedAccelerators: Int, usedCPUs: Int) -> Bool {
    steps += 1
    guard steps <= Self.mostSteps else { return true }
    guard index < classes.count else {
      return !model.isContiguous || model.standsInARow(device, count: devices)
    }
    let choices =
      Array(0..<min(usedAccelerators + 1, accelerators))
      + Array(accelerators..<min(accelerators + usedCPUs + 1, devices))
    for choice in choices {
      for node in classes[index] { device[node] = choice }
      weigh()
      if zip(loads, memories).allSatisfy({ $0 < threshold && $1 <= model.memory }) {
        let isCPU = choice >= accelerators
        let isNew = choice == (isCPU ? accelerators + usedCPUs : usedAccelerators)
        let found = findsSplit(
          from: index + 1, usedAccelerators: usedAccelerators + (isNew && !isCPU ? 1 : 0),
          usedCPUs: usedCPUs + (isNew && isCPU ? 1 : 0))
        if found { return true }
      }
    }
    for node in classes[index] { device[node] = -1 }
    return false
  }

  /// What the devices have for sure with what is placed.
  private mutating func weigh() {
    let costs = model.costs
    for index in 0..<devices {
      loads[index] = 0
      memories[index] = 0
    }
    for node in device.indices where device[node] >= 0 {
      let home = device[node]
      let isCPU = home >= accelerators
      loads[home] += isCPU ? costs.cpuMilliseconds[node] : costs.acceleratorMilliseconds[node]
      if !isCPU { memories[home] += costs.memoryBytes[node] }
      var hasSent = false
      let readers = model.graph.successors[node]
      for (position, reader) in readers.enumerated() {
        let other = device[reader]
        guard other >= 0, other != home else { continue }
        if !hasSent, !isCPU { loads[home] += costs.transferMilliseconds[node] }
        hasSent = true
        // Each device receives an output once.
        if other < accelerators, !readers[..<position].contains(where: { device[$0] == other }) {
          loads[other] += costs.transferMilliseconds[node]
        }
      }
    }
  }
}
