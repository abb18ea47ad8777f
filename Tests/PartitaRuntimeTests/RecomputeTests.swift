import PartitaDevice
import PartitaGraph
import PartitaPlan
import PartitaRuntime
import PartitaSchedule
import PartitaTransport
import TestDevices
import TestModels
import Testing

/// To compute layers again instead of keeping their values costs time and saves memory; it changes no
/// bit.
@Suite struct RecomputeTests {
  /// Which layers are recomputed.
  enum Choice: String, CaseIterable, Sendable {
    case all, even, odd

    func contains(_ layer: Int) -> Bool { self == .all || layer % 2 == (self == .odd ? 1 : 0) }
  }

  /// Every schedule, with one stage a rank and with two, where it can work with them.
  private static let kinds = ScheduleCatalogue.standard.schedules.flatMap { kind in
    [1, 2].filter { kind.virtualStages.contains($0) }.map { (kind: kind, virtual: $0) }
  }

  /// Law 2, against one rank that keeps everything.
  @Test(
    arguments: RuntimeModel.all, [[1], [2], [1, 1], [1, 2], [2, 2], [1, 2, 1], [1, 1, 1, 1]])
  func everyPlanHasTheBitsOfOneRankThatKeepsAll(
    _ model: RuntimeModel, replicas: [Int]
  ) throws {
    let serial = try RunOutcome.train(model)[0]
    var tried = 0
    for (kind, virtual) in Self.kinds where model.layers.count >= replicas.count * virtual {
      for choice in Choice.allCases {
        let plan = RuntimePlan(
          replicas: replicas, kind: kind, virtual: virtual, recomputes: { choice.contains($0) })
        let outcomes = try RunOutcome.train(model, plan)
        #expect(
          RunOutcome.difference(of: outcomes, from: serial) == nil,
          "\(kind.name), \(virtual) stages a rank, \(choice)")
        tried += 1
      }
    }
    #expect(tried > 0)
  }

  /// R writes nothing that is on its way downstream, and what it makes is waited for like all else.
  @Test(arguments: RuntimeModel.all)
  func aGuardedDeviceHasTheSameBits(_ model: RuntimeModel) throws {
    let serial = try RunOutcome.train(model)[0]
    for (kind, virtual) in Self.kinds where model.layers.count >= 2 * virtual {
      let plan = RuntimePlan(
        replicas: [1, 1], kind: kind, virtual: virtual, recomputes: { _ in true })
      let outcomes = try RunOutcome.train(
        model, plan, tracing: true, device: { GuardedDevice() },
        check: { #expect(($0 as? GuardedDevice)?.openLoans == 0, "every loan ends") })
      #expect(RunOutcome.difference(of: outcomes, from: serial) == nil, "\(kind.name)")
    }
  }

  /// A GPT whose activations are most of its memory.
  private static let large = RuntimeModel(
    testDescription: "gpt with long contexts",
    model: TestModel(
      "gpt", .gpt(depth: 4, width: 16, heads: 2, vocabulary: 11, tied: false, dropout: 0.1),
      input: .perSample([32], .int32), classes: 11),
    batch: 16, microbatches: 8)

  private static func arenas(_ plan: RuntimePlan) throws -> [Int] {
    let programs = try RuntimePrograms(large, plan)
    return try (0..<plan.ranks).map {
      try RankRuntime.arenaBytes(programs.programs, rank: $0, device: CPUDevice())
    }
  }

  /// On a device with 90 % of the memory that a GPT needs without, it trains to the same bits; and it
  /// takes what was planned, to the byte.
  @Test(arguments: [[1], [1, 1]])
  func aGPTRunsInLessMemory(replicas: [Int]) throws {
    let keeping = RuntimePlan(replicas: replicas, kind: GPipe())
    var again = keeping
    again.recomputes = { _ in true }
    let (needed, planned) = (try Self.arenas(keeping), try Self.arenas(again))
    let limit = (needed.max() ?? 0) * 9 / 10
    #expect(planned.allSatisfy { $0 <= limit }, "\(planned) of \(needed)")

    let serial = try RunOutcome.train(Self.large)[0]
    let limited: @Sendable () -> any Device = { LimitedDevice(bytes: limit) }
    #expect(throws: (any Error).self) {
      try RunOutcome.train(Self.large, keeping, device: limited)
    }
    let outcomes = try RunOutcome.train(Self.large, again, device: limited)
    #expect(RunOutcome.difference(of: outcomes, from: serial) == nil)

    let programs = try RuntimePrograms(Self.large, again)
    let taken = try LoopbackTransport.run(ranks: again.ranks) { transport in
      try RuntimeRank(programs, device: CPUDevice(), transport: transport).runtime.arenaBytes
    }
    #expect(taken == planned)
  }

  /// One microbatch's recomputed values of a rank exist at once, whatever its stages: two stages on a
  /// rank need no more room for them than the larger one.
  @Test func stagesOfARankShareTheRoom() throws {
    func slots(_ kind: any Schedule, virtual: Int) throws -> [Int] {
      let plan = RuntimePlan(
        replicas: [1, 1], kind: kind, virtual: virtual, recomputes: { _ in true })
      let programs = try RuntimePrograms(Self.large, plan)
      let program = programs.programs[programs.training[Self.large.batch] ?? 0].program
      return program.ranks.map { $0.buffers.map(\.recomputed.count).max() ?? 0 }
    }
    for (kind, virtual) in Self.kinds where !kind.name.hasPrefix("zb") {
      #expect(try slots(kind, virtual: virtual) == [1, 1], "\(kind.name)")
    }
    // W is delayed, and what it reads with it.
    #expect(try slots(ZBH1(), virtual: 1) == [1, 2])
  }

  /// A recorded step says when R ran.
  @Test func aTraceShowsR() throws {
    let plan = RuntimePlan(replicas: [1, 1], recomputes: { _ in true })
    let programs = try RuntimePrograms(.mlp, plan)
    let traces = try LoopbackTransport.run(ranks: 2) { transport in
      let rank = try RuntimeRank(programs, device: CPUDevice(), transport: transport)
      let recorder = try rank.makeRecorder(ofStep: 1)
      try recorder.alignClocks()
      _ = try rank.train(step: 1, recording: (into: recorder.recording, place: 0))
      try recorder.alignClocks()
      return try recorder.trace(ofStep: 0).trace
    }
    for rank in traces[0].ranks {
      #expect(rank.spans.count { $0.category == .recompute } == 4)
    }
    #expect(traces[0].ranks[1].spans.contains { $0.label == "1R3" })
  }
}
