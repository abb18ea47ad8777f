internal import PartitaWorkload

/// The chain search's view of PipeDream's cost model.
struct PipedreamTable: ChainTable {
  let model: PipedreamModel
  let pool: PrefixPool
  let work: [Double]
  let limits: PartitionCertificate.Need
  let looksOfWays = 1
  /// Bytes before each prefix: of weights, of weights and outputs.
  private let weights, bytes: [Double]
  /// Bytes that cross each prefix's border.
  private let cut: [Double]

  /// Sorts prefixes by their work, without those that can't be borders below a value; nil where the
  /// meter ends it.
  ///
  /// Complexity: O(prefixes · (nodes + edges)).
  init?(
    _ model: PipedreamModel, _ prefixes: PrefixPool, below threshold: Double = .infinity,
    meter: SearchMeter
  ) {
    guard let facts = PipedreamFacts(prefixes, model, meter: meter) else { return nil }
    self.model = model
    let sizes = (0..<prefixes.count).map(prefixes.size)
    let rows = sizes.indices.filter {
      sizes[$0] == 0 || sizes[$0] == model.graph.count
        || model.allowsBorder(carrying: facts.cut[$0], below: threshold)
    }.sorted { (facts.work[$0], sizes[$0], $0) < (facts.work[$1], sizes[$1], $1) }
    pool = prefixes.picking(rows)
    work = rows.map { facts.work[$0] }
    weights = rows.map { facts.weights[$0] }
    bytes = rows.map { facts.bytes[$0] }
    cut = rows.map { facts.cut[$0] }
    limits = .init(devices: model.deviceLimit, others: model.deviceLimit)
  }

  func leastDevices(work: Double, below threshold: Double) -> Int {
    // A hair less than the quotient, for sums are rounded.
    let least = work / threshold * (1 - 1e-12)
    return least < Double(Int32.max) ? max(1, Int(least.rounded(.up))) : Int(Int32.max)
  }

  func leastOthers(devices: Int) -> Int { devices }

  func isBorder(_ row: Int, below threshold: Double) -> Bool {
    model.allowsBorder(carrying: cut[row], below: threshold)
  }

  func ways(
    from row: Int, to next: Int, below threshold: Double, behind: PartitionCertificate.Need,
    _ body: (StageWay) -> Void
  ) {
    guard
      let replicas = leastReplicas(
        from: row, to: next, below: threshold, devicesBehind: behind.devices)
    else { return }
    body(StageWay(need: .init(devices: replicas, others: replicas), code: 0))
  }

  /// The fewest replicas of a stage below a value; nil where there is no such number.
  ///
  /// Of one replica on, more of them are faster; one may be faster than two, for it has nothing to
  /// reduce. So one is tried, then the root of Tr² - (C + 4P/B)r + 4P/B = 0 and its neighbours.
  private func leastReplicas(
    from row: Int, to next: Int, below threshold: Double, devicesBehind: Int
  ) -> Int? {
    let seconds = work[next] - work[row]
    let weights = weights[next] - weights[row]
    func fits(_ replicas: Int) -> Bool {
      model.seconds(
        work: seconds, weights: weights, before: cut[row], after: cut[next], replicas: replicas)
        < threshold
    }
    var least = 1
    if !fits(1) {
      let reduction = 4 * weights / model.bandwidth
      let sum = seconds + reduction
      let square = sum * sum - 4 * threshold * reduction
      let root = square > 0 ? (sum + square.squareRoot()) / (2 * threshold) : 2
      let link = 2 * max(cut[row], cut[next]) / (model.bandwidth * threshold)
      let guess = max(root, link)
      guard guess < Double(model.replicaLimit) + 1 else { return nil }
      least = max(2, Int(guess.rounded(.up)))
      while least > 2, fits(least - 1) { least -= 1 }
      while !fits(least) {
        least += 1
        if least > model.replicaLimit { return nil }
      }
    }
    guard least <= model.replicaLimit else { return nil }
    guard model.memory < .infinity else { return least }
    // More replicas hold fewer minibatches each, down to one of their own and one of the others.
    let bytes = bytes[next] - bytes[row]
    func holds(_ replicas: Int) -> Bool {
      let inFlight = PipedreamModel.minibatchesInFlight(
        devices: devicesBehind + replicas, replicas: replicas)
      return Double(inFlight) * bytes <= model.memory
    }
    while !(holds(least) && fits(least)) {
      least += 1
      if least > model.replicaLimit { return nil }
    }
    return least
  }

  func part(
    from row: Int, to next: Int, _ way: StageWay, behind: PartitionCertificate.Need
  ) -> Partition.Part {
    Partition.Part(nodes: pool.nodes(of: next, without: row), replicas: way.need.devices)
  }
}
