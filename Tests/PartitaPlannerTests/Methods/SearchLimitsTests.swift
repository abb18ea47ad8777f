import PartitaChecker
import PartitaGraph
import PartitaPlanner
import PartitaWorkload
import PlanningOracles
import Synchronization
import Testing

/// A search has an incumbent and a clock from its first moment on (law 11): never worse than the simple
/// methods, never late.
@Suite struct SearchLimitsTests {
  /// A clock that stands still for some looks, and then says that all time is over.
  final class SuddenClock: Sendable {
    private let looks = Atomic<Int>(0)
    let grace: Int
    init(grace: Int) { self.grace = grace }

    /// How often somebody looked after the end.
    var late: Int { max(0, looks.load(ordering: .relaxed) - grace) }

    func budget(seconds: Double = 6) -> SearchBudget {
      SearchBudget(seconds: seconds) {
        self.looks.add(1, ordering: .relaxed).newValue > self.grace ? 2 * seconds : 0
      }
    }
  }

  /// A clock that never says the same twice, but never more than a tenth of a budget of 0.05 s.
  final class RestlessClock: Sendable {
    private let looks = Atomic<Int>(0)

    var elapsed: Double {
      Double(looks.add(1, ordering: .relaxed).newValue % 100) * 0.00005
    }
  }

  static let methods: [PartitionMethod] = [
    .uniform, .parameters, .time, .dataParallel, .random,
  ]

  /// The best value of the simple methods; nil where none fits.
  private func simple(_ workload: Workload, _ request: PartitionRequest) -> Double? {
    Self.methods.compactMap {
      try? PartitionBaseline($0).plan(workload, request).value
    }.min()
  }

  /// However soon the clock ends the search, once the simple methods have answered.
  @Test(arguments: [12, 40, 150, 700, 3_000])
  func noPlanIsWorseThanTheSimpleMethods(grace: Int) throws {
    var compared = 0
    for seed in 0..<9 as Range<UInt64> {
      let workload = LargeWorkload.workload(seed: seed, nodes: 90)
      let request = PartitionRequest(devices: 4 + Int(seed) % 3, isContiguous: seed % 2 == 0)
      guard let best = simple(workload, request) else { continue }
      let clock = SuddenClock(grace: grace)
      let result = try OptimalPlanner(budget: clock.budget()).plan(workload, request).result
      #expect(result.value <= best * (1 + 1e-12), "seed \(seed), grace \(grace)")
      try PartitionChecker.check(result, of: workload, under: request)
      compared += 1
    }
    #expect(compared > 5)
  }

  /// Every phase looks at the clock, and those that begin late end at once.
  @Test(arguments: [30, 400])
  func nobodyGoesOnWhenTimeIsOver(grace: Int) throws {
    for seed in 0..<9 as Range<UInt64> {
      let workload = LargeWorkload.workload(seed: seed, nodes: 400)
      let clock = SuddenClock(grace: grace)
      let request = PartitionRequest(devices: 8, isContiguous: seed % 2 == 0)
      _ = try OptimalPlanner(budget: clock.budget()).plan(workload, request)
      #expect(clock.late < 400, "seed \(seed): \(clock.late) looks at a clock that was over")
    }
  }

