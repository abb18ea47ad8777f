import PartitaFiles
import PartitaPlan
import PartitaSchedule
import PartitaSimulator

/// A schedule for programs: what `schedule --json` prints.
enum ScheduleRecord {
  /// One object: for each rank the slots of the grid, null where it waits, and its whole program.
  ///
  /// - Parameters:
  ///   - table: what each rank computes.
  ///   - program: the same with communication.
  ///   - found: how a search found it.
  static func json(
    _ table: ScheduleTable, program: Program, found: ScheduleSearch.Found? = nil
  ) -> JSON {
    let plan = table.plan
    let ranks: [JSON] = zip(table.slots, program.ranks).enumerated().map { rank, entry in
      [
        "rank": .integer(rank),
        "holds": .array(
          plan.holdings[rank].map {
            ["stage": .integer($0.stage), "replica": .integer($0.replica)]
          }),
        "slots": .array(entry.0.map { $0.map { .string("\($0)") } ?? .null }),
        "program": .array(entry.1.actions.map { .string("\($0)") }),
      ]
    }
    var members: [(String, JSON)] = [
      ("stages", .integer(plan.stages.count)), ("ranks", .array(ranks)),
    ]
    if let found {
      members += [
        ("makespan_seconds", .number(found.makespan)), ("lower_bound", .number(found.lowerBound)),
        ("best_named", found.bestNamed.map { .string($0) } ?? .null),
        ("best_named_seconds", found.bestNamedMakespan.map { .number($0) } ?? .null),
      ]
    }
    return JSON(members: members)
  }
}
