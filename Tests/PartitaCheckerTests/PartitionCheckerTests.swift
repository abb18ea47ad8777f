import PartitaChecker
import PartitaGraph
import PartitaPlanner
import PartitaWorkload
import PlanningOracles
import Testing

/// The checker accepts what is true and proved, and nothing that is false.
@Suite struct PartitionCheckerTests {
  /// Results of random workloads, found by trying everything: proved optimal, and with bounds that
  /// leave a gap.
  @Test func acceptsWhatIsTrue() {
    var accepted = 0
    var problems: [String] = []
    for seed in 0..<300 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      let brute = BruteForce(random.workload, random.request)
      guard var result = brute.result() else { continue }
      for share in [1 - 1e-9, 0.9, 0.5, 0] {
        result.lowerBound = result.value * share
        result.certificate = brute.certificate(below: result.lowerBound)
        do {
          try PartitionChecker.check(result, of: random.workload, under: random.request)
          accepted += 1
        } catch {
          problems.append("seed \(seed), \(share): \(error)")
        }
      }
    }
    #expect(problems == [] && accepted > 1000)
  }

  /// A bound a little above the best value, claimed for a worse partition, with the labels that
  /// belong to it but for the first, which can't be empty and is.
  @Test func refusesABoundAboveTheOptimum() {
    var refused = 0
    var accepted: [String] = []
    for seed in 0..<300 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      let brute = BruteForce(random.workload, random.request)
      guard var result = brute.result(), let worse = worsePartition(of: random) else { continue }
      let optimum = result.value
      guard worse.value > optimum else { continue }
      (result.partition, result.value) = (worse.partition, worse.value)
      for share in [1e-9, 0.5, 1] {
        let threshold = optimum + share * (worse.value - optimum)
        result.lowerBound = threshold
        result.certificate = brute.certificate(below: threshold)
        if isAccepted(result, random) {
          accepted.append("seed \(seed), \(share)")
        } else {
          refused += 1
        }
      }
    }
    #expect(accepted == [] && refused > 250)
  }

  /// Whose results are spoiled.
  enum Source: CaseIterable {
    case bruteForce, planner

    func result(_ random: RandomWorkload) -> PartitionResult? {
      switch self {
      case .bruteForce: BruteForce(random.workload, random.request).result()
      case .planner:
        try? OptimalPlanner(budget: .unlimited).plan(random.workload, random.request).result
      }
    }
  }

  /// Spoiled results: refused, or else all that they say is true: the cost model, which shares
  /// nothing with the checker, finds the value, and no partition is better than the bound, as trying
  /// all of them shows. Two stages may change places, say, or a need be claimed lower than it is.
  @Test(arguments: Source.allCases) func refusesWhatIsSpoiled(source: Source) {
    var refused = 0
    var lies: [String] = []
    var accepted: [Corruption: Int] = [:]
    for seed in 1000..<1150 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      guard let result = source.result(random) else { continue }
      var generator = SplitMix64(seed: seed)
      for corruption in Corruption.allCases {
        guard let spoiled = corruption.spoil(result, &generator) else { continue }
        guard isAccepted(spoiled, random) else {
          refused += 1
          continue
        }
        accepted[corruption, default: 0] += 1
        if !isTrue(spoiled, random, optimum: result.value) {
          lies.append("seed \(seed), \(corruption)")
        }
      }
    }
    #expect(lies == [] && refused >= 1500)
    #expect(accepted.values.reduce(0, +) < refused / 20)
    let never: Set<Corruption> = [
      .droppedNode, .doubledNode, .lowerValue, .higherValue, .higherBound,
      .lowerBound, .otherClass, .higherThreshold, .changedThreshold,
      .raisedNeed, .droppedNeed, .droppedPrefix, .addedPrefix,
    ]
    #expect(never.intersection(accepted.keys) == [])
  }

  /// The result of one workload for another, in which one node takes longer.
  @Test func refusesOtherInput() {
    var refused = 0
    var lies: [String] = []
    for seed in 2000..<2150 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      guard let result = BruteForce(random.workload, random.request).result() else { continue }
      for node in 0..<random.workload.graph.count {
        let other = random.withOtherCosts(of: node)
        guard isAccepted(result, other) else {
          refused += 1
          continue
        }
        let optimum = BruteForce(other.workload, other.request).best()
        if !isTrue(result, other, optimum: optimum?.value ?? 0) {
          lies.append("seed \(seed), \(node)")
        }
      }
    }
    #expect(lies == [] && refused > 300)
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
    guard let value = try? random.workload.model(random.request).value(of: result.partition) else {
      return false
    }
    return abs(value - result.value) <= 1e-9 * value && result.lowerBound <= optimum
      && result.partitionClass == random.request.partitionClass(of: random.workload)
  }

  /// The whole graph on one device, where that is allowed.
  private func worsePartition(
    of random: RandomWorkload
  ) -> (value: Double, partition: Partition)? {
    let whole = Partition([.init(nodes: Array(0..<random.workload.graph.count))])
    guard let value = try? random.workload.model(random.request).value(of: whole) else {
      return nil
    }
    return (value, whole)
  }
}
