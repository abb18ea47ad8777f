import PartitaDevice
import PartitaGraph
import PartitaPlan
import PartitaRuntime
import PartitaSchedule
import PartitaTransport
import Testing

/// The account of memory is the arena, explained: to the byte, for every model, plan and schedule.
@Suite struct AccountTests {
  /// Every schedule, with one stage a rank and with two, where it can work with them.
  private static let kinds = ScheduleCatalogue.standard.schedules.flatMap { kind in
    [1, 2].filter { kind.virtualStages.contains($0) }.map { (kind: kind, virtual: $0) }
  }

  private static let shapes = [[1], [2], [1, 1], [1, 2], [2, 2], [1, 1, 1]]

  private static func plans(_ model: RuntimeModel, _ replicas: [Int]) -> [RuntimePlan] {
    kinds.filter { model.layers.count >= replicas.count * $0.virtual }.flatMap { kind, virtual in
      [(false, false), (true, false), (false, true)].map { again, shares in
        RuntimePlan(
          replicas: replicas, kind: kind, virtual: virtual, recomputes: { again && $0 % 2 == 0 },
          shardsUpdate: shares)
      }
    }
  }

  /// Arrays lie side by side, less than a page apart, and fill the arena.
  @Test(arguments: RuntimeModel.all + RuntimeModel.shared, shapes)
  func arraysFillTheArena(_ model: RuntimeModel, replicas: [Int]) throws {
    var tried = 0
    for plan in Self.plans(model, replicas) {
      let programs = try RuntimePrograms(model, plan)
      let device = CPUDevice()
      for index in programs.programs.indices {
        for rank in 0..<plan.ranks {
          let account = try RankRuntime.account(
            programs.programs, ofProgram: index, rank: rank, device: device)
          var end = 0
          let ranges = account.tensors.flatMap(\.ranges).sorted { $0.lowerBound < $1.lowerBound }
          for range in ranges {
            #expect(range.lowerBound >= end, "two arrays in one place")
            #expect(range.lowerBound - end < 4096, "a hole at \(end)")
            end = range.upperBound
          }
          #expect(account.programBytes - end < 4096 && account.programBytes >= end)
          #expect(account.gaps >= 0)
          #expect(account.programBytes <= account.arenaBytes)
          #expect(account.live.peakBytes <= account.programBytes)
          #expect(
            account.live.atPeak.reduce(0) { $0 + $1.bytes } == account.live.peakBytes)
          tried += 1
        }
      }
    }
    #expect(tried > 0)
  }

  /// The arena that ranks allocate is the account's.
  @Test(arguments: RuntimeModel.all + RuntimeModel.shared) func ranksTakeWhatTheAccountSays(
    _ model: RuntimeModel
  ) throws {
    for plan in Self.plans(model, [1, 2]) {
      let programs = try RuntimePrograms(model, plan)
      let taken = try LoopbackTransport.run(ranks: plan.ranks) { transport in
        try RuntimeRank(programs, device: CPUDevice(), transport: transport).runtime.arenaBytes
      }
      let said = try (0..<plan.ranks).map {
        try RankRuntime.account(
          programs.programs, ofProgram: 0, rank: $0, device: CPUDevice()
        ).arenaBytes
      }
      #expect(said == taken)
    }
  }

  /// GPipe holds every microbatch's activations at once, 1F1B on one rank those of one.
  @Test func schedulesDifferByTheCopiesThatTheyKeep() throws {
    let model = RuntimeModel.mlp
    let kept = try #require(MemoryAccount.Kind.allCases.firstIndex(of: .kept))
    func most(_ kind: any Schedule) throws -> Int {
      let programs = try RuntimePrograms(model, RuntimePlan(kind: kind))
      let index = try #require(programs.training[model.batch])
      let account = try RankRuntime.account(
        programs.programs, ofProgram: index, rank: 0, device: CPUDevice())
      return account.live.bytes.map { $0[kept] }.max() ?? 0
    }
    let one = try most(OneForwardOneBackward())
    #expect(one > 0)
    #expect(try most(GPipe()) == model.microbatches * one)
  }
}
