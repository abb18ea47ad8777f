import PartitaSchedule
import Testing

/// The schedules by exhaustion: every stage of every pipeline of up to five stages with one to
/// three replicas each, up to nine microbatches.
@Suite struct ScheduleTests {
  /// Law 2: each microbatch F, then B, once; a gradient group is folded in index order.
  @Test(arguments: ScheduleKind.allCases)
  func everyMicrobatchOnceInOrder(_ kind: ScheduleKind) {
    for case (let stage, let replicas, let own) in shapes {
      let actions = kind.schedule.actions(stage: stage, replicas: replicas, microbatches: own)
      #expect(actions.count == 2 * own.count)
      #expect(actions.allSatisfy { $0.stage == stage })
      for phase in [Phase.forward, .backward] {
        #expect(actions.filter { $0.phase == phase }.map(\.microbatch) == own)
      }
      for microbatch in own {
        let positions = [Phase.forward, .backward].map { phase in
          actions.firstIndex { $0.phase == phase && $0.microbatch == microbatch } ?? -1
        }
        #expect(positions[0] >= 0 && positions[0] < positions[1])
      }
    }
  }

  /// Stage s of p holds no more activations than it takes to fill what is behind it.
  @Test func microbatchesInFlight() {
    for case (let stage, let replicas, let own) in shapes {
      #expect(inFlight(GPipe(), stage, replicas, own) == own.count)
      let behind = replicas[(stage + 1)...].reduce(0, +)
      let warmUp = (behind + replicas[stage] - 1) / replicas[stage]
      #expect(
        inFlight(OneForwardOneBackward(), stage, replicas, own) == min(own.count, warmUp + 1))
    }
  }

  /// The last stage of 1F1B alternates from the start, the first has all others ahead of it.
  @Test func oneForwardOneBackwardByHand() {
    func words(_ stage: Int, _ replicas: [Int], _ own: [Int]) -> String {
      OneForwardOneBackward().actions(stage: stage, replicas: replicas, microbatches: own)
        .map(\.description).joined(separator: " ")
    }
    #expect(words(0, [1, 1, 1], [0, 1, 2, 3]) == "0F0 0F1 0F2 0B0 0F3 0B1 0B2 0B3")
    #expect(words(1, [1, 1, 1], [0, 1, 2, 3]) == "1F0 1F1 1B0 1F2 1B1 1F3 1B2 1B3")
    #expect(words(2, [1, 1, 1], [0, 1]) == "2F0 2B0 2F1 2B1")
    #expect(words(0, [1, 3], [0, 1, 2, 3, 4]) == "0F0 0F1 0F2 0F3 0B0 0F4 0B1 0B2 0B3 0B4")
    #expect(words(0, [3, 1], [0, 3]) == "0F0 0F3 0B0 0B3")
    #expect(words(0, [1, 1], []) == "")
  }

  @Test func forwardOnly() {
    let actions = ForwardOnly().actions(stage: 1, replicas: [1, 1], microbatches: [0, 3])
    #expect(actions.map(\.description) == ["1F0", "1F3"])
  }

  @Test func names() {
    #expect(ScheduleKind.allCases.map(\.rawValue) == ["gpipe", "1f1b"])
    for kind in ScheduleKind.allCases { #expect(kind.schedule.name == kind.rawValue) }
  }

  /// Every stage of every pipeline, with the microbatches of each of its replicas.
  private var shapes: [(stage: Int, replicas: [Int], own: [Int])] {
    (1...5).flatMap { Plans.tuples($0, upTo: 3) }.flatMap { replicas in
      replicas.indices.flatMap { stage in
        (1...9).flatMap { microbatches in
          (0..<replicas[stage]).map { replica in
            let own = (0..<microbatches).filter { $0 % 4 % replicas[stage] == replica }
            return (stage, replicas, own)
          }
        }
      }
    }
  }

  private func inFlight(_ schedule: any Schedule, _ stage: Int, _ replicas: [Int], _ own: [Int])
    -> Int
  {
    var (now, most) = (0, 0)
    for action in schedule.actions(stage: stage, replicas: replicas, microbatches: own) {
      now += action.phase == .forward ? 1 : -1
      most = max(most, now)
    }
    return most
  }
}
