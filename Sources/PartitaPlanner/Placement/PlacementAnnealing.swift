internal import PartitaGraph

/// Simulated annealing of placements (Kirkpatrick, Gelatt and Vecchi 1983).
///
/// The price of a placement is the sum over devices of a high power of the load: close to the largest
/// load, but it also tells when the others come nearer to it. Moves are of one unit, of two that change
/// places, of some that hang together, and of a run of an order; most go to where a neighbour is.
struct PlacementAnnealing {
  /// Loads are taken to this power.
  private static let power = 16.0

  var state: PlacementState
  /// The best placement so far, and its largest load.
  private(set) var best: [Int]
  private(set) var value = Double.infinity
  private let orders: [[Int]]
  private let places: [[Int]]
  var random: SplitMix64
  /// One over the load that the power is taken of.
  private var scale = 1.0
  var moved: [(unit: Int, from: Int)] = []

  /// - Parameter orders: orders of the units in which neighbours are near to each other.
  init(_ state: PlacementState, orders: [[Int]], seed: UInt64) {
    self.state = state
    self.orders = orders
    places = orders.map { order in
      var place = order
      for (index, unit) in order.enumerated() { place[unit] = index }
      return place
    }
    random = SplitMix64(seed: seed)
    best = state.device
  }

  /// Anneals from a placement.
  ///
  /// - Parameters:
  ///   - start: the device of each unit.
  ///   - hot: the first temperature, as a share of the price of a balanced device.
  ///   - cold: the last one.
  ///   - looks: how much work it takes: looks at nets of units, and at units.
  ///   - meter: counts the looks, and may end it.
  mutating func run(
    from start: [Int], hot: Double, cold: Double, looks: Int, meter: SearchMeter
  ) {
    state.reload(start)
    best = start
    value = state.value
    let blocks = 400
    // The block's share of the way from hot to cold, without a logarithm.
    let factor = Self.root(cold / hot, blocks)
    var temperature = hot * Self.power
    var taken = 0
    for block in 1...blocks where !meter.isOver {
      scale = 1 / max(state.load.max() ?? 1, 1e-300)
      let stop = looks * block / blocks
      let before = taken
      while taken < stop { taken += step(temperature / 8) }
      meter.spend(taken - before)
      temperature *= factor
      state.reload(state.device)
    }
  }

