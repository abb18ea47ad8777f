internal import PartitaWorkload

/// What the nodes before each prefix take at least, added up once for each way to run them: a
/// difference of two sums is a bound on a stage that takes no look at its nodes.
final class PiperSums {
  private let model: PiperModel
  private let costs: PiperStageCosts
  private let pool: PrefixPool
  private let replicas: [Int]
  /// By degree: nodes before each row that have no variant of it; and by replicas or minibatches in
  /// flight, too, seconds and bytes. Empty while unknown.
  private var missing: [[Double]]
  private var seconds, bytes: [[[Double]]]

  /// - Parameters:
  ///   - model: what stages cost.
  ///   - costs: what nodes cost.
  ///   - pool: the prefixes.
  ///   - replicas: the numbers of replicas that a stage may have.
  init(_ model: PiperModel, _ costs: PiperStageCosts, _ pool: PrefixPool, replicas: [Int]) {
    self.model = model
    self.costs = costs
    self.pool = pool
    self.replicas = replicas
    missing = Array(repeating: [], count: costs.degrees.count)
    seconds = Array(
      repeating: Array(repeating: [], count: replicas.count), count: costs.degrees.count)
    bytes = Array(repeating: [], count: costs.degrees.count)
  }

  /// False where a stage surely takes the threshold or more, or more than a device's memory; `place` is
  /// that of its number of replicas.
  func mayFit(
    from row: Int, to next: Int, degree: Int, place: Int, inFlight: Int, below threshold: Double
  ) -> Bool {
    if missing[degree].isEmpty {
      missing[degree] = sums { costs.kinds[degree][$0] < 0 ? 1 : 0 }
    }
    guard missing[degree][row] == missing[degree][next] else { return false }
    let last = pool.count - 1
    if seconds[degree][place].isEmpty {
      seconds[degree][place] = sums(degree) { $0.seconds(replicas: replicas[place], model) }
    }
    let time = seconds[degree][place][next] - seconds[degree][place][row]
    guard time < threshold + 1e-12 * seconds[degree][place][last] else { return false }
    while bytes[degree].count <= inFlight { bytes[degree].append([]) }
    if bytes[degree][inFlight].isEmpty {
      bytes[degree][inFlight] = sums(degree) { $0.perMicrobatch * Double(inFlight) + $0.besides }
    }
    let size = bytes[degree][inFlight][next] - bytes[degree][inFlight][row]
    return size <= model.memory + 1e-12 * (model.memory + bytes[degree][inFlight][last])
  }

  private func sums(_ degree: Int, _ cost: (PiperChoice) -> Double) -> [Double] {
    let least = costs.choices[degree].map { $0.reduce(.infinity) { min($0, cost($1)) } }
    let kinds = costs.kinds[degree]
    return sums { kinds[$0] < 0 ? 0 : least[Int(kinds[$0])] }
  }

  private func sums(_ cost: (Int) -> Double) -> [Double] {
    (0..<pool.count).map { row in
      var sum = 0.0
      pool.forEachNode(of: row) { sum += cost($0) }
      return sum
    }
  }
}
