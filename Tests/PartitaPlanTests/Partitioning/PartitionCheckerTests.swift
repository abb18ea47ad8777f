import PartitaPlan
import Testing

/// The checker accepts what is true and proved, and nothing that is false.
@Suite struct PartitionCheckerTests {
  /// Proved optimal results of random workloads, found by trying everything.
  @Test func acceptsWhatIsTrue() throws {
    var accepted = 0
    for seed in 0..<300 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      guard let result = BruteForce.result(of: random.workload, under: random.request) else {
        continue
      }
      #expect(throws: Never.self, "seed \(seed)") {
        try PartitionChecker.check(result, of: random.workload, under: random.request)
      }
      accepted += 1
    }
    #expect(accepted > 200)
  }

  /// Spoiled results: refused, or else all that they say is true: the cost model, which shares
  /// nothing with the checker, finds the value, and no partition is better than the bound, as trying
  /// all of them shows. A need may be claimed lower than it is, for instance.
  @Test func refusesWhatIsSpoiled() throws {
    var refused = 0
    var accepted: [Corruption: Int] = [:]
    for seed in 1000..<1200 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      guard let result = BruteForce.result(of: random.workload, under: random.request) else {
        continue
      }
      var generator = SplitMix(seed: seed)
      for corruption in Corruption.allCases {
        let spoiled = corruption.spoil(
          result, nodes: random.workload.graph.count, &generator)
        guard let spoiled else { continue }
        do {
          try PartitionChecker.check(spoiled, of: random.workload, under: random.request)
          accepted[corruption, default: 0] += 1
          #expect(
            isTrue(spoiled, of: random, optimum: result.value), "seed \(seed), \(corruption)")
        } catch { refused += 1 }
      }
    }
    #expect(refused >= 1000)
    let never: [Corruption] = [
      .droppedNode, .doubledNode, .lowerValue, .higherValue, .higherBound, .lowerBound,
      .higherSearchBound, .otherClass, .changedThreshold, .raisedNeed, .droppedPrefix, .addedPrefix,
    ]
    for corruption in never { #expect(accepted[corruption] == nil, "\(corruption)") }
    print(refused, accepted)
  }

  private func isTrue(
    _ result: PartitionResult, of random: RandomWorkload, optimum: Double
  ) -> Bool {
    let graph = random.workload.graph
    let model: any PartitionModel =
      switch random.workload.costs {
      case .pipedream(let costs):
        PipedreamModel(graph: graph, costs: costs, request: random.request)
      case .piper(let costs): PiperModel(graph: graph, costs: costs, request: random.request)
      case .placement(let costs):
        PlacementModel(graph: graph, costs: costs, request: random.request)
      }
    guard let value = try? model.value(of: result.partition) else { return false }
    return abs(value - result.value) <= 1e-9 * value && result.lowerBound <= optimum
      && result.partitionClass == random.request.partitionClass(of: random.workload)
  }
}
