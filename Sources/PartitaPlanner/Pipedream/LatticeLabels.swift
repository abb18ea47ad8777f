internal import PartitaWorkload

/// The fewest devices for everything behind each prefix of a lattice, in PipeDream's cost model
/// without a memory limit, if every stage costs less than a threshold.
///
/// A stage from S to S′ on r devices is below T if no border's cut is too long for r links, and
///
///     h(S′) - h(S) < rT  with  h(S) = work(S) + 4(r - 1) / (Br) · weights(S).
///
/// So for given r and a number d of devices behind, the best S′ is the one with the least h among
/// all that contain S and need no more than d; and that least h is passed down the lattice from
/// prefix to prefix: no pair of prefixes is ever looked at.
/// Complexity: O(devices² · (prefixes + covers)) for a threshold.
struct LatticeLabels {
  /// More devices than there are.
  static let none = Int32.max

  /// The fewest devices behind each row.
  private(set) var devices: [Int32]
  /// The end of each row's first stage.
  private(set) var next: [Int32]

  private let lattice: PrefixLattice
  private let facts: PipedreamFacts
  private let model: PipedreamModel
  private let threshold: Double
  // What a sweep writes.
  private var least: [Double]
  private var leastRow: [Int32]

  /// - Parameters:
  ///   - lattice: the prefixes.
  ///   - facts: of the prefixes.
  ///   - model: what stages cost.
  ///   - threshold: every stage costs less.
  ///   - meter: counts covers; where it ends the search, labels say nothing.
  init(
    _ lattice: PrefixLattice, _ facts: PipedreamFacts, _ model: PipedreamModel,
    below threshold: Double, meter: SearchMeter
  ) {
    let count = lattice.pool.count
    self.lattice = lattice
    self.facts = facts
    self.model = model
    self.threshold = threshold
    devices = Array(repeating: Self.none, count: count)
    next = Array(repeating: -1, count: count)
    least = Array(repeating: .infinity, count: count)
    leastRow = next
    devices[count - 1] = 0
    guard count > 1 else { return }
    var isInUse = Array(repeating: false, count: model.deviceLimit + 1)
    isInUse[0] = true
    for total in 1...model.deviceLimit {
      for replicas in 1...min(total, model.replicaLimit) where isInUse[total - replicas] {
        if meter.isOver { return }
        meter.spend(count + lattice.covers.count)
        if sweep(replicas: replicas, behind: Int32(total - replicas)) { isInUse[total] = true }
      }
      if devices[0] != Self.none { return }
    }
  }

  /// Labels the rows that a stage of so many replicas takes to a row with a label of at most
  /// `behind`; whether there are any.
  private mutating func sweep(replicas: Int, behind: Int32) -> Bool {
    let r = Double(replicas)
    let total = behind + Int32(replicas)
    let perByte = 4 * (r - 1) / (model.bandwidth * r)
    let room = r * threshold
    let mostCut = r * model.bandwidth * threshold / 2
    var labelled = false
    for row in (0..<devices.count).reversed() {
      var best = Double.infinity
      var bestRow: Int32 = -1
      for place in Int(lattice.firstCover[row])..<Int(lattice.firstCover[row + 1]) {
        let cover = Int(lattice.covers[place])
        if least[cover] < best {
          best = least[cover]
          bestRow = leastRow[cover]
        }
      }
      if facts.cut[row] < mostCut {
        let own = facts.work[row] + perByte * facts.weights[row]
        if devices[row] > total, best - own < room {
          devices[row] = total
          next[row] = bestRow
          labelled = true
        }
        if devices[row] <= behind, own < best {
          best = own
          bestRow = Int32(row)
        }
      }
      least[row] = best
      leastRow[row] = bestRow
    }
    return labelled
  }

  /// Whether the whole can be done below the threshold.
  var isFeasible: Bool { devices[0] != Self.none }

  /// The stages with the fewest devices; nil where there are none.
  var partition: Partition? {
    guard isFeasible else { return nil }
    var parts: [Partition.Part] = []
    var row = 0
    while next[row] >= 0 {
      let end = Int(next[row])
      parts.append(
        Partition.Part(
          nodes: lattice.pool.nodes(of: end, without: row),
          replicas: Int(devices[row] - devices[end])))
      row = end
    }
    return Partition(parts)
  }
}
