import PartitaPlan
import PartitaSchedule
import TestFiles
import TestModels
import TestSchedules
import Testing

/// The pictures of schedules and programs, by golden files: what `partita schedule` prints.
@Suite struct GridTests {
  /// Every schedule on four ranks with eight microbatches: its grid, and the same as CSV.
  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func fourRanks(_ schedule: any Schedule) throws {
    let virtual = schedule.virtualStages.contains(2) ? 2 : 1
    let table = try Plans.table(schedule, ranks: 4, microbatches: 8, virtual: virtual)
    try Golden.check(table.grid + "\n", "\(schedule.name).txt")
    try Golden.check(table.csv, "\(schedule.name).csv")
  }

  /// Folded, every action stands once, in its rank's row and in order, and no line is too long.
  @Test(arguments: [20, 40, 60, 80, 200]) func folding(columns: Int) throws {
    let table = try Plans.table(OneForwardOneBackward(), ranks: 4, microbatches: 8)
    let lines = table.grid(columns: columns).split(separator: "\n")
    let least = 33  // A heading and one cell.
    #expect(lines.allSatisfy { $0.count <= max(columns, least) })
    for rank in table.ranks.indices {
      let cells = lines.filter { $0.hasPrefix("rank \(rank) ") }
        .flatMap { $0.drop { $0 != ")" }.dropFirst().split(separator: " ") }
      #expect(
        cells.filter { $0 != "." && $0 != "-" }.map(String.init)
          == table.ranks[rank].map(\.description))
    }
    #expect((table.grid(columns: columns) == table.grid) == (columns == 200))
  }

  @Test(arguments: [20, 60, 200]) func foldedPrograms(columns: Int) throws {
    let program = try Program(
      try TestModel.digits.training(), replicas: [2, 2], schedule: OneForwardOneBackward(),
      sizes: [16, 16, 16, 16])
    let folded = program.listing(columns: columns)
    #expect(
      folded.split(whereSeparator: \.isWhitespace)
        == program.listing.split(whereSeparator: \.isWhitespace))
    #expect(folded.split(separator: "\n").allSatisfy { $0.count <= max(columns, 42) })
  }

  @Test func digitsOnTwoByTwo() throws {
    try check(
      Program(
        try TestModel.digits.training(), replicas: [2, 2], schedule: OneForwardOneBackward(),
        sizes: [16, 16, 16, 16]), "digits-2x2-1f1b.txt")
  }

  @Test func twoStagesARank() throws {
    try check(
      Program(
        try TestModel.mlp.training(), replicas: [1, 1], virtual: 2, stageOrder: .vee,
        schedule: ZBV(), sizes: Array(repeating: 2, count: 4)), "mlp-vee-zb-v.txt")
  }

  @Test func skipGraphOnThreeStages() throws {
    try check(
      Program(
        try TestModel.skip.training(), replicas: [1, 1, 1], schedule: OneForwardOneBackward(),
        sizes: [2, 2, 2, 2]), "skip-3-1f1b.txt")
  }

  @Test func tiedWeightsOnUnequalReplicas() throws {
    try check(
      Program(
        try TestModel.tiedLinear.training(), replicas: [1, 2], schedule: GPipe(),
        sizes: [2, 2, 1, 0]), "tied-1+2-gpipe.txt")
  }

  @Test func evaluation() throws {
    try check(
      Program(
        try TestModel.dropoutMLP.evaluation(), replicas: [2, 1, 1], schedule: ForwardOnly(),
        sizes: [2, 2, 2]), "dropout-2+1+1-evaluation.txt")
  }

  private func check(_ program: Program, _ name: String) throws {
    try Golden.check(try program.table.grid + "\n\n" + program.listing + "\n", name)
  }
}
