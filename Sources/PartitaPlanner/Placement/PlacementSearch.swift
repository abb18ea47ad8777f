internal import PartitaGraph
internal import PartitaWorkload

/// A search for placements that need not be contiguous.
///
/// A population of placements: contiguous ones, and annealed ones from random starts. Two of them are
/// combined by merging the units that hang together in both, annealing the few that are left, and then
/// all units from there, less hot: what both parents agree on stays together, what they differ in is
/// searched (partition crossover; Whitley, Hains and Howe 2009).
struct PlacementSearch {
  private static let mostMembers = 8

  private let model: PlacementModel
  private let network: PlacementNetwork
  private let orders: [[Int]]
  /// More of them than units are of no use.
  private let accelerators: Int

  init(_ model: PlacementModel) {
    self.model = model
    network = PlacementNetwork(model)
    accelerators = min(model.deviceLimit, network.count)
    orders = network.orders(of: model.graph)
  }

  private struct Member {
    let value: Double
    let devices: [Int]
  }

  /// The best legal placement that was found; nil where none was.
  ///
  /// - Parameters:
  ///   - starts: placements to begin with.
  ///   - seed: of all that is drawn.
  ///   - meter: says how much work there is, and ends the search.
  func improve(from starts: [Partition], seed: UInt64, meter: SearchMeter) -> Partition? {
    var members: [Member] = []
    func add(_ value: Double, _ devices: [Int]) {
      guard value < .infinity else { return }
      if members.contains(where: { abs($0.value - value) < 1e-9 * value }) { return }
      members.append(Member(value: value, devices: devices))
      members.sort { $0.value < $1.value }
      if members.count > Self.mostMembers { members.removeLast() }
    }
    guard network.fits(accelerators: accelerators, cpus: model.costs.cpus) else { return nil }
    var random = SplitMix64(seed: seed)
    var annealing = PlacementAnnealing(state(network), orders: orders, seed: random.next())
    // Short runs first, so that a search that is ended early has seen more than one place.
    let longest = max(20_000 * looksOfStep(network), meter.left / 24)
    var fresh = min(longest, 20_000 * looksOfStep(network))
    for start in starts where !meter.isOver {
      let devices = network.devices(of: start, accelerators: accelerators)
      annealing.run(from: devices, hot: 0.01, cold: 0.0005, looks: fresh, meter: meter)
      add(annealing.value, annealing.best)
    }
    var round = 0
    while !meter.isOver {
      round += 1
      if round % 3 == 1 { fresh = min(longest, fresh * 3 / 2) }
      if round % 3 == 1 || members.count < 2 {
        annealing.run(
          from: annealing.anything(), hot: 0.2, cold: 0.001, looks: fresh, meter: meter)
        add(annealing.value, annealing.best)
        continue
      }
      // One of the best with any other.
      let one = Int(random.next() % UInt64((members.count + 1) / 2))
      var other = Int(random.next() % UInt64(members.count - 1))
      if other >= one { other += 1 }
      let (first, second) = (members[min(one, other)], members[max(one, other)])
      combine(first.devices, second.devices, &annealing, &random, fresh, meter, add)
    }
    return members.first.map {
      network.partition($0.devices, accelerators: accelerators, cpus: model.costs.cpus)
    }
  }

  /// Anneals what two placements differ in, then everything.
  private func combine(
    _ first: [Int], _ second: [Int], _ annealing: inout PlacementAnnealing,
    _ random: inout SplitMix64, _ most: Int, _ meter: SearchMeter,
    _ add: (Double, [Int]) -> Void
  ) {
    let groups = network.components(zip(first, second).map { $0 << 20 + $1 })
    let coarse = network.contracted(groups)
    meter.spend(4 * network.pins.count)
    var start = Array(repeating: 0, count: coarse.count)
    for (unit, group) in groups.enumerated() { start[group] = first[unit] }
    var devices = first
    if coarse.count > 2 {
      let orders = orders.map { order in
        var seen = Array(repeating: false, count: coarse.count)
        return order.map { groups[$0] }.filter { group in
          defer { seen[group] = true }
          return !seen[group]
        }
      }
      var small = PlacementAnnealing(state(coarse), orders: orders, seed: random.next())
      small.run(
        from: start, hot: 0.1, cold: 0.001,
        looks: min(most, 2_000 * coarse.count * looksOfStep(coarse)), meter: meter)
      devices = groups.map { small.best[$0] }
    }
    annealing.run(
      from: devices, hot: 0.01, cold: 0.0005,
      looks: min(most, 4_000 * network.count * looksOfStep(network)), meter: meter)
    add(annealing.value, annealing.best)
  }

  /// About the looks of one step.
  private func looksOfStep(_ network: PlacementNetwork) -> Int {
    6 + 2 * network.nets.count / max(1, network.count)
  }

  private func state(_ network: PlacementNetwork) -> PlacementState {
    PlacementState(
      network, accelerators: accelerators, cpus: model.costs.cpus, memoryLimit: model.memory)
  }
}
