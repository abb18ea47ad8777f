import PartitaPlan
import PartitaSchedule
import TestSchedules
import Testing

/// Tables as PyTorch 2.13 writes them: read for the order of computation, lowered, proved.
@Suite struct PyTorchTableTests {
  private func words(_ csv: ScheduleCSV) -> [String] {
    csv.rows.map { $0.map(\.description).joined(separator: " ") }
  }

  /// Reads a table, and proves what becomes of it.
  private func read(
    _ text: String, groups: Int = 1, _ order: GradientOrder = .ascending
  ) throws -> ScheduleCSV {
    let csv = try ScheduleCSV(text)
    let plan = try Plan(
      stages: try csv.ranks(gradientGroups: groups).enumerated().map {
        Plan.Stage(layers: $0..<$0 + 1, ranks: $1)
      }, gradientGroups: groups, gradientOrder: order, layerCount: csv.stageCount)
    let table = try csv.table(plan: plan)
    try table.checkComplete()
    try table.checkGradientOrder()
    let program = Program(
      .chain(stages: csv.stageCount, bytes: 4, gradientElements: 3), table,
      microbatchSizes: Array(repeating: 2, count: csv.microbatchCount))
    try Verifier.prove(program)
    let serial = SerialStep(program)
    for delivery in [Performer.Delivery.rendezvous, .eager] {
      #expect(Performer.problem(program, serial, delivery, seed: 3) == nil)
    }
    return csv
  }

  @Test func reductionsAreSkipped() throws {
    let csv = try read("0F0,0F1,0B0,0B1,0REDUCE_GRAD\r\n1F0,1F1,1B0,1B1,1REDUCE_GRAD\r\n")
    #expect(words(csv) == ["0F0 0F1 0B0 0B1", "1F0 1F1 1B0 1B1"])
  }

  @Test func communicationIsSkipped() throws {
    let csv = try read(
      """
      0UNSHARD,0F0,0SEND_F0,0F1,0SEND_F1,0RECV_B0,0I0,0RECV_B1,0W0,0B1,0REDUCE_GRAD,0RESHARD
      1UNSHARD,1RECV_F0,1F0,1RECV_F1,1I0,1SEND_B0,1W0,1F1,1B1,1SEND_B1,1REDUCE_GRAD,1RESHARD
      """)
    #expect(words(csv) == ["0F0 0F1 0I0 0W0 0B1", "1F0 1I0 1W0 1F1 1B1"])
  }

  /// Down and up again, forward and backward as one: DualPipeV. The rows say where stages lie.
  @Test func overlapsAreForwardThenBackward() throws {
    let csv = try read(
      """
      0F0,3F0,3I0,3W0,0F1,(3F1;0B0)OVERLAP_F_B,3B1,0I1,0W1
      1F0,2F0,2B0,(1F1;1B0)OVERLAP_F_B,2F1,2B1,1B1
      """)
    #expect(
      words(csv) == [
        "0F0 3F0 3I0 3W0 0F1 3F1 0B0 3B1 0I1 0W1", "1F0 2F0 2B0 1F1 1B0 2F1 2B1 1B1",
      ])
    #expect(try csv.ranks(gradientGroups: 1) == [[0], [1], [1], [0]])
  }

  /// The table of 1F1B numbers the last stage's forwards from 1, as nobody runs them.
  @Test func lateForwardsAreRenumbered() throws {
    let first = "0F0,0F1,0B0,0F2,0B1,0B2,0REDUCE_GRAD\n"
    let csv = try read(first + "1F1,1B0,1F2,1B1,1F3,1B2,1REDUCE_GRAD\n")
    #expect(words(csv)[1] == "1F0 1B0 1F1 1B1 1F2 1B2")
    #expect(words(try read("0F1,0B0,0F2,0B1\n")) == ["0F0 0B0 0F1 0B1"])
  }

  /// Rows that only resemble it stay as they are, for nobody knows what was meant.
  @Test(arguments: [
    ["0F0,0F1,0B0,0B1", "1F1,1F2,1B0,1B1"], ["0F1,0B0,0F2,0B1", "1F0,1B0,1F1,1B1,1F2,1B2"],
    ["0F0,0F1,0F2,0B0,0B1,0B2", "1F1,1B0,1F2,1B1,1F0,1B2"],
    ["0F0,0F1,0F2,0B0,0B1,0B2", "1F1,1B0,1F2,1B1,1F0"],
  ])
  func otherRowsAreNot(_ rows: [String]) throws {
    let csv = try ScheduleCSV(rows.joined(separator: "\n"))
    #expect(words(csv) == rows.map { $0.replacing(",", with: " ") })
  }

  /// All forward, then back from the last microbatch: looped BFS. It needs a plan that folds so.
  @Test func backwardMayDescend() throws {
    let text = """
      0F0,0F1,0F2,2F0,2F1,2F2,,2B2,2B1,2B0,0B2,0B1,0B0
      ,1F0,1F1,1F2,3F0,3F1,3F2,3B2,3B1,3B0,1B2,1B1,1B0
      """
    #expect(words(try read(text, .descending))[0].hasSuffix("2B2 2B1 2B0 0B2 0B1 0B0"))
    let error = #expect(throws: ScheduleError.self) { try read(text) }
    #expect(
      error?.description
        == "row 1 runs 2B1 after microbatch 2 of its gradient group: set training.gradient_order "
        + "to descending (it is ascending), with one rank as with many; it fixes the bits of a run")
    // Groups of one microbatch have no order.
    _ = try read(text, groups: 4)
  }
}
