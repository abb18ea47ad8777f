internal import PartitaGraph
internal import PartitaWorkload

/// A search for placements that need not be contiguous.
///
/// A population of placements: contiguous ones, and annealed ones from random starts. Two of them are
/// combined by merging the units that hang together in both, annealing the few that are left, and then
/// all units from there, less hot: what both parents agree on stays together, what they differ in is
/// searched (partition crossover; Whitley, Hains and Howe 2009).
struct PlacementSearch {
  /// Steps that are taken for each second of the budget; about a third of what a machine does.
  static let stepsPerSecond = 4_000_000.0
  private static let mostMembers = 8

  private let model: PlacementModel
  private let network: PlacementNetwork
  private let orders: [[Int]]

  init(_ model: PlacementModel) {
    self.model = model
    network = PlacementNetwork(model)
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
  ///   - seconds: what the steps are counted by.
  ///   - isOver: ends the search.
  func improve(
    from starts: [Partition], seconds: Double, seed: UInt64, isOver: () -> Bool
  ) -> Partition? {
    var members: [Member] = []
    func add(_ value: Double, _ devices: [Int]) {
      guard value < .infinity else { return }
      if members.contains(where: { abs($0.value - value) < 1e-9 * value }) { return }
      members.append(Member(value: value, devices: devices))
      members.sort { $0.value < $1.value }
      if members.count > Self.mostMembers { members.removeLast() }
    }
    var random = SplitMix64(seed: seed)
    var annealing = PlacementAnnealing(state(network), orders: orders, seed: random.next())
    var left = Int(seconds * Self.stepsPerSecond)
    let fresh = max(20_000, left / 24)
    for start in starts {
      let devices = network.devices(of: start, accelerators: model.deviceLimit)
      left -= annealing.run(from: devices, hot: 0.01, cold: 0.0005, steps: fresh, isOver: isOver)
      add(annealing.value, annealing.best)
    }
    var round = 0
    while left > 0, !isOver() {
      round += 1
      if round % 3 == 1 || members.count < 2 {
        left -= annealing.run(
          from: annealing.anything(), hot: 0.2, cold: 0.001, steps: fresh, isOver: isOver)
        add(annealing.value, annealing.best)
        continue
      }
      // One of the best with any other.
      let one = Int(random.next() % UInt64((members.count + 1) / 2))
      var other = Int(random.next() % UInt64(members.count - 1))
      if other >= one { other += 1 }
      let (first, second) = (members[min(one, other)], members[max(one, other)])
      left -= combine(first.devices, second.devices, &annealing, &random, fresh, isOver, add)
    }
    return members.first.map { partition($0.devices) }
  }

  /// Anneals what two placements differ in, then everything.
  private func combine(
    _ first: [Int], _ second: [Int], _ annealing: inout PlacementAnnealing,
    _ random: inout SplitMix64, _ steps: Int, _ isOver: () -> Bool,
    _ add: (Double, [Int]) -> Void
  ) -> Int {
    let groups = network.components(zip(first, second).map { $0 * 1_000 + $1 })
    let coarse = network.contracted(groups)
    var start = Array(repeating: 0, count: coarse.count)
    for (unit, group) in groups.enumerated() { start[group] = first[unit] }
    var taken = 1
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
      taken += small.run(
        from: start, hot: 0.1, cold: 0.001, steps: min(steps, 2_000 * coarse.count),
        isOver: isOver)
      devices = groups.map { small.best[$0] }
    }
    taken += annealing.run(
      from: devices, hot: 0.01, cold: 0.0005, steps: min(steps, 4_000 * network.count),
      isOver: isOver)
    add(annealing.value, annealing.best)
    return taken
  }

  private func state(_ network: PlacementNetwork) -> PlacementState {
    PlacementState(
      network, accelerators: model.deviceLimit, cpus: model.costs.cpus, memoryLimit: model.memory)
  }

  private func partition(_ devices: [Int]) -> Partition {
    Partition(
      (0..<model.deviceLimit + model.costs.cpus).compactMap { device in
        let nodes = devices.indices.flatMap { devices[$0] == device ? network.nodes[$0] : [] }
        guard !nodes.isEmpty else { return nil }
        return Partition.Part(
          nodes: nodes.sorted(), deviceKind: device < model.deviceLimit ? .accelerator : .cpu)
      })
  }
}
