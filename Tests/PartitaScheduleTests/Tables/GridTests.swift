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
