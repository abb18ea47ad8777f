import PartitaPlan
import PartitaSchedule
import TestSchedules
import Testing

/// What the papers say of the schedules, exactly: idle time and stash over a grid of pipelines.
@Suite struct ScheduleFormulaTests {
  /// Costs of a stage's F, I and W: equal, W light, W heavier than it is in practice.
  private static let costs: [(f: Double, i: Double, w: Double)] = [
    (1, 1, 1), (12, 12, 12), (24, 36, 12), (36, 24, 12), (12, 24, 60),
  ]
  private static let ranks = 1...8
  private static let microbatches = 1...20

  @Test(arguments: [GPipe(), OneForwardOneBackward()] as [any Schedule])
  func bubbleOfOneStageARank(_ schedule: any Schedule) throws {
    for p in Self.ranks {
      for m in Self.microbatches {
        let table = try Plans.table(schedule, ranks: p, microbatches: m)
        for (f, i, w) in Self.costs {
          let run = EventSimulation(table, f, i, w)
          #expect(run.isComplete && run.makespan == Double(m + p - 1) * (f + i + w))
        }
      }
    }
  }

  /// (p - 1)(F + B) / v; a chunk costs a v-th of what a rank does.
  @Test(arguments: [InterleavedOneForwardOneBackward(), LoopedBFS()] as [any Schedule], 1...4)
  func bubbleOfChunks(_ schedule: any Schedule, v: Int) throws {
    for p in Self.ranks {
      for m in Self.microbatches
      where schedule is LoopedBFS ? m >= p : m.isMultiple(of: p) {
        let table = try Plans.table(schedule, ranks: p, microbatches: m, virtual: v)
        for (f, i, w) in Self.costs {
          let run = EventSimulation(table, f, i, w)
          #expect(run.makespan == Double(m * v + p - 1) * (f + i + w))
        }
      }
    }
  }

  /// (p - 1)(F + I - W) of the makespan.
  @Test func bubbleOfZBH1() throws {
    for p in Self.ranks {
      for m in Self.microbatches where m >= p {
        let table = try Plans.table(ZBH1(), ranks: p, microbatches: m)
        for (f, i, w) in Self.costs where w <= min(f, i) {
          let run = EventSimulation(table, f, i, w)
          #expect(run.makespan == Double(m) * (f + i + w) + Double(p - 1) * (f + i - w))
        }
      }
    }
  }

  /// (p - 1)(F + I - 2W) of each rank's own span.
  @Test func bubbleOfZBH2() throws {
    for p in Self.ranks {
      for m in Self.microbatches where m >= 2 * p - 1 {
        let table = try Plans.table(ZBH2(), ranks: p, microbatches: m)
        for (f, i, w) in Self.costs where w <= min(f, i) {
          let run = EventSimulation(table, f, i, w)
          let expected = Double(m) * (f + i + w) + Double(p - 1) * (f + i - 2 * w)
          #expect(run.longestSpan == expected, "\(p) \(m)")
        }
      }
    }
  }

  /// No slot of a rank's span is idle where F = I = W.
  @Test(arguments: [ZBH2(), ZBV()] as [any Schedule])
  func nobodyIdle(_ schedule: any Schedule) throws {
    for p in Self.ranks {
      for m in Self.microbatches where m >= 2 * p - 1 {
        let table = try Plans.table(
          schedule, ranks: p, microbatches: m, virtual: schedule is ZBV ? 2 : 1)
        let run = EventSimulation(table, 1, 1, 1)
        for rank in 0..<p { #expect(run.span(rank) == run.work(rank), "\(p) \(m) \(rank)") }
      }
    }
  }

  @Test func stash() throws {
    for p in Self.ranks {
      for m in Self.microbatches {
        func peaks(_ schedule: any Schedule, _ v: Int = 1) throws -> [Int] {
          let table = try Plans.table(schedule, ranks: p, microbatches: m, virtual: v)
          let run = EventSimulation(table, 1, 1, 1)
          return (0..<p).map(run.peak)
        }
        #expect(try peaks(GPipe()) == Array(repeating: m, count: p))
        #expect(try peaks(OneForwardOneBackward()) == (0..<p).map { min(m, p - $0) })
        #expect(try peaks(ZBH1()) == Array(repeating: min(m, p), count: p))
        #expect(try peaks(ZBH2()) == Array(repeating: min(m, 2 * p - 1), count: p))
        #expect(try peaks(ZBV(), 2).allSatisfy { $0 <= min(2 * m, 2 * p) })
        for v in 1...4 {
          #expect(try peaks(LoopedBFS(), v) == Array(repeating: m * v, count: p))
          let interleaved = try peaks(InterleavedOneForwardOneBackward(), v)
          #expect(interleaved.allSatisfy { $0 <= min(m * v, p * v + p - 1) })
          if m.isMultiple(of: p) {
            #expect(interleaved[0] == min(m * v, p * v + p - 1), "\(p) \(m) \(v)")
          }
        }
      }
    }
  }

  /// Eight ranks, 32 microbatches, F = I = W.
  @Test func numbersOfEightRanks() throws {
    func run(_ schedule: any Schedule, _ v: Int = 1) throws -> EventSimulation {
      EventSimulation(
        try Plans.table(schedule, ranks: 8, microbatches: 32, virtual: v), 1, 1, 1)
    }
    func bubble(_ run: EventSimulation) -> Double {
      let share = 1 - run.work(0) / run.makespan
      return (share * 10000).rounded() / 10000
    }
    #expect(bubble(try run(OneForwardOneBackward())) == 0.1795)
    for schedule in [InterleavedOneForwardOneBackward(), LoopedBFS()] as [any Schedule] {
      #expect(bubble(try run(schedule, 2)) == 0.0986)
      #expect(bubble(try run(schedule, 4)) == 0.0519)
    }
    #expect(try run(ZBH1()).makespan == 3 * 32 + 7)
    #expect(try run(ZBH2()).longestSpan == 3 * 32)
    #expect(try run(ZBV(), 2).longestSpan == 6 * 32)
    #expect(try run(GPipe()).peak(0) == 32)
    #expect(try run(OneForwardOneBackward()).peak(0) == 8)
    #expect(try run(InterleavedOneForwardOneBackward(), 2).peak(0) == 23)
    #expect(try run(InterleavedOneForwardOneBackward(), 4).peak(0) == 39)
    #expect(try run(LoopedBFS(), 2).peak(0) == 64)
    #expect(try run(LoopedBFS(), 4).peak(0) == 128)
    #expect(try run(ZBH1()).peak(0) == 8)
    #expect(try run(ZBH2()).peak(0) == 15)
  }

  /// The profile of the 1.5 B model of the zero-bubble paper (arXiv 2401.10241), 24 microbatches on
  /// 8 ranks, in milliseconds.
  @Test(
    arguments: [
      (OneForwardOneBackward(), 0.243), (ZBH1(), 0.159), (ZBH2(), 0.108),
    ] as [(any Schedule, Double)])
  func measuredCosts(_ schedule: any Schedule, bubble: Double) throws {
    let (f, i, w) = (18.522, 18.086, 9.337)
    let table = try Plans.table(schedule, ranks: 8, microbatches: 24)
    let run = EventSimulation(table, f, i, w, communication: 0.601)
    let found = 1 - 24 * (f + i + w) / run.longestSpan
    #expect((found * 1000).rounded() / 1000 == bubble, "\(found)")
  }
}
