import Testing

/// Law 5: nothing is allocated inside a step.
///
/// It holds for optimised code: without the optimiser, closures and boxes are on the heap.
@Suite(.serialized, .enabled(if: isOptimized)) struct AllocationTests {
  /// 100 steps after the first two, full and ragged batches, with the evaluations and beginnings
  /// of epochs among them; then 100 more.
  @Test(arguments: AllocationCase.all)
  func aStepAllocatesNothing(test: AllocationCase) throws {
    let reports = try WorkerReport.all(of: test)
    #expect(reports.map(\.rank) == Array(0..<test.ranks))
    #expect(reports.contains { $0.onednn[0] > 0 }, "no stage has a product of the library's")
    for report in reports {
      #expect(report.control == 2, "the counter is blind")
      #expect(report.own == [0, 0], "rank \(report.rank): \(report.traces)")
      #expect(!hasGrown(report.onednn), "rank \(report.rank), oneDNN: \(report.onednn)")
      #expect(!hasGrown(report.mpi), "rank \(report.rank), MPI: \(report.mpi)")
      #expect(report.arenaBytes > 0)

      // It stays to the page here; a library may touch a page late.
      let growth = report.residentBytes[1] - report.residentBytes[0]
      #expect(growth <= 256 << 10, "rank \(report.rank): \(report.residentBytes)")
    }
  }

  /// Whether the second half has more, beyond what the halves' luck may differ by: ends of epochs
  /// fall unevenly, and MPI queues what comes early.
  private func hasGrown(_ halves: [Int]) -> Bool { halves[1] > halves[0] + halves[0] / 10 + 16 }
}

private var isOptimized: Bool {
  #if DEBUG
    false
  #else
    true
  #endif
}
