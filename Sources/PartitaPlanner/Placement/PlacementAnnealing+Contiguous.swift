internal import PartitaGraph

extension PlacementAnnealing {
  /// The most units that a border moves over at once.
  private static let mostMoved = 64

  /// One try that leaves a contiguous plan contiguous: a unit goes to another device with all that has
  /// to come along, and sometimes another one comes back. Returns the looks that it took.
  mutating func contiguousStep(_ limit: Double) -> Int {
    let unit = below(state.network.count)
    let home = state.device[unit]
    let dice = random.next()
    let target =
      dice & 7 != 0 && state.network.netCount(unit) > 0
      ? state.device[neighbor(of: unit)] : below(state.devices)
    guard target != home else { return 2 }
    moved.removeAll(keepingCapacity: true)
    guard gather(unit, to: target) else { return 4 + 2 * moved.count }
    let before = price(home) + price(target)
    for (unit, _) in moved { state.move(unit: unit, to: target) }
    if (dice >> 32) % 3 == 0 { sendBack(from: target, to: home) }
    return settle(home, target, before, limit)
  }

  /// Some unit of the target comes back, with all that has to come along.
  private mutating func sendBack(from target: Int, to home: Int) {
    let first = moved.count
    for _ in 0..<8 {
      let other = below(state.network.count)
      guard state.device[other] == target, !moved.contains(where: { $0.unit == other }) else {
        continue
      }
      if gather(other, to: home) {
        for (unit, _) in moved[first...] { state.move(unit: unit, to: home) }
      } else {
        moved.removeSubrange(first...)
      }
      return
    }
  }

  /// Adds a unit, and all of its device that would stand on the wrong side of it, to those that move;
  /// false where others are in the way.
  private mutating func gather(_ unit: Int, to target: Int) -> Bool {
    let first = moved.count
    let home = state.device[unit]
    let isForward = state.place[target] > state.place[home]
    moved.append((unit, home))
    var next = first
    while next < moved.count {
      let unit = moved[next].unit
      next += 1
      guard target >= state.accelerators || state.network.accelerator[unit] < .infinity else {
        return false
      }
      let beside = isForward ? state.network.readers[unit] : state.network.sources[unit]
      for other in beside {
        let device = state.device[other]
        if device == home {
          if !moved[first...].contains(where: { $0.unit == other }) {
            guard moved.count - first < Self.mostMoved else { return false }
            moved.append((other, home))
          }
        } else if isForward
          ? state.place[device] < state.place[target] : state.place[device] > state.place[target]
        {
          return false
        }
      }
    }
    return true
  }
}
