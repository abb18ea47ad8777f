import PartitaPlan
import PartitaSchedule
import TestSchedules
import Testing

/// A schedule written and read again is the same, whoever wrote it; what can't be one is told where
/// and why.
@Suite struct ScheduleCSVTests {
  /// Stages, shares and orders come back from the text alone.
  @Test(
    arguments: ScheduleCatalogue.standard.schedules, [[1, 1, 1], [2, 2], [1, 3], [3, 1, 2]])
  func roundTrip(_ schedule: any Schedule, _ replicas: [Int]) throws {
    for v in schedule.virtualStages(upTo: 3) {
      let plan = try Plans.even(replicas, virtual: v, stageOrder: schedule.stageOrder, groups: 4)
      let table = ScheduleTable(schedule, plan: plan, microbatches: Array(0..<8))
      let csv = try ScheduleCSV(table.csv)
      #expect(csv.rows == table.ranks)
      #expect(csv.stageCount == plan.stages.count && csv.microbatchCount == 8)
      #expect(try csv.ranks(gradientGroups: 4) == plan.stages.map(\.ranks))
      #expect(try csv.table(plan: plan) == table)
    }
  }

  /// As spreadsheets and other systems write it.
  @Test(arguments: [
    "0F0,0F1,,0B0,0B1\n,1F0,1B0,1F1,1B1\n", "0F0,0F1,0B0,0B1\r\n1F0,1B0,1F1,1B1",
    "\"0F0\", \"0F1\" ,,0B0,0B1,,,\n\n1F0\t,1B0,1F1,1B1,\n \n",
  ])
  func layoutIsNoMatter(_ text: String) throws {
    let csv = try ScheduleCSV(text)
    #expect(
      csv.rows.map { $0.map(\.description) } == [
        ["0F0", "0F1", "0B0", "0B1"], ["1F0", "1B0", "1F1", "1B1"],
      ])
    #expect(csv.stageCount == 2 && csv.microbatchCount == 2)
    #expect(try csv.ranks(gradientGroups: 1) == [[0], [1]])
  }

  @Test(arguments: [
    ("0F0,0B0\n1F0,,,1B0,1X3", "row 2, cell 5: '1X3' is no action"),
    ("0F0,F0", "row 1, cell 2: 'F0' is no action"),
    ("0F", "row 1, cell 1: '0F' is no action"),
    ("0F-1", "row 1, cell 1: '0F-1' is no action"),
    ("0F+1", "row 1, cell 1: '0F+1' is no action"),
    ("0F0,0GATHER", "row 1, cell 2: '0GATHER' is no action"),
    ("0F0,UNSHARD", "row 1, cell 2: 'UNSHARD' is no action"),
    ("0F0,0UNSHARD0", "row 1, cell 2: '0UNSHARD0' is no action"),
    ("0F0,0SEND_F", "row 1, cell 2: '0SEND_F' is no action"),
    ("0F0,0SEND_W0", "row 1, cell 2: '0SEND_W0' is no action"),
    ("0F0,0RECV_B1>1", "row 1, cell 2: '0RECV_B1>1' is no action"),
    ("(0F0)OVERLAP_F_B", "row 1, cell 1: '(0F0)OVERLAP_F_B' is no action"),
    ("(0B0;0F1)OVERLAP_F_B", "row 1, cell 1: '(0B0;0F1)OVERLAP_F_B' is no action"),
    ("(0F1;0W0)OVERLAP_F_B", "row 1, cell 1: '(0F1;0W0)OVERLAP_F_B' is no action"),
    ("(0F1;;0B0)OVERLAP_F_B", "row 1, cell 1: '(0F1;;0B0)OVERLAP_F_B' is no action"),
    ("0F1;0B0", "row 1, cell 1: '0F1;0B0' is no action"),
    ("0UNSHARD,0RESHARD\n0F0", "row 1 has no action"),
    ("0F99999999999", "row 1, cell 1: '0F99999999999' is no action"),
    ("0F0\n,,\n1F0", "row 2 has no action"),
    ("0F0\n2F0", "no row runs stage 1 of 3"),
    ("0F0,0F2000000000", "no row runs microbatch 1 of 2000000001"),
  ])
  func refusals(_ text: String, _ words: String) {
    #expect { try ScheduleCSV(text) } throws: { "\($0)".hasPrefix(words) }
  }

  /// Law 2: group j of a stage on replica j mod r, and nothing else.
  @Test(arguments: [
    // Microbatches 0 and 2 are one share of two.
    ("0F0,0F1\n0F2,0F3", 4, "row 2 runs 0F2, and row 1"),
    ("0F0\n0F1\n0F2", 2, "row 3 runs 0F2, and row 1"),
    ("0F0,0F2\n0F0,0F2", 4, "row 2 runs 0F0, and row 1"),
    ("0F0,0F1\n1F0,1F1\n0F0,0F1", 4, "row 3 runs 0F0, and row 1"),
  ])
  func wrongShares(_ text: String, _ groups: Int, _ words: String) throws {
    // Stage 1 sees to it that no microbatch is missing.
    let filler = (0..<4).map { "1F\($0)" }.joined(separator: ",")
    let csv = try ScheduleCSV(text + "\n" + filler)
    #expect { try csv.ranks(gradientGroups: groups) } throws: { "\($0)".hasPrefix(words) }
  }

  @Test func otherPlans() throws {
    let csv = try ScheduleCSV("0F0,0B0\n1F0,1B0")
    #expect(throws: ScheduleError.stages(count: 2, plan: 3)) {
      try csv.table(plan: try Plans.even([1, 1, 1], groups: 1))
    }
    #expect(throws: ScheduleError.rows(count: 2, ranks: 3)) {
      try csv.table(plan: try Plans.even([1, 2], groups: 2))
    }
    let backwards = try Plan(
      stages: [Plan.Stage(layers: 0..<1, ranks: [1]), Plan.Stage(layers: 1..<2, ranks: [0])],
      gradientGroups: 1, layerCount: 2)
    #expect(throws: ScheduleError.misplaced(csv.rows[0][0], rank: 0, place: 0)) {
      try csv.table(plan: backwards)
    }
  }

  /// What a table by another hand lacks, or has twice, is said with its row.
  @Test(
    arguments: [
      ("0F0,0I0\n1F0,1B0\n", "row 1 has no 0W0: "), ("0F0,0W0\n1F0,1B0\n", "row 1 has no 0I0: "),
      ("0F0,0B0\n1B0\n", "row 2 has no 1F0: "), ("0F0\n1F0,1B0\n", "row 1 has no 0B0: "),
      ("0F0,0F0,0B0\n1F0,1B0\n", "row 1 has 0F0 and has done that work before: "),
      ("0F0,0B0\n1F0,1B0,1W0\n", "row 2 has 1W0 and has done that work before: "),
    ]) func incomplete(_ text: String, words: String) throws
  {
    let csv = try ScheduleCSV(text)
    let plan = try Plan(columns: [1, 1], gradientGroups: 1)
    let table = try csv.table(plan: plan)
    let error = #expect(throws: ScheduleError.self) { try table.checkComplete() }
    #expect(error?.description.hasPrefix(words) == true)
  }
}
