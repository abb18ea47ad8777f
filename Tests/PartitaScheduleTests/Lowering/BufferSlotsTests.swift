import PartitaGraph
import PartitaPlan
import PartitaSchedule
import TestSchedules
import Testing

/// Law 5: each value has a slot for as long as it is needed, there is no slot too many, and a place
/// for what arrives is free before it can have been sent.
@Suite struct BufferSlotsTests {
  private static let shapes: [(replicas: [Int], microbatches: Int)] = [
    ([1], 3), ([1, 1, 1, 1], 1), ([1, 1, 1, 1], 8), ([1, 1, 1], 11), ([2, 2], 8), ([1, 3], 9),
    ([3, 1], 9), ([2, 1, 3], 12),
  ]

  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func training(_ schedule: any Schedule) throws {
    for shape in Self.shapes {
      for v in schedule.virtualStages(upTo: 3) {
        try check(schedule, shape.replicas, v, schedule.stageOrder, shape.microbatches, true)
      }
    }
  }

  @Test(arguments: [StageOrder.looped, .vee])
  func evaluation(_ stageOrder: StageOrder) throws {
    for shape in Self.shapes {
      for v in 1...2 {
        try check(ForwardOnly(), shape.replicas, v, stageOrder, shape.microbatches, false)
      }
    }
  }

  /// With 1F1B the first of p stages keeps p microbatches, GPipe all of them; a delayed W keeps
  /// them longer; evaluation one and the one that is being sent.
  @Test func slotsByHand() throws {
    func stash(_ schedule: any Schedule, isTraining: Bool = true) throws -> [Int] {
      let plan = try Plans.even([1, 1, 1, 1], groups: 1)
      let table = ScheduleTable(schedule, plan: plan, microbatches: Array(0..<8))
      let program = Program(
        .chain(stages: 4, isTraining: isTraining), table,
        microbatchSizes: Array(repeating: 1, count: 8))
      return program.ranks.map { $0.buffers[0].stash.count }
    }
    #expect(try stash(OneForwardOneBackward()) == [4, 3, 2, 1])
    #expect(try stash(GPipe()) == [8, 8, 8, 8])
    #expect(try stash(ZBH1()) == [4, 4, 4, 4])
    #expect(try stash(ZBH2()) == [7, 7, 7, 7])
    #expect(try stash(ForwardOnly(), isTraining: false) == [2, 2, 2, 2])
  }

  // MARK: The rules

  /// A microbatch's hold on a slot, as positions in the rank's list of compute actions.
  private typealias Lives = [Int: ClosedRange<Int>]

  private func check(
    _ schedule: any Schedule, _ replicas: [Int], _ virtual: Int, _ stageOrder: StageOrder, _ m: Int,
    _ isTraining: Bool
  ) throws {
    let plan = try Plans.even(replicas, virtual: virtual, stageOrder: stageOrder, groups: 4)
    let table = ScheduleTable(schedule, plan: plan, microbatches: Array(0..<m))
    let program = Program(
      .chain(stages: plan.stages.count, isTraining: isTraining), table,
      microbatchSizes: Array(repeating: 1, count: m))
    let paper = EventSimulation(table, 1, 1, 1)
    for (rank, actions) in table.ranks.enumerated() {
      for (holding, buffers) in zip(program.ranks[rank].holdings, program.ranks[rank].buffers) {
        let stage = holding.stage
        let own = table.microbatches.filter { plan.rank(ofMicrobatch: $0, stage: stage) == rank }
        func lives(_ range: (Int) throws -> ClosedRange<Int>?) rethrows -> Lives {
          Dictionary(
            uniqueKeysWithValues: try own.compactMap { k in try range(k).map { (k, $0) } })
        }
        func position(_ phases: [Phase], _ microbatch: Int) -> Int? {
          actions.firstIndex {
            $0.stage == stage && $0.microbatch == microbatch && phases.contains($0.phase)
          }
        }
        /// Without a backward pass what is sent lives one action longer.
        func last(_ microbatch: Int) -> Int {
          position([.backward, .weightGradient], microbatch)
            ?? (position([.forward], microbatch) ?? -2) + 1
        }
        /// The rank's first action that can still run when the neighbour sends; the action before
        /// the reader at the latest.
        func arrival(_ microbatch: Int, from neighbour: Int, _ phases: [Phase], before reader: Int)
          -> Int
        {
          var first = reader - 1
          if plan.stages.indices.contains(neighbour) {
            let sender = plan.rank(ofMicrobatch: microbatch, stage: neighbour)
            let place = table.ranks[sender].firstIndex {
              $0.stage == neighbour && $0.microbatch == microbatch && phases.contains($0.phase)
            }
            if let place {
              let sent = paper.spans[sender][place].end
              first = min(first, paper.spans[rank].count { $0.end <= sent })
            }
          }
          return max(first, 0)
        }
        let backward: [Phase] = [.backward, .inputGradient]
        let stash = try lives { try #require(position([.forward], $0))...last($0) }
        let received = try lives {
          let reader = try #require(position([.forward], $0))
          return arrival($0, from: stage - 1, [.forward], before: reader)...last($0)
        }
        let gradientsIn = lives { k in
          position(backward, k).map {
            arrival(k, from: stage + 1, backward, before: $0)...last(k)
          }
        }
        let gradientsOut = lives { k in
          position(backward, k).map { $0...max($0 + 1, last(k)) }
        }
        check(buffers.stash, stash)
        check(buffers.received, received)
        check(buffers.gradientsIn, gradientsIn)
        check(buffers.gradientsOut, gradientsOut)
        checkReceives(program.ranks[rank], stage, .activation, buffers.received, received)
        checkReceives(program.ranks[rank], stage, .gradient, buffers.gradientsIn, gradientsIn)
      }
    }
  }

  /// Nobody shares a slot while both need it, and there are as many as are needed at once.
  private func check(_ slots: BufferSlots.Slots, _ lives: Lives) {
    var owners: [Int: [ClosedRange<Int>]] = [:]
    for (microbatch, life) in lives {
      guard let slot = slots[microbatch] else {
        Issue.record("microbatch \(microbatch) has no slot")
        continue
      }
      #expect(!owners[slot, default: []].contains { $0.overlaps(life) })
      owners[slot, default: []].append(life)
    }
    #expect(Set(owners.keys) == Set(0..<slots.count))
    let most = lives.values.map { life in
      lives.values.count { $0.contains(life.lowerBound) }
    }
    #expect(slots.count == most.max() ?? 0)
    #expect(slots[-1] == nil && slots[1000] == nil)
  }

  /// A receive starts when its slot's owner before has left, and no later than its sender can send.
  private func checkReceives(
    _ rank: RankProgram, _ stage: Int, _ kind: Edge.Kind, _ slots: BufferSlots.Slots, _ lives: Lives
  ) {
    var computed = 0
    for action in rank.actions {
      switch action {
      case .compute: computed += 1
      case .receive(let transfer) where transfer.to == stage && transfer.kind == kind:
        guard let microbatch = transfer.microbatch, let life = lives[microbatch] else {
          Issue.record("\(action) has no life")
          continue
        }
        #expect(computed <= life.lowerBound, "\(action)")
        for (other, before) in lives
        where slots[other] == slots[microbatch] && before.upperBound < life.lowerBound {
          #expect(before.upperBound < computed, "\(action) overwrites \(other)")
        }
      default: break
      }
    }
  }
}
