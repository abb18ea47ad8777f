import PartitaPlan
import PartitaSchedule
import TestSchedules
import Testing

/// Law 2 where gradient groups are folded from the highest microbatch to the lowest.
@Suite struct GradientOrderTests {
  private func words(_ actions: [ComputeAction]) -> String {
    actions.map(\.description).joined(separator: " ")
  }

  private func table(
    _ schedule: any Schedule, _ replicas: [Int], groups: Int, microbatches: [Int]
  ) throws -> ScheduleTable {
    ScheduleTable(
      schedule, plan: try Plans.even(replicas, groups: groups, order: .descending),
      microbatches: microbatches)
  }

  /// Every schedule is complete, folds downward, and ends, whatever the columns and the batch.
  @Test(arguments: ScheduleCatalogue.standard.schedules, [1, 2, 4])
  func everyScheduleDescends(_ schedule: any Schedule, groups: Int) throws {
    let phases: [Phase] =
      switch schedule {
      case is ZBH1, is ZBH2, is ZBV: [.forward, .inputGradient, .weightGradient]
      case _: [.forward, .backward]
      }
    for replicas in (1...3).flatMap({ Plans.tuples($0, upTo: min(groups, 3)) }) {
      for virtual in schedule.virtualStages(upTo: 2) {
        let plan = try Plans.even(
          replicas, virtual: virtual, stageOrder: schedule.stageOrder, groups: groups,
          order: .descending)
        for microbatches in [[0], [0, 1, 2], Array(0..<9), [0, 1, 4, 5, 8]] {
          let table = ScheduleTable(schedule, plan: plan, microbatches: microbatches)
          if let problem = table.problem(phases: phases) { Issue.record("\(problem)") }
          try table.checkGradientOrder()
        }
      }
    }
  }

  /// A group's forwards come before its first backward; where they do anyway, nothing else moves.
  @Test func byHand() throws {
    let all = Array(0..<4)
    let alone = try table(OneForwardOneBackward(), [1], groups: 1, microbatches: all)
    #expect(words(alone.ranks[0]) == "0F0 0F1 0F2 0F3 0B3 0B2 0B1 0B0")
    let pairs = try table(OneForwardOneBackward(), [1], groups: 2, microbatches: all)
    #expect(words(pairs.ranks[0]) == "0F0 0F1 0F2 0B2 0F3 0B3 0B0 0B1")
    let single = try table(OneForwardOneBackward(), [1, 1], groups: 4, microbatches: all)
    #expect(words(single.ranks[0]) == "0F0 0F1 0B0 0F2 0B1 0F3 0B2 0B3")
    let gpipe = try table(GPipe(), [1, 1], groups: 1, microbatches: [0, 1, 2])
    #expect(words(gpipe.ranks[1]) == "1F0 1F1 1F2 1B2 1B1 1B0")
    let halves = try table(ZBH1(), [1, 1], groups: 1, microbatches: [0, 1, 2])
    #expect(words(halves.ranks[0]) == "0F0 0F1 0F2 0I2 0W2 0I1 0W1 0I0 0W0")
  }

  /// A schedule that runs backward from the last microbatch by itself keeps its order.
  @Test func whatDescendsStays() throws {
    struct Reversed: Schedule {
      let name = "reversed"
      let summary = "gpipe, backward in reverse"

      func actions(at seat: Seat) -> [ComputeAction] {
        let (stage, all) = (seat.stages[0], seat.microbatches)
        return all.map { ComputeAction(stage: stage, .forward, microbatch: $0) }
          + all.reversed().map { ComputeAction(stage: stage, .backward, microbatch: $0) }
      }
    }
    let table = try table(Reversed(), [1, 1], groups: 2, microbatches: Array(0..<4))
    #expect(words(table.ranks[0]) == "0F0 0F1 0F2 0F3 0B3 0B2 0B1 0B0")
  }

  /// A table asks for the key that it needs; B, I and W count alike. Mixed ones are the verifier's.
  @Test(
    arguments: [
      ("0F0,0F1,0B1,0B0", GradientOrder.descending, nil), ("0F0,0F1,0B1,0B0", .ascending, "0B0"),
      ("0F0,0F1,0B0,0B1", .descending, "0B1"), ("0F0,0F1,0B0,0B1", .ascending, nil),
      ("0F0,0F1,0I1,0W1,0B0", .ascending, "0B0"), ("0F0,0F1,0B1,0I0,0W0", .ascending, "0I0"),
      ("0F0,0F1,0I1,0I0,0W0,0W1", .ascending, nil), ("0F0,0F1,0F2,0B0,0B2,0B1", .ascending, nil),
      ("0F0,0B0", .descending, nil), ("0F1,0F0,0B0,0B1", .ascending, nil),
    ] as [(String, GradientOrder, String?)])
  func tables(_ text: String, _ order: GradientOrder, _ refused: String?) throws {
    let table = try ScheduleCSV(text).table(plan: try Plans.even([1], groups: 1, order: order))
    var error: ScheduleError?
    do throws(ScheduleError) { try table.checkGradientOrder() } catch let found { error = found }
    guard let refused else {
      #expect(error == nil)
      return
    }
    #expect(error?.description.hasPrefix("row 1 runs \(refused) after microbatch ") == true)
    #expect(error?.description.contains("training.gradient_order to \(order.reversed) ") == true)
  }
}
