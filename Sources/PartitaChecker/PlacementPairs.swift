internal import PartitaWorkload

/// Pairs of prefixes between which there may be a part below the threshold.
///
/// Prefixes with the same needs stand together, by work, so that for a prefix those that a part can
/// reach are a run. Sums of whole prefixes reject most of them, with a slack for their rounding;
/// the rest is computed node by node.
struct PlacementPairs {
  typealias Need = PartitionCertificate.Need

  private let model: CheckedPlacement
  private let labels: CheckedLabels
  private let threshold: Double
  /// The prefixes in the order of the arrays below, and their numbers in canonical order.
  private let prefixes: NodeSets
  private let number: [Int]
  /// The different lists of needs, the first prefix of each, and one number more.
  private let lists: [[Need]]
  private let start: [Int]
  /// Milliseconds of the faster device, of an accelerator where that can be, of a CPU; how many
  /// nodes can't run on an accelerator; bytes.
  private let work, accelerator, cpu, unsupported, memory: [Double]
  private let slack: Double

  init(
    _ model: CheckedPlacement, _ sets: NodeSets, _ labels: CheckedLabels, threshold: Double
  ) {
    let costs = model.costs
    let times = costs.acceleratorMilliseconds
    let allWork = model.sums(
      of: zip(times, costs.cpuMilliseconds).map { min($0, $1) }, over: sets)
    var listNumber: [[Need]: Int] = [:]
    var lists: [[Need]] = []
    let listOf = labels.needs.map { list in
      if let number = listNumber[list] { return number }
      listNumber[list] = lists.count
      lists.append(list)
      return lists.count - 1
    }
    let order = listOf.indices.sorted { (listOf[$0], allWork[$0]) < (listOf[$1], allWork[$1]) }
    var start = Array(repeating: 0, count: lists.count + 1)
    for list in listOf { start[list + 1] += 1 }
    for list in lists.indices { start[list + 1] += start[list] }

    self.model = model
    self.labels = labels
    self.threshold = threshold
    prefixes = sets.picked(order)
    number = order
    self.lists = lists
    self.start = start
    work = order.map { allWork[$0] }
    accelerator = model.sums(of: times.map { $0.isFinite ? $0 : 0 }, over: prefixes)
    unsupported = model.sums(of: times.map { $0.isFinite ? 0 : 1 }, over: prefixes)
    cpu = model.sums(of: costs.cpuMilliseconds, over: prefixes)
    memory = model.sums(of: costs.memoryBytes, over: prefixes)
    let total = (accelerator.max() ?? 0) + (cpu.max() ?? 0)
    slack = PartitionChecker.valueTolerance * (total + threshold)
  }

  /// Throws for the first part that contradicts the needs.
  func requireNoCheaperPart() throws(WorkloadError) {
    for (list, needs) in lists.enumerated() {
      for (behind, needsBehind) in lists.enumerated() {
        let contradicts = { (device: Need) in
          needsBehind.contains { need in
            let all = Need(
              devices: need.devices + device.devices, others: need.others + device.others)
            return !labels.isBeyondLimits(all) && !labels.allows(all, in: needs)
          }
        }
        let mayUse = (
          accelerator: contradicts(Need(devices: 1, others: 0)),
          cpu: contradicts(Need(devices: 0, others: 1))
        )
        guard mayUse.accelerator || mayUse.cpu else { continue }
        for prefix in start[list]..<start[list + 1] {
          try requireNone(
            from: prefix, in: start[behind]..<start[behind + 1],
            accelerator: mayUse.accelerator, cpu: mayUse.cpu)
        }
      }
    }
  }

  private func requireNone(
    from prefix: Int, in range: Range<Int>, accelerator mayAccelerate: Bool, cpu mayCPU: Bool
  ) throws(WorkloadError) {
    let most = threshold + slack
    var next = firstReached(from: work[prefix] - slack, in: range)
    while next < range.upperBound, work[next] - work[prefix] < most {
      defer { next += 1 }
      let canAccelerate =
        mayAccelerate && accelerator[next] - accelerator[prefix] < most
        && unsupported[next] == unsupported[prefix]
        && memory[next] - memory[prefix] <= model.memory * (1 + PartitionChecker.valueTolerance)
      let canCPU = mayCPU && cpu[next] - cpu[prefix] < most
      guard canAccelerate || canCPU, next != prefix, prefixes.isNested(prefix, in: next) else {
        continue
      }
      if canCPU, isCPUBelow(from: prefix, to: next) {
        throw CheckedLabels.contradicted(number[prefix], by: number[next], stage: "on a CPU")
      }
      if canAccelerate, isAcceleratorBelow(from: prefix, to: next) {
        throw CheckedLabels.contradicted(
          number[prefix], by: number[next], stage: "on an accelerator")
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

  private func isCPUBelow(from prefix: Int, to next: Int) -> Bool {
    let nodes = prefixes.nodes(of: next, without: prefix)
    return nodes.reduce(0) { $0 + model.costs.cpuMilliseconds[$1] } < model.strict(threshold)
  }

  private func isAcceleratorBelow(from prefix: Int, to next: Int) -> Bool {
    let nodes = prefixes.nodes(of: next, without: prefix)
    let bytes = nodes.reduce(0) { $0 + model.costs.memoryBytes[$1] }
    return bytes <= model.memory
      && model.acceleratorLoad(of: nodes) {
        prefixes.contains($0, in: next) && !prefixes.contains($0, in: prefix)
      } < model.strict(threshold)
  }
}
