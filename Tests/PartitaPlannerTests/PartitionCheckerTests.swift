import PartitaChecker
import PartitaPlanner
import PartitaWorkload
import Testing

/// The checker accepts what is true and proved, and nothing that is false.
@Suite struct PartitionCheckerTests {
  /// Results of random workloads, found by trying everything: proved optimal, and with bounds that
  /// leave a gap.
  @Test func acceptsWhatIsTrue() {
    var accepted = 0
    for seed in 0..<300 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      guard var result = BruteForce.result(of: random.workload, under: random.request) else {
        continue
      }
      for share in [1 - 1e-9, 0.9, 0.5, 0] {
        result.lowerBound = result.value * share
        result.certificate = BruteForce.certificate(
          of: random.workload, under: random.request, below: result.lowerBound)
        #expect(throws: Never.self, "seed \(seed), \(share)") {
          try PartitionChecker.check(result, of: random.workload, under: random.request)
        }
        accepted += 1
      }
    }
    #expect(accepted > 1000)
  }

  /// A bound a little above the best value, claimed for a worse partition, with the labels that
  /// belong to it but for the first, which can't be empty and is.
  @Test func refusesABoundAboveTheOptimum() {
    var refused = 0
    for seed in 0..<300 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      guard var result = BruteForce.result(of: random.workload, under: random.request),
        let worse = worsePartition(of: random)
      else { continue }
      let optimum = result.value
      guard worse.value > optimum else { continue }
      for share in [1e-9, 0.5, 1] {
        let threshold = optimum + share * (worse.value - optimum)
        (result.partition, result.value) = (worse.partition, worse.value)
        result.lowerBound = threshold
        result.certificate = BruteForce.certificate(
          of: random.workload, under: random.request, below: threshold)
        #expect(throws: WorkloadError.self, "seed \(seed), \(share)") {
          try PartitionChecker.check(result, of: random.workload, under: random.request)
        }
        refused += 1
      }
    }
    #expect(refused > 250)
  }

  /// Spoiled results: refused, or else all that they say is true: the cost model, which shares
  /// nothing with the checker, finds the value, and no partition is better than the bound, as trying
  /// all of them shows. Two stages may change places, say, or a need be claimed lower than it is.
  @Test func refusesWhatIsSpoiled() {
    var refused = 0
    var accepted: [Corruption: Int] = [:]
    for seed in 1000..<1150 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      guard let result = BruteForce.result(of: random.workload, under: random.request) else {
        continue
      }
      var generator = SplitMix(seed: seed)
      for corruption in Corruption.allCases {
        guard let spoiled = corruption.spoil(result, &generator) else { continue }
        if isAccepted(spoiled, random) {
          accepted[corruption, default: 0] += 1
          #expect(isTrue(spoiled, random, optimum: result.value), "seed \(seed), \(corruption)")
        } else {
          refused += 1
        }
      }
    }
    #expect(refused >= 1500)
    #expect(accepted.values.reduce(0, +) < refused / 20)
    let never: [Corruption] = [
      .droppedNode, .doubledNode, .lowerValue, .higherValue, .higherBound,
      .lowerBound, .higherSearchBound, .otherClass, .higherThreshold, .changedThreshold,
      .raisedNeed, .droppedNeed, .droppedPrefix, .addedPrefix,
    ]
    for corruption in never { #expect(accepted[corruption] == nil, "\(corruption)") }
  }

  /// The result of one workload for another, in which one node takes longer.
  @Test func refusesOtherInput() {
    var refused = 0
    for seed in 2000..<2150 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      guard let result = BruteForce.result(of: random.workload, under: random.request) else {
        continue
      }
      for node in 0..<random.workload.graph.count {
        let other = random.withOtherCosts(of: node)
        if isAccepted(result, other) {
          let optimum = BruteForce.best(of: other.workload, under: other.request)
          #expect(isTrue(result, other, optimum: optimum?.value ?? 0), "seed \(seed), \(node)")
        } else {
          refused += 1
        }
      }
    }
    #expect(refused > 300)
  }

  private func isAccepted(_ result: PartitionResult, _ random: RandomWorkload) -> Bool {
    do {
      try PartitionChecker.check(result, of: random.workload, under: random.request)
      return true
    } catch { return false }
  }

  private func isTrue(
    _ result: PartitionResult, _ random: RandomWorkload, optimum: Double
  ) -> Bool {
    guard let value = try? random.model.value(of: result.partition) else { return false }
    return abs(value - result.value) <= 1e-9 * value && result.lowerBound <= optimum
      && result.partitionClass == random.request.partitionClass(of: random.workload)
  }

  /// The whole graph on one device, where that is allowed.
  private func worsePartition(
    of random: RandomWorkload
  ) -> (value: Double, partition: Partition)? {
    let whole = Partition([.init(nodes: Array(0..<random.workload.graph.count))])
    guard let value = try? random.model.value(of: whole) else { return nil }
    return (value, whole)
  }
}
