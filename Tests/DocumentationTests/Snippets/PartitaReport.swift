import PartitaPlan
import PartitaReport
import PartitaSchedule
import Testing

extension Snippets {
  @Test func report() throws {
    // snippet
    let plan = try Plan(columns: [1, 1], gradientGroups: 1)
    let table = ScheduleTable(GPipe(), plan: plan, microbatches: [0, 1, 2, 3])
    let program = Program(.chain(stages: 2), table, microbatchSizes: [1, 1, 1, 1])
    let picture = try ScheduleDrawing.svg(program)  // a timeline in slots, an SVG document
    // end
    #expect(picture.contains("<svg") && picture.contains("</svg>"))
  }
}
