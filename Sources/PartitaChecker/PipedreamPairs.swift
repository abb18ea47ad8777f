internal import PartitaWorkload

/// Pairs of prefixes between which there may be a stage below the threshold.
///
/// Prefixes stand by need and then by work, so that for a prefix and a need behind it those that a
/// stage can reach are a short run. Sums of whole prefixes reject most of them, with a slack for
/// their rounding; the rest is computed node by node.
struct PipedreamPairs {
  private let model: CheckedPipedream
  private let threshold: Double
  /// The prefixes in the order of the arrays below, and their numbers in canonical order.
  private let prefixes: NodeSets
  private let number: [Int]
  private let needs: [Int]
  private let work, weights, bytes, cut: [Double]
  /// The first prefix of each need, and one number more.
  private let start: [Int]
  /// Seconds by which differences of sums may be wrong.
  private let slack: Double

  init(_ model: CheckedPipedream, _ sets: NodeSets, needs all: [Int], threshold: Double) {
    self.model = model
    self.threshold = threshold
    let costs = model.costs
    let allWork = model.sums(of: costs.seconds, over: sets)
    let allWeights = model.sums(of: costs.parameterBytes, over: sets)
    let order = all.indices.sorted { (all[$0], allWork[$0]) < (all[$1], allWork[$1]) }
    number = order
    let prefixes = sets.picked(order)
    self.prefixes = prefixes
    needs = order.map { all[$0] }
    work = order.map { allWork[$0] }
    weights = order.map { allWeights[$0] }
    bytes = model.sums(
      of: zip(costs.activationBytes, costs.parameterBytes).map { $0 + $1 }, over: prefixes)
    cut = order.indices.map { prefix in model.cut { prefixes.contains($0, in: prefix) } }
    var start = Array(repeating: 0, count: model.devices + 3)
    for need in all { start[need + 1] += 1 }
    for need in 1..<start.count { start[need] += start[need - 1] }
    self.start = start
    let total =
      costs.seconds.reduce(0, +) + 4 * costs.parameterBytes.reduce(0, +) / model.bandwidth
    slack = PartitionChecker.valueTolerance * (total + threshold)
  }

  /// Throws for the first stage that contradicts the needs.
  func requireNoCheaperStage() throws(WorkloadError) {
    for prefix in number.indices {
      for behind in 0..<needs[prefix] {
        let replicas = min(needs[prefix] - 1 - behind, model.mostReplicas)
        if replicas >= 1 { try requireNone(from: prefix, behind: behind, replicas: replicas) }
      }
    }
  }

  private func requireNone(from prefix: Int, behind: Int, replicas: Int) throws(WorkloadError) {
    let r = Double(replicas)
    let most = threshold + slack
    let dearCut = most * model.bandwidth * r / 2
    guard cut[prefix] < dearCut else { return }
    let reduction = 4 * (r - 1) / (model.bandwidth * r)
    let room = model.memory * (1 + PartitionChecker.valueTolerance)
    let mostBytes = room / Double(model.inFlight(behind + replicas, replicas: replicas))
    let mostBytesOfOne = room / Double(model.inFlight(behind + 1, replicas: 1))
    let end = start[behind + 1]
    let (ownWork, ownWeights, ownBytes) = (work[prefix], weights[prefix], bytes[prefix])
    var next = firstReached(from: ownWork - slack, in: start[behind]..<end)
    while next < end, work[next] < ownWork + most * r {
      defer { next += 1 }
      if cut[next] >= dearCut { continue }
      let seconds = work[next] - ownWork
      let held = bytes[next] - ownBytes
      let mayBe = seconds + reduction * (weights[next] - ownWeights) < most * r && held <= mostBytes
      let mayBeOne = seconds < most && held <= mostBytesOfOne
      guard mayBe || mayBeOne, next != prefix, prefixes.isNested(prefix, in: next) else { continue }
      let found =
        isBelow(from: prefix, to: next, replicas: replicas, behind: behind)
        || isBelow(from: prefix, to: next, replicas: 1, behind: behind)
      if found {
        throw CheckedLabels.contradicted(
          number[prefix], by: number[next], stage: "on at most \(replicas) replicas")
      }
    }
  }

  /// The first prefix in a range with at least so much work.
  private func firstReached(from least: Double, in range: Range<Int>) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if work[middle] < least { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func isBelow(from prefix: Int, to next: Int, replicas: Int, behind: Int) -> Bool {
    let nodes = prefixes.nodes(of: next, without: prefix)
    let fromHere = behind + replicas
    return model.bytes(of: nodes, replicas: replicas, fromHere: fromHere) <= model.memory
      && model.seconds(of: nodes, before: cut[prefix], after: cut[next], replicas: replicas)
        < model.strict(threshold)
  }
}
