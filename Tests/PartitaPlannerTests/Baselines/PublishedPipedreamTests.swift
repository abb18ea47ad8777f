import PartitaPlanner
import PartitaWorkload
import Testing

/// PipeDream's planner as published, flaws included.
@Suite struct PublishedPipedreamTests {
  private func states(_ workload: Workload) throws -> PublishedStates {
    guard case .pipedream(let costs) = workload.costs else { throw CancellationError() }
    return try #require(PublishedStates.all(workload.graph, costs, limit: 10_000))
  }

  /// s -> a, b -> t: behind {s, a, b} it counts s, too, for b reads s and a doesn't depend on b.
  @Test func bordersAreOvercountedWhereBranchesMeet() throws {
    let workload = try BaselineWorkloads.pipedream(
      [(0, 1), (0, 2), (1, 3), (2, 3)], seconds: [1, 1, 1, 1], activations: [100, 10, 1, 0])
    let states = try states(workload)
    #expect(
      (0..<states.count).map { states.nodes(of: $0, without: nil) } == [
        [0], [0, 1], [0, 2], [0, 1, 2], [0, 1, 2, 3],
      ])
    #expect(states.outputs == [100, 110, 101, 111, 0])
    #expect(states.work == [1, 2, 2, 3, 4])
  }

  /// One device, then two: the second stage's transfer takes 2 · 10 / (10 · 2) s, as its work. The
  /// first stage's, on one device, takes 2 s, which the planner leaves out.
  @Test func theFirstStageSendsForFree() throws {
    let workload = try BaselineWorkloads.chain(
      seconds: [1, 2], activations: [10, 0], parameters: [15, 0])
    let result = try PartitionBaseline(.pipedream).plan(
      workload, PartitionRequest(devices: 3, bandwidth: 10))
    #expect(result.partition.parts.map(\.nodes) == [[0], [1]])
    #expect(result.partition.parts.map(\.replicas) == [1, 2])
    #expect(result.claimedValue == 1 && result.value == 2)
  }

  /// Its rule takes the last stage to keep nothing: here it finds a plan, and the model refuses it.
  @Test func theLastStageKeepsNothing() throws {
    let workload = try BaselineWorkloads.chain(seconds: [1, 1], parameters: [1, 50])
    let request = PartitionRequest(devices: 2, memory: 10, isStraight: true)
    let error = #expect(throws: WorkloadError.self) {
      try PartitionBaseline(.pipedream).plan(workload, request)
    }
    #expect("\(try #require(error))".contains(" 1 takes 50"))
  }

  @Test func noPipelineWithinMemoryIsSaid() throws {
    let workload = try BaselineWorkloads.chain(seconds: [1, 1, 1], parameters: [50, 1, 1])
    let request = PartitionRequest(devices: 3, memory: 10, isStraight: true)
    let error = #expect(throws: WorkloadError.self) {
      try PartitionBaseline(.pipedream).plan(workload, request)
    }
    #expect("\(try #require(error))".contains("finds no pipeline"))
  }

  /// What it leaves out of its table changes no answer.
  @Test(arguments: 0..<60) func aBoundChangesNoAnswer(seed: Int) throws {
    let workload = try BaselineWorkloads.random(seed: UInt64(seed), nodes: 9)
    guard case .pipedream(let costs) = workload.costs else { return }
    for isStraight in [false, true] {
      let model = PipedreamModel(
        graph: workload.graph, costs: costs,
        request: PartitionRequest(devices: 5, bandwidth: 3, isStraight: isStraight))
      let table = PublishedTable(try states(workload), model, devices: 5)
      let whole = try #require(table.solve(below: .infinity))
      #expect(table.solve()?.value == whole.value)
      #expect(table.solve(below: whole.value) == nil)
      #expect(table.solve(below: whole.value * 1.000001)?.value == whole.value)
      let replicas = whole.stages.map(\.replicas)
      #expect(replicas.reduce(0, +) == 5 && (!isStraight || replicas == [1, 1, 1, 1, 1]))
    }
  }

  @Test func tooManyPrefixesGiveWayToOneOrder() throws {
    let workload = try BaselineWorkloads.random(seed: 3, nodes: 12)
    let request = PartitionRequest(devices: 3)
    let whole = try PublishedPipedream.plan(workload, request)
    let chain = try PublishedPipedream.plan(workload, request, stateLimit: 5)
    #expect(whole.remark == nil && chain.remark != nil)
    #expect(try #require(chain.claimedValue) >= #require(whole.claimedValue))
  }

  /// An output that nothing reads goes with what makes it.
  @Test func unreadOutputsJoinTheirSource() throws {
    let workload = try BaselineWorkloads.pipedream(
      [(0, 1), (0, 2), (2, 3)], seconds: [2, 0, 1, 1], activations: [0, 1e12, 0, 0])
    let result = try PartitionBaseline(.pipedream).plan(
      workload, PartitionRequest(devices: 2, isStraight: true))
    #expect(result.partition.parts.map(\.nodes) == [[0, 1], [2, 3]])
    #expect(result.value == 2 && result.claimedValue == 2)
  }

  @Test func whatItsFirstSourceDoesNotReachIsSaid() throws {
    let workload = try BaselineWorkloads.pipedream([(0, 1), (2, 3)], seconds: [1, 1, 1, 1])
    let error = #expect(throws: WorkloadError.self) {
      try PartitionBaseline(.pipedream).plan(workload, PartitionRequest(devices: 2))
    }
    #expect("\(try #require(error))".contains("never reaches 'n2'"))
  }
}
