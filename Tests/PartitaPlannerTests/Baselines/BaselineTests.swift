import PartitaChecker
import PartitaPlanner
import PartitaWorkload
import Testing

/// The field's methods: what they answer on workloads small enough to work out by hand.
@Suite struct BaselineTests {
  private func nodes(_ result: PartitionProposal) -> [[Int]] {
    result.partition.parts.map(\.nodes)
  }

  @Test(arguments: [
    (PartitionMethod.uniform, [[0, 1], [2, 3]], 4.0), (.parameters, [[0], [1, 2, 3]], 5),
    (.time, [[0, 1, 2], [3]], 3),
  ]) func blocksAreEvenInWhatTheyAreNamedFor(
    method: PartitionMethod, stages: [[Int]], value: Double
  ) throws {
    let workload = try BaselineWorkloads.chain(seconds: [1, 1, 1, 3], parameters: [8, 1, 1, 1])
    let result = try PartitionBaseline(method).plan(workload, PartitionRequest(devices: 2))
    #expect(nodes(result) == stages)
    #expect(result.value == value && result.claimedValue == nil)
  }

  /// (6 + 4 · 1 · 11 / (11 · 2)) / 2.
  @Test func dataParallelismReplicatesTheWhole() throws {
    let workload = try BaselineWorkloads.chain(seconds: [1, 1, 1, 3], parameters: [8, 1, 1, 1])
    let request = PartitionRequest(devices: 2, bandwidth: 11)
    let result = try PartitionBaseline(.dataParallel).plan(workload, request)
    #expect(nodes(result) == [[0, 1, 2, 3]] && result.partition.devices == 2)
    #expect(result.value == 4)
  }

  @Test func fewerNodesThanDevicesMakeOnePartEach() throws {
    let workload = try BaselineWorkloads.chain(seconds: [1, 2])
    for method in [PartitionMethod.uniform, .parameters, .time, .random] {
      let result = try PartitionBaseline(method).plan(workload, PartitionRequest(devices: 5))
      #expect(nodes(result) == [[0], [1]], "\(method)")
    }
  }

  /// Whole: d = 3 is the largest divisor of 6 up to 4, (3 + 2) / 3; cut: d = 2, (1.8 + 1.2) / 2.
  @Test func pipersReplicasDivideTheMicrobatches() throws {
    let workload = try BaselineWorkloads.piper(microbatches: 6)
    let result = try PartitionBaseline(.dataParallel).plan(workload, PartitionRequest(devices: 4))
    #expect(abs(result.value - 1.5) < 1e-12)
    #expect(result.partition.parts.map(\.replicas) == [2])
    #expect(result.partition.parts.map(\.tensorDegree) == [2])
  }

  /// Two stages of degree 2: 0.6 · 3 + 2 · 1 / 4.
  @Test func pipersBlocksTakeTheBestDegree() throws {
    let workload = try BaselineWorkloads.piper(microbatches: 6)
    let result = try PartitionBaseline(.time).plan(workload, PartitionRequest(devices: 4))
    #expect(abs(result.value - 2.3) < 1e-12)
    #expect(result.partition.parts.map(\.devices) == [2, 2])
  }

  /// Both colours' nodes, and what crosses: 0 sends to 1, 2 sends to 3.
  @Test(arguments: [PartitionMethod.uniform, .time, .random])
  func coloursStayTogether(method: PartitionMethod) throws {
    let result = try PartitionBaseline(method).plan(
      try BaselineWorkloads.training(), PartitionRequest(devices: 2))
    #expect(nodes(result) == [[0, 3], [1, 2]])
    #expect(result.value == 6.75)
  }

