import PartitaPlan
import PartitaSchedule
import Testing

extension Snippets {
  @Test func schedule() throws {
    // snippet
    let plan = try Plan(columns: [1, 1], gradientGroups: 1)
    let table = ScheduleTable(OneForwardOneBackward(), plan: plan, microbatches: [0, 1, 2, 3])
    let program = Program(.chain(stages: 2), table, microbatchSizes: [1, 1, 1, 1])
    try Verifier.prove(program)  // returns: no deadlock, nothing missing
    print(table.grid)
    print(program.listing)
    // end
    #expect(table.ranks[0].prefix(4).map(\.description) == ["0F0", "0F1", "0B0", "0F2"])
    #expect(table.grid.contains("1F0"))
    #expect(program.ranks.count == 2)
  }
}
