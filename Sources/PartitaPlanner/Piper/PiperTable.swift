internal import PartitaWorkload

/// The chain search's view of Piper's cost model: needs are devices, and replicas of all stages.
struct PiperTable: ChainTable {
  let model: PiperModel
  let pool: PrefixPool
  let work: [Double]
  let limits: PartitionCertificate.Need
  let looksOfWays = 8
  private let costs: PiperStageCosts
  /// The numbers of replicas that a stage may have, ascending.
  private let replicas: [Int]
  /// What was computed of stages; a pair of rows and a degree is looked at for many thresholds.
  private let memo: StageMemo

  private final class StageMemo {
    var stages: [Int: StageEntry] = [:]
    let sums: PiperSums
    init(_ sums: PiperSums) { self.sums = sums }
  }

  /// What is known of a stage, by the place of its number of replicas.
  private final class StageEntry {
    let stage: PiperStage?
    /// Seconds with the fastest variants, memory or not; negative while unknown.
    var least: [Double]
    /// Seconds with those that fit, by minibatches in flight.
    var bounds: [[(inFlight: Int, seconds: ClosedRange<Double>)]]

    init(_ stage: PiperStage?, replicas: Int) {
      self.stage = stage
      least = Array(repeating: -1, count: stage == nil ? 0 : replicas)
      bounds = Array(repeating: [], count: stage == nil ? 0 : replicas)
    }
  }

  /// Sorts prefixes by the least device time of their nodes.
  init(_ model: PiperModel, _ costs: PiperStageCosts, _ prefixes: PrefixPool) {
    self.model = model
    self.costs = costs
    let leastWork = model.leastDeviceSeconds
    let sums = (0..<prefixes.count).map { row in
      var sum = 0.0
      prefixes.forEachNode(of: row) { sum += leastWork[$0] }
      return sum
    }
    let sizes = (0..<prefixes.count).map(prefixes.size)
    let rows = sums.indices.sorted { (sums[$0], sizes[$0], $0) < (sums[$1], sizes[$1], $1) }
    pool = prefixes.picking(rows)
    work = rows.map { sums[$0] }
    limits = .init(devices: model.deviceLimit, others: min(model.microbatches, model.deviceLimit))
    replicas = (1...max(1, model.replicaLimit)).filter { model.microbatches % $0 == 0 }
    memo = StageMemo(PiperSums(model, costs, pool, replicas: replicas))
  }

  func leastDevices(work: Double, below threshold: Double) -> Int {
    let least = work / threshold * (1 - 1e-12)
    return least < Double(Int32.max) ? max(1, Int(least.rounded(.up))) : Int(Int32.max)
  }

  func leastOthers(devices: Int) -> Int { 1 }

  func isBorder(_ row: Int, below threshold: Double) -> Bool { true }

  private func entry(from row: Int, to next: Int, degree: Int) -> StageEntry {
    let key = (row * pool.count + next) * costs.degrees.count + degree
    if let known = memo.stages[key] { return known }
    let stage = PiperStage(model, costs, pool, from: row, to: next, degree: degree)
    let entry = StageEntry(stage, replicas: replicas.count)
    memo.stages[key] = entry
    return entry
  }

  /// Whether a stage takes less than a threshold with the fastest variants that fit.
  private func isBelow(
    _ threshold: Double, _ stage: PiperStage, _ entry: StageEntry, place: Int, inFlight: Int
  ) -> Bool {
    let count = replicas[place]
    if entry.least[place] < 0 { entry.least[place] = stage.leastSeconds(replicas: count) }
    guard entry.least[place] < threshold else { return false }
    let index = entry.bounds[place].firstIndex { $0.inFlight == inFlight }
    var bounds = index.map { entry.bounds[place][$0].seconds }
    if let bounds, bounds.lowerBound * (1 - 1e-12) >= threshold { return false }
    let isBelow = stage.isBelow(
      threshold, replicas: count, inFlight: inFlight, bounds: &bounds)
    if let bounds {
      if let index {
        entry.bounds[place][index].seconds = bounds
      } else {
        entry.bounds[place].append((inFlight, bounds))
      }
    }
    return isBelow
  }

  /// For each degree the least number of replicas that does: more of them only take more.
  func ways(
    from row: Int, to next: Int, below threshold: Double, behind: PartitionCertificate.Need,
    _ body: (StageWay) -> Void
  ) {
    for (index, degree) in costs.degrees.enumerated() {
      guard behind.devices + degree <= limits.devices else { continue }
      let work = work[next] - work[row]
      let least = leastDevices(work: work, below: threshold) / degree
      var known: StageEntry?
      for (place, count) in replicas.enumerated() where count >= least {
        guard behind.devices + count * degree <= limits.devices,
          behind.others + count <= limits.others
        else { break }
        let inFlight = (behind.others + count + count - 1) / count
        // Sums of prefixes say of most stages that they are too slow or too large.
        guard
          memo.sums.mayFit(
            from: row, to: next, degree: index, place: place, inFlight: inFlight,
            below: threshold)
        else { continue }
        let entry = known ?? entry(from: row, to: next, degree: index)
        known = entry
        guard let stage = entry.stage else { break }
        guard isBelow(threshold, stage, entry, place: place, inFlight: inFlight) else { continue }
        body(StageWay(need: .init(devices: count * degree, others: count), code: index))
        break
      }
    }
  }

  func part(
    from row: Int, to next: Int, _ way: StageWay, behind: PartitionCertificate.Need
  ) -> Partition.Part {
    let count = way.need.others
    let nodes = pool.nodes(of: next, without: row)
    var part = Partition.Part(
      nodes: nodes, replicas: count, tensorDegree: costs.degrees[way.code])
    if let stage = PiperStage(model, costs, pool, from: row, to: next, degree: way.code) {
      part.variants = stage.fastestVariants(
        replicas: count, inFlight: (behind.others + count + count - 1) / count)
    }
    return part
  }
}

extension PiperModel {
  /// The least device seconds of each node: over its variants, degree times seconds.
  var leastDeviceSeconds: [Double] {
    costs.variants.map { variants in
      variants.reduce(.infinity) { min($0, Double($1.tensorDegree) * $1.seconds) }
    }
  }
}