  @Test func whatDoesNotApplySaysSo() throws {
    let placement = try BaselineWorkloads.training()
    for method in [PartitionMethod.dataParallel, .pipedream, .optimal, .metis] {
      let error = #expect(throws: WorkloadError.self) {
        try PartitionBaseline(method).plan(placement, PartitionRequest(devices: 2))
      }
      #expect("\(try #require(error))".count > 20, "a sentence")
    }
    let chain = try BaselineWorkloads.chain(seconds: [1, 1])
    #expect(throws: WorkloadError.self) {
      try PartitionBaseline(.dataParallel).plan(
        chain, PartitionRequest(devices: 2, isStraight: true))
    }
    #expect(throws: WorkloadError.self) {
      try PartitionBaseline(.uniform).plan(chain, PartitionRequest(devices: 0))
    }
  }

  @Test(arguments: [PartitionMethod.uniform, .parameters, .time, .random])
  func brokenMemoryIsNoValue(method: PartitionMethod) throws {
    #expect(throws: WorkloadError.self) {
      try PartitionBaseline(method).plan(
        try BaselineWorkloads.training(memory: 39), PartitionRequest(devices: 2))
    }
  }

  /// Every plan of random cuts is one by the cost model, and takes all devices.
  @Test func randomPlansAreSeeded() throws {
    let workload = try BaselineWorkloads.random(seed: 7, nodes: 24)
    let request = PartitionRequest(devices: 4)
    var plans: Set<Partition> = []
    for seed in UInt64(0)..<40 {
      let result = try PartitionBaseline(.random, seed: seed).plan(workload, request)
      #expect(
        try PartitionBaseline(.random, seed: seed).plan(workload, request) == result)
      #expect(result.partition.parts.count == 4)
      plans.insert(result.partition)
    }
    #expect(plans.count > 30)
  }

  /// 0 and 2 in one part, 1 and 3 in the other: apart each takes 2 s; in an order one takes 3.
  @Test func partsInACircleAreRepaired() throws {
    let workload = try BaselineWorkloads.chain(seconds: [1, 1, 1, 1])
    let result = try PartitionBaseline(.metis, splitter: FixedSplitter(parts: [0, 1, 0, 1])).plan(
      workload, PartitionRequest(devices: 2))
    #expect(nodes(result) == [[0], [1, 2, 3]])
    #expect(result.value == 3 && result.claimedValue == 2 && result.remark != nil)
  }

  /// An order needs no repair: parts stay as they are, in that order.
  @Test func partsInAnOrderStay() throws {
    let workload = try BaselineWorkloads.chain(seconds: [1, 1, 1, 1])
    let result = try PartitionBaseline(.metis, splitter: FixedSplitter(parts: [1, 1, 0, 0])).plan(
      workload, PartitionRequest(devices: 2))
    #expect(nodes(result) == [[0, 1], [2, 3]])
    #expect(result.value == 2 && result.claimedValue == 2 && result.remark == nil)
  }

  /// Whatever parts a splitter gives, the repaired ones are stages by the cost model.
  @Test(arguments: 0..<40) func everyRepairIsAChain(seed: Int) throws {
    let workload = try BaselineWorkloads.random(seed: UInt64(seed), nodes: 16)
    let parts = (0..<16).map { ($0 * (seed + 3) + $0 * $0) % 4 }
    let result = try PartitionBaseline(.metis, splitter: FixedSplitter(parts: parts)).plan(
      workload, PartitionRequest(devices: 4))
    #expect(result.partition.parts.flatMap(\.nodes).sorted() == Array(0..<16))
  }
}

/// The bound that comes with a baseline's plan.
@Suite struct BaselineBoundTests {
  /// 9 ms and 90 ms of a CPU, 2 accelerators and 1 CPU: λ = 0.1, 9 / 2.1.
  @Test func workIsSpreadOverAllDevices() throws {
    let workload = try BaselineWorkloads.training()
    let request = PartitionRequest(devices: 2)
    let result = try PartitionBaseline(.time).plan(workload, request).result
    #expect(abs(result.lowerBound - 9 / 2.1) < 1e-12)
    #expect(result.certificate == .relaxation(formula: "work", multipliers: ["cpu": 0.1]))
    #expect(result.partitionClass == .any && result.value == 6.75)
  }

  @Test func thePlansAreWhatTheCheckerAccepts() throws {
    for (workload, request) in [
      (try BaselineWorkloads.training(), PartitionRequest(devices: 2)),
      (try BaselineWorkloads.piper(microbatches: 6), PartitionRequest(devices: 4)),
      (try BaselineWorkloads.random(seed: 1, nodes: 20), PartitionRequest(devices: 4)),
    ] {
      for method in [PartitionMethod.uniform, .parameters, .time, .random] {
        let result = try PartitionBaseline(method).plan(workload, request).result
        try PartitionChecker.check(result, of: workload, under: request)
      }
    }
  }
}