  /// The number that to a power gives a share, by halving.
  private static func root(_ share: Double, _ power: Int) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      var product = 1.0
      for _ in 0..<power { product *= middle }
      if product < share { low = middle } else { high = middle }
    }
    return low
  }

  mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: ((random.next() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
  }

  /// A placement that nobody thought about.
  mutating func anything() -> [Int] {
    (0..<state.network.count).map { unit in
      state.allows(unit, on: 0)
        ? below(state.devices)
        : state.accelerators + below(max(1, state.devices - state.accelerators))
    }
  }

  private func price(_ load: Double, _ memory: Double, _ device: Int) -> Double {
    var price = load * scale
    for _ in 0..<4 { price *= price }
    if device < state.accelerators, memory > state.memoryLimit {
      price += 100 * (memory / state.memoryLimit)
    }
    return price
  }

  func price(_ device: Int) -> Double {
    price(state.load[device], state.memory[device], device)
  }

  /// Whether a change is taken: with probability about exp(-change / temperature), by (1 + x / 8)⁻⁸.
  private mutating func accepts(_ change: Double, _ limit: Double) -> Bool {
    if change <= 0 { return true }
    var share = 1 + change / limit
    share *= share
    share *= share
    share *= share
    return share * random.unit() < 1
  }

  /// One try; returns the looks that it took.
  private mutating func step(_ limit: Double) -> Int {
    if state.isContiguous { return contiguousStep(limit) }
    let unit = below(state.network.count)
    let home = state.device[unit]
    let dice = random.next()
    let target =
      dice & 7 != 0 && state.network.netStart[unit + 1] > state.network.netStart[unit]
      ? state.device[neighbor(of: unit)] : below(state.devices)
    guard target != home, state.allows(unit, on: target) else { return 2 }
    let nets = state.network.netCount(unit)
    let kind = (dice >> 32) % 10
    if kind < 4 {
      let change = state.change(unit: unit, to: target)
      let bytes = state.network.memory[unit]
      let difference =
        price(state.load[home] + change.left, state.memory[home] - bytes, home)
        + price(state.load[target] + change.entered, state.memory[target] + bytes, target)
        - price(home) - price(target)
      guard accepts(difference, limit) else { return 4 + nets }
      state.move(unit: unit, to: target, change: change)
      note(home, target)
      return 4 + 2 * nets
    }
    let before = price(home) + price(target)
    moved.removeAll(keepingCapacity: true)
    shift(unit, to: target)
    switch kind {
    case 4, 5: exchange(unit, home, target)
    case 6, 7: moveCluster(of: unit, home, target)
    default: moveRun(of: unit, home, target)
    }
    return settle(home, target, before, limit)
  }

  /// Keeps what was moved, or takes it back; returns the looks that it took.
  mutating func settle(_ home: Int, _ target: Int, _ before: Double, _ limit: Double) -> Int {
    var looks = moved.reduce(4) { $0 + 4 + 2 * state.network.netCount($1.unit) }
    if accepts(price(home) + price(target) - before, limit) {
      note(home, target)
    } else {
      looks *= 2
      for index in moved.indices.reversed() {
        state.move(unit: moved[index].unit, to: moved[index].from)
      }
    }
    return looks
  }

  /// Keeps the placement where it is the best one so far.
  private mutating func note(_ home: Int, _ target: Int) {
    guard state.load[home] < value, state.load[target] < value else { return }
    let now = state.value
    if now < value {
      value = now
      best = state.device
    }
  }

  mutating func shift(_ unit: Int, to target: Int) {
    moved.append((unit, state.device[unit]))
    state.move(unit: unit, to: target)
  }

  /// Some unit of the target comes back.
  private mutating func exchange(_ unit: Int, _ home: Int, _ target: Int) {
    for _ in 0..<8 {
      let other = below(state.network.count)
      if state.device[other] == target, other != unit, state.allows(other, on: home) {
        shift(other, to: home)
        return
      }
    }
  }

  /// Units that hang together with the first one come along.
  private mutating func moveCluster(of unit: Int, _ home: Int, _ target: Int) {
    let size = 1 + below(random.next() & 1 == 0 ? 4 : 16)
    var current = unit
    for _ in 0..<2 * size
    where state.network.netStart[current + 1] > state.network.netStart[current] {
      let other = neighbor(of: current)
      if state.device[other] == home, state.allows(other, on: target) {
        shift(other, to: target)
        if moved.count > size { return }
        current = other
      } else if state.device[other] == target {
        current = other
      }
    }
  }

  /// Units near to the first one in an order come along.
  private mutating func moveRun(of unit: Int, _ home: Int, _ target: Int) {
    let order = below(orders.count)
    let longest = 1 << (1 + below(6))
    var left = 1 + below(longest)
    let direction = random.next() & 1 == 0 ? 1 : -1
    var skipped = 0
    var place = places[order][unit] + direction
    while left > 0, skipped < 8, orders[order].indices.contains(place) {
      let other = orders[order][place]
      if state.device[other] == home, state.allows(other, on: target) {
        shift(other, to: target)
        left -= 1
        skipped = 0
      } else {
        skipped += 1
      }
      place += direction
    }
  }

  mutating func neighbor(of unit: Int) -> Int {
    let network = state.network
    let first = network.netStart[unit]
    let net = network.nets[first + below(network.netStart[unit + 1] - first)]
    let start = network.pinStart[net]
    return network.pins[start + below(network.pinStart[net + 1] - start)]
  }
}
