/// A placement in the middle of a search, with what it takes to price a move in O(nets of the unit).
struct PlacementState {
  let network: PlacementNetwork
  /// Accelerators come first, then CPUs.
  let accelerators: Int
  let devices: Int
  let memoryLimit: Double
  /// Whether no unit may stand behind one that reads it.
  var isContiguous: Bool { !network.readers.isEmpty }
  /// Where each device stands in a contiguous plan.
  var place: [Int]
  /// The device of each unit.
  private(set) var device: [Int]
  /// Milliseconds and bytes of each device.
  private(set) var load: [Double]
  private(set) var memory: [Double]
  /// How many units of a net are on a device: `pinsOn[net * devices + device]`.
  private var pinsOn: [Int32]
  /// On how many devices each net is.
  private var spread: [Int32]

  /// All units on the first device.
  init(_ network: PlacementNetwork, accelerators: Int, cpus: Int, memoryLimit: Double) {
    self.network = network
    self.accelerators = accelerators
    self.memoryLimit = memoryLimit
    devices = accelerators + cpus
    place = Array(0..<devices)
    device = Array(repeating: 0, count: network.count)
    load = Array(repeating: 0, count: devices)
    memory = load
    pinsOn = Array(repeating: 0, count: network.transfer.count * devices)
    spread = Array(repeating: 0, count: network.transfer.count)
    reload(device)
  }

  /// The load of the busiest device; infinite where memory is short.
  var value: Double {
    for index in 0..<accelerators where memory[index] > memoryLimit { return .infinity }
    return load.max() ?? 0
  }

  /// Whether a unit can run on a device at all.
  @inline(__always)
  func allows(_ unit: Int, on target: Int) -> Bool {
    target >= accelerators || network.accelerator[unit] < .infinity
  }

  /// Starts anew from another placement; this also forgets what rounding added up.
  mutating func reload(_ device: [Int]) {
    self.device = device
    for index in load.indices {
      load[index] = 0
      memory[index] = 0
    }
    for index in pinsOn.indices { pinsOn[index] = 0 }
    for (unit, home) in device.enumerated() {
      load[home] += home < accelerators ? network.accelerator[unit] : network.cpu[unit]
      memory[home] += network.memory[unit]
      for index in network.netStart[unit]..<network.netStart[unit + 1] {
        pinsOn[network.nets[index] * devices + home] += 1
      }
    }
    for net in spread.indices {
      spread[net] = 0
      for home in 0..<devices where pinsOn[net * devices + home] > 0 { spread[net] += 1 }
      guard spread[net] > 1 else { continue }
      for home in 0..<accelerators where pinsOn[net * devices + home] > 0 {
        load[home] += network.transfer[net]
      }
    }
  }

  /// What a move would add to the loads of the device left and of the one entered; no other changes.
  @inline(__always)
  func change(unit: Int, to target: Int) -> (left: Double, entered: Double) {
    let home = device[unit]
    var left = 0.0
    var entered = 0.0
    for index in network.netStart[unit]..<network.netStart[unit + 1] {
      let net = network.nets[index]
      let transfer = network.transfer[net]
      let here = pinsOn[net * devices + home]
      let there = pinsOn[net * devices + target]
      if spread[net] == 1 {
        left += transfer
        entered += transfer
      } else {
        if here == 1 { left -= transfer }
        if there == 0 {
          entered += transfer
        } else if here == 1 && spread[net] == 2 {
          entered -= transfer
        }
      }
    }
    left = home < accelerators ? left - network.accelerator[unit] : -network.cpu[unit]
    entered = target < accelerators ? entered + network.accelerator[unit] : network.cpu[unit]
    return (left, entered)
  }

  /// Moves a unit; `change` is what `change(unit:to:)` says.
  @inline(__always)
  mutating func move(unit: Int, to target: Int, change: (left: Double, entered: Double)) {
    let home = device[unit]
    device[unit] = target
    load[home] += change.left
    load[target] += change.entered
    memory[home] -= network.memory[unit]
    memory[target] += network.memory[unit]
    for index in network.netStart[unit]..<network.netStart[unit + 1] {
      let net = network.nets[index]
      pinsOn[net * devices + home] -= 1
      if pinsOn[net * devices + home] == 0 { spread[net] -= 1 }
      if pinsOn[net * devices + target] == 0 { spread[net] += 1 }
      pinsOn[net * devices + target] += 1
    }
  }

  /// Moves a unit.
  @inline(__always)
  mutating func move(unit: Int, to target: Int) {
    move(unit: unit, to: target, change: change(unit: unit, to: target))
  }
}
