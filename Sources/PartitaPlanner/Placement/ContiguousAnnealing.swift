internal import PartitaGraph
internal import PartitaWorkload

/// Anneals contiguous plans: parts in a row, between which whole tails of units move.
struct ContiguousAnnealing {
  private let model: PlacementModel
  private let network: PlacementNetwork
  private let graph: UnitGraph
  /// More of them than units are of no use.
  private let accelerators: Int

  init(_ model: PlacementModel) {
    self.model = model
    graph =
      ContiguousPlacement(
        model: model, meter: SearchMeter(.unlimited, until: 1), bound: 0
      ).coarsening.finest
    network = PlacementNetwork(model, contiguous: graph)
    accelerators = min(model.deviceLimit, network.count)
  }

  /// A better plan; nil where none was found.
  func improve(_ start: Partition, seed: UInt64, meter: SearchMeter) -> Partition? {
    guard network.count > 1, accelerators + model.costs.cpus > 1,
      network.fits(accelerators: accelerators, cpus: model.costs.cpus)
    else { return nil }
    var random = SplitMix64(seed: seed)
    let state = PlacementState(
      network, accelerators: accelerators, cpus: model.costs.cpus, memoryLimit: model.memory)
    var annealing = PlacementAnnealing(state, orders: graph.orders, seed: random.next())
    let first = network.devices(of: start, accelerators: accelerators)
    var best = first
    var value = Double.infinity
    annealing.state.place = places(first)
    let looks = max(100_000, meter.left / 8)
    let heats = [0.005, 0.05, 0.01, 0.2, 0.02]
    var round = 0
    while !meter.isOver {
      annealing.run(
        from: best, hot: heats[round % heats.count], cold: 0.0005,
        looks: min(looks, max(1, meter.left)), meter: meter)
      round += 1
      if annealing.value < value { (value, best) = (annealing.value, annealing.best) }
    }
    guard value < .infinity else { return nil }
    let partition = network.partition(best, accelerators: accelerators, cpus: model.costs.cpus)
    guard let found = try? model.value(of: partition),
      let known = try? model.value(of: start), found < known
    else { return nil }
    return partition
  }

  /// Where each device stands: as its units do; those without units behind all others.
  private func places(_ deviceOfUnit: [Int]) -> [Int] {
    let count = accelerators + model.costs.cpus
    var successors = Array(repeating: Set<Int>(), count: count)
    var predecessors = successors
    for (unit, readers) in graph.successors.enumerated() {
      for reader in readers where deviceOfUnit[reader] != deviceOfUnit[unit] {
        successors[deviceOfUnit[unit]].insert(deviceOfUnit[reader])
        predecessors[deviceOfUnit[reader]].insert(deviceOfUnit[unit])
      }
    }
    var isUsed = Array(repeating: false, count: count)
    for device in deviceOfUnit { isUsed[device] = true }
    let order = WorkloadGraph.order(
      successors.map { $0.sorted() }, predecessors.map { $0.sorted() }
    ) { isUsed[$0] ? 0 : 1 }
    var places = Array(0..<count)
    for (place, device) in order.enumerated() { places[device] = place }
    return places
  }
}
