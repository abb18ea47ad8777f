import PartitaSchedule
import Testing

/// Law 5: each value has a slot for as long as it is needed, and there is no slot too many.
@Suite struct BufferPlanTests {
  /// A microbatch's hold on a slot, as positions in the list of compute actions.
  private struct Life {
    let microbatch: Int
    let range: ClosedRange<Int>
  }

  private static let lists: [[ComputeAction]] = {
    var lists: [[ComputeAction]] = []
    for replicas in (1...5).flatMap({ Plans.tuples($0, upTo: 2) }) {
      for stage in replicas.indices {
        for own in [[0], [0, 1, 2], [0, 2, 4, 6, 8], Array(0..<9)] {
          for schedule in [GPipe(), OneForwardOneBackward(), ForwardOnly()] as [any Schedule] {
            lists.append(
              schedule.actions(stage: stage, replicas: replicas, microbatches: own))
          }
        }
      }
    }
    // B in two halves, with W postponed: what zero-bubble schedules will ask for.
    let halves = [Phase.forward, .forward, .inputGradient, .forward, .inputGradient]
    let last = [Phase.weightGradient, .inputGradient, .weightGradient, .weightGradient]
    let numbers = [0, 1, 0, 2, 1, 0, 2, 1, 2]
    lists.append(
      zip(halves + last, numbers).map { ComputeAction(stage: 0, $0, microbatch: $1) })
    return lists
  }()

  @Test func stashLivesFromForwardToTheEndOfBackward() {
    for actions in Self.lists {
      check(BufferPlan(actions).stash, lives(actions) { first, last, _ in first...last })
    }
  }

  /// Received values come while the action before still computes.
  @Test func receivedValuesLiveFromTheActionBefore() {
    for actions in Self.lists {
      check(
        BufferPlan(actions).received,
        lives(actions) { first, last, _ in max(first - 1, 0)...last })
    }
  }

  @Test func gradientsLiveAroundBackward() {
    for actions in Self.lists {
      let plan = BufferPlan(actions)
      check(
        plan.gradientsIn,
        lives(actions) { _, last, start in start.map { max($0 - 1, 0)...last } })
      check(
        plan.gradientsOut, lives(actions) { _, _, start in start.map { $0...$0 + 1 } })
    }
  }

  /// With 1F1B the first of p stages keeps p microbatches, GPipe all of them.
  @Test func slotsByHand() {
    func stash(_ schedule: any Schedule, _ stage: Int) -> Int {
      BufferPlan(
        schedule.actions(
          stage: stage, replicas: [1, 1, 1, 1], microbatches: Array(0..<8))
      ).stash.count
    }
    #expect((0..<4).map { stash(OneForwardOneBackward(), $0) } == [4, 3, 2, 1])
    #expect((0..<4).map { stash(GPipe(), $0) } == [8, 8, 8, 8])
    let plan = BufferPlan([])
    #expect(
      [plan.stash, plan.received, plan.gradientsIn, plan.gradientsOut].map(\.count) == [0, 0, 0, 0])
  }

  // MARK: The rules

  private func lives(
    _ actions: [ComputeAction], _ range: (Int, Int, Int?) -> ClosedRange<Int>?
  ) -> [Life] {
    Set(actions.map(\.microbatch)).sorted().compactMap { microbatch in
      let own = actions.indices.filter { actions[$0].microbatch == microbatch }
      let backward = own.filter { [.backward, .inputGradient].contains(actions[$0].phase) }.first
      // Without a backward pass what is sent lives one action longer.
      let last = backward == nil ? own[own.count - 1] + 1 : own[own.count - 1]
      return range(own[0], last, backward).map { Life(microbatch: microbatch, range: $0) }
    }
  }

  private func check(_ slots: BufferPlan.Slots, _ lives: [Life]) {
    #expect(Set(slots.slot.keys) == Set(lives.map(\.microbatch)))
    #expect(Set(slots.slot.values) == Set(0..<slots.count))
    var most = 0
    for life in lives {
      let others = lives.filter {
        $0.range.overlaps(life.range) && $0.microbatch != life.microbatch
      }
      for other in others {
        #expect(slots.slot[other.microbatch] != slots.slot[life.microbatch])
      }
      most = max(most, lives.filter { $0.range.contains(life.range.lowerBound) }.count)
      // Free only when whoever had the slot before has left it, and in time.
      let before = lives.filter {
        slots.slot[$0.microbatch] == slots.slot[life.microbatch]
          && $0.range.upperBound < life.range.lowerBound
      }
      let freeAfter = slots.freeAfter[life.microbatch] ?? .max
      #expect(freeAfter == before.map(\.range.upperBound).max() ?? -1)
      #expect(freeAfter < life.range.lowerBound)
    }
    #expect(slots.count == most)
  }
}
