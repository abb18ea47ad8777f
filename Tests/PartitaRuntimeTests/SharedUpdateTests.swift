import PartitaDevice
import PartitaGraph
import PartitaPlan
import PartitaRuntime
import PartitaSchedule
import PartitaTransport
import Testing

/// Law 2 where replicas share the update: the same bits, and each holds its share of the state.
@Suite struct SharedUpdateTests {
  private static let shapes = [[2], [3], [4], [1, 2], [2, 1], [2, 2], [3, 2], [1, 3, 1]]

  private static let kinds = ScheduleCatalogue.standard.schedules.flatMap { kind in
    [1, 2].filter { kind.virtualStages.contains($0) }.map { (kind, $0) }
  }

  @Test(arguments: RuntimeModel.shared + RuntimeModel.all, shapes)
  func sharesHaveTheBitsOfOneRank(_ model: RuntimeModel, replicas: [Int]) throws {
    let serial = try RunOutcome.train(model)[0]
    let layers = model.layers.count
    var tried = 0
    for (kind, virtual) in Self.kinds where layers >= replicas.count * virtual {
      let plan = RuntimePlan(
        replicas: replicas, kind: kind, virtual: virtual, shardsUpdate: true)
      let outcomes = try RunOutcome.train(model, plan, tracing: tried == 0)
      #expect(
        RunOutcome.difference(of: outcomes, from: serial) == nil,
        "\(kind.name), \(virtual) stages a rank")
      tried += 1
    }
    #expect(tried > 0)
  }

  /// Every element of what an optimizer remembers is on one replica, and none on two.
  @Test(arguments: RuntimeModel.shared.dropFirst(), 2...4)
  func stateIsHeldOnce(_ model: RuntimeModel, replicas: Int) throws {
    let programs = try RuntimePrograms(
      model, RuntimePlan(replicas: [replicas], shardsUpdate: true))
    let held = try LoopbackTransport.run(ranks: replicas) { transport in
      let runtime = try RuntimeRank(
        programs, device: CPUDevice(), transport: transport
      ).runtime
      return runtime.variables.filter { $0.value.role == .state }.keys.map {
        ($0, runtime.parts(of: $0) ?? [])
      }
    }
    var parts: [String: [Range<Int>]] = [:]
    for (name, own) in held.joined() { parts[name, default: []] += own }
    let states = try model.training().graph.values.filter { $0.role == .state }
    #expect(!states.isEmpty && parts.count == states.count)
    for state in states {
      let own = parts[state.name, default: []].sorted { $0.lowerBound < $1.lowerBound }
      #expect(own.first?.lowerBound == 0)
      #expect(own.last?.upperBound == state.type.bytes(samples: 0))
      #expect(zip(own, own.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    }
    // Large weights are shared evenly, to a block for each.
    let bytes = held.map { $0.reduce(0) { $0 + $1.1.reduce(0) { $0 + $1.count } } }
    let slack = states.count * 4 * SquaredNorm.blockSize
    #expect((bytes.max() ?? 0) - (bytes.min() ?? 0) <= slack)
    #expect(bytes.allSatisfy { $0 > 0 })
  }

  /// What can't be cut is updated by every replica, beside what can: the same bits.
  @Test(arguments: [[2], [3], [2, 1], [2, 2]])
  func aRuleOfAnotherKindIsKeptWhole(replicas: [Int]) throws {
    let model = RuntimeModel.wide(CentredSGD(), "centred SGD")
    let plan = RuntimePlan(replicas: replicas, shardsUpdate: true)
    let outcomes = try RunOutcome.train(model, plan)
    #expect(
      RunOutcome.difference(of: outcomes, from: try RunOutcome.train(model)[0]) == nil)
    let programs = try RuntimePrograms(model, plan)
    let held = try LoopbackTransport.run(ranks: plan.ranks) { transport in
      let runtime = try RuntimeRank(programs, device: CPUDevice(), transport: transport).runtime
      return runtime.variables.values.filter { $0.role == .state }
        .map { (axes: $0.type.shape.rank, parts: runtime.parts(of: $0.name)) }
    }
    let shared = held.prefix(replicas[0]).joined()
    #expect(shared.contains { $0.axes == 2 } && shared.contains { $0.axes == 1 })
    #expect(shared.allSatisfy { ($0.parts == nil) == ($0.axes == 2) })
  }

  /// One replica has nobody to share with.
  @Test func oneReplicaKeepsItsLayout() throws {
    let model = RuntimeModel.shared[1]
    let plans = [false, true].map { RuntimePlan(replicas: [1, 1], shardsUpdate: $0) }
    let programs = try plans.map { try RuntimePrograms(model, $0).programs }
    for rank in 0..<2 {
      let accounts = try programs.map {
        try RankRuntime.account($0, ofProgram: 0, rank: rank, device: CPUDevice())
      }
      #expect(accounts[0] == accounts[1])
    }
  }
}