  /// A refusal that has no time to say what would do is one all the same, and doesn't say more than
  /// it knows.
  @Test func aRefusalIsNotLateEither() throws {
    let workload = LargeWorkload.workload(seed: 2, nodes: 400)
    let request = PartitionRequest(devices: 2, memory: 1)
    let clock = SuddenClock(grace: 300)
    #expect {
      _ = try OptimalPlanner(budget: clock.budget()).plan(workload, request)
    } throws: { error in
      "\(error)".hasPrefix("no plan was found that fits on 2 devices of 1 bytes")
    }
    #expect(clock.late < 400, "\(clock.late)")
  }

  /// Work is counted, not timed: a slow machine and a quick one get the same plan.
  @Test func theClockChangesNothingBeforeTheLimit() throws {
    for seed in 0..<6 as Range<UInt64> {
      let workload = LargeWorkload.workload(seed: seed, nodes: 60)
      let request = PartitionRequest(devices: 4, isContiguous: seed < 3)
      func plan(_ elapsed: @escaping @Sendable () -> Double) throws -> PartitionResult {
        try OptimalPlanner(budget: SearchBudget(seconds: 0.05, elapsed: elapsed))
          .plan(workload, request).result
      }
      let clock = RestlessClock()
      let still = try plan { 0 }
      let running = try plan { clock.elapsed }
      #expect(still == running, "seed \(seed)")
    }
  }

  /// Graphs whose prefixes nobody can list are planned along their orders.
  @Test func longChainsAreCutWell() throws {
    let nodes = 20_000
    let workload = try BaselineWorkloads.chain(
      seconds: (0..<nodes).map { 1 + Double($0 * 2 % 7) / 7 },
      activations: Array(repeating: 1, count: nodes), parameters: Array(repeating: 1, count: nodes))
    let request = PartitionRequest(devices: 8)
    let result = try OptimalPlanner(budget: SearchBudget(seconds: 6) { 0 })
      .plan(workload, request).result
    #expect(result.gap < 1e-3)
    let best = try #require(simple(workload, request))
    #expect(result.value <= best)
  }
}

/// Workloads of some size: branches that meet again, in the three cost models in turn.
enum LargeWorkload {
  static func workload(seed: UInt64, nodes: Int) -> Workload {
    var random = SplitMix64(seed: seed)
    func unit() -> Double { random.unit() }
    var edges: [WorkloadGraph.Edge] = []
    for node in 1..<nodes {
      let reach = 1 + Int(unit() * 6)
      edges.append(
        .init(from: max(0, node - reach), to: node, bytes: (1000 * unit()).rounded()))
      if unit() < 0.4 {
        edges.append(.init(from: Int(unit() * Double(node)), to: node, bytes: 100))
      }
    }
    guard let graph = try? WorkloadGraph(ids: (0..<nodes).map { "n\($0)" }, edges: edges) else {
      preconditionFailure("edges lead forward")
    }
    let seconds = (0..<nodes).map { _ in 0.5 + unit() }
    let costs: Workload.Costs
    switch seed % 3 {
    case 0:
      costs = .pipedream(
        PipedreamCosts(
          seconds: seconds, activationBytes: seconds.map { _ in (1e7 * unit()).rounded() },
          parameterBytes: seconds.map { _ in (1e7 * unit()).rounded() }))
    case 1:
      costs = .placement(
        PlacementCosts(
          acceleratorMilliseconds: seconds, cpuMilliseconds: seconds.map { 20 * $0 },
          transferMilliseconds: seconds.map { _ in 0.3 * unit() },
          memoryBytes: seconds.map { _ in 10 }, isBackward: seconds.map { _ in false },
          colorClass: seconds.map { _ in nil }, accelerators: 8, cpus: 1,
          acceleratorMemoryBytes: 8 * Double(nodes)))
    default:
      costs = .piper(
        PiperCosts(
          variants: seconds.map { seconds in
            [1, 2].flatMap { degree -> [PiperCosts.Variant] in
              [("vanilla", 1.0, 10.0), ("activation recomp", 1.3, 3.0)].map { id, factor, memory in
                PiperCosts.Variant(
                  tensorDegree: degree, id: id,
                  seconds: factor * seconds / (degree == 1 ? 1 : 1.7),
                  parameterBytes: 100 / Double(degree), memoryPerMicrobatch: memory,
                  memoryBesides: 20 / Double(degree), syncIn: [:], syncOut: [:])
              }
            }
          }, devices: 8, memoryBytes: 25 * Double(nodes), bandwidth: 1e4, microbatches: 8))
    }
    return Workload(name: "large \(seed)", graph: graph, costs: costs)
  }
}
