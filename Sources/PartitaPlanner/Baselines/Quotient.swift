/// Units shared out among parts, and the parts' order.
struct Quotient {
  private let units: PartitionUnits
  /// The part of each unit; parts are numbered by the mean place of their units in the order, and none
  /// is empty.
  private let partOfUnit: [Int]
  private let partCount: Int

  init(_ units: PartitionUnits, partOfUnit: [Int]) {
    self.units = units
    var sums: [Int: (places: Int, count: Int)] = [:]
    for (place, unit) in units.order.enumerated() {
      let sum = sums[partOfUnit[unit], default: (0, 0)]
      sums[partOfUnit[unit]] = (sum.places + place, sum.count + 1)
    }
    func place(_ part: Int) -> Double {
      sums[part].map { Double($0.places) / Double($0.count) } ?? 0
    }
    let parts = sums.keys.sorted { (place($0), $0) < (place($1), $1) }
    var number: [Int: Int] = [:]
    for (index, part) in parts.enumerated() { number[part] = index }
    self.partOfUnit = partOfUnit.map { number[$0] ?? 0 }
    partCount = parts.count
  }

  /// Who of the parts reads whom.
  private var successors: [[Int]] {
    var successors = Array(repeating: Set<Int>(), count: partCount)
    for unit in partOfUnit.indices {
      for reader in units.successors[unit] where partOfUnit[reader] != partOfUnit[unit] {
        successors[partOfUnit[unit]].insert(partOfUnit[reader])
      }
    }
    return successors.map { $0.sorted() }
  }

  /// Whether the parts have an order in which none reads a later one.
  var isChain: Bool { Set(StrongComponents.find(successors)).count == partCount }

  /// The nodes of each part, in an order if there is one.
  var blocks: [[Int]] {
    let place = StrongComponents.find(successors)
    let parts = (0..<partCount).sorted { (place[$0], $0) < (place[$1], $1) }
    var nodes = Array(repeating: [Int](), count: partCount)
    for (unit, part) in partOfUnit.enumerated() { nodes[part] += units.members[unit] }
    return parts.map { nodes[$0].sorted() }
  }

  /// Parts that read each other in a circle merged.
  var merged: Quotient {
    let component = StrongComponents.find(successors)
    return Quotient(units, partOfUnit: partOfUnit.map { component[$0] })
  }

  /// Each unit in the latest part of those that it depends on and its own.
  var sweptForward: Quotient {
    var part = partOfUnit
    for unit in units.order {
      for reader in units.successors[unit] { part[reader] = max(part[reader], part[unit]) }
    }
    return Quotient(units, partOfUnit: part)
  }

  /// Each unit in the earliest part of those that depend on it and its own.
  var sweptBackward: Quotient {
    var part = partOfUnit
    for unit in units.order.reversed() {
      for source in units.predecessors[unit] { part[source] = min(part[source], part[unit]) }
    }
    return Quotient(units, partOfUnit: part)
  }
}
