import Foundation
import PartitaPlan
import PartitaSchedule
import TestSchedules
import Testing

/// Schedules by name: a catalogue is a value, and takes no name twice.
@Suite struct ScheduleCatalogueTests {
  private struct Named: Schedule {
    let name: String
    var virtualStages = 1...1
    let summary = "1F1B by another name"
    func actions(at seat: Seat) -> [ComputeAction] { OneForwardOneBackward().actions(at: seat) }
  }

  @Test func names() {
    #expect(
      ScheduleCatalogue.standard.names
        == ["gpipe", "1f1b", "interleaved-1f1b", "looped-bfs", "zb-h1", "zb-h2", "zb-v"])
    for name in ScheduleCatalogue.standard.names {
      #expect(ScheduleCatalogue.standard[name]?.name == name)
    }
    #expect(ScheduleCatalogue.standard["1F1B"] == nil)
  }

  /// The standard schedules obey the rules for those that are added.
  @Test func standardSchedules() throws {
    var catalogue = ScheduleCatalogue()
    for schedule in ScheduleCatalogue.standard.schedules {
      try catalogue.add(schedule)
      #expect(!schedule.summary.isEmpty && !schedule.summary.hasSuffix("."))
    }
    #expect(catalogue.names == ScheduleCatalogue.standard.names)
  }

  @Test func anotherSchedule() throws {
    var catalogue = ScheduleCatalogue.standard
    try catalogue.add(Named(name: "mine"))
    #expect(catalogue.names == ScheduleCatalogue.standard.names + ["mine"])
    #expect(catalogue["mine"] is Named && ScheduleCatalogue.standard["mine"] == nil)
  }

  @Test(arguments: ["", "1f1b ", "a,b", "GPipe", "mine.csv", "all", "search"])
  func namesThatCanNotBeWritten(_ name: String) {
    var catalogue = ScheduleCatalogue.standard
    #expect(throws: ScheduleCatalogueError.name(name)) { try catalogue.add(Named(name: name)) }
    #expect(catalogue.names == ScheduleCatalogue.standard.names)
  }

  @Test func refusals() {
    var catalogue = ScheduleCatalogue.standard
    #expect(throws: ScheduleCatalogueError.taken("1f1b")) {
      try catalogue.add(Named(name: "1f1b"))
    }
    #expect(throws: ScheduleCatalogueError.virtualStages("none")) {
      try catalogue.add(Named(name: "none", virtualStages: 0...2))
    }
  }

  @Test func numbersOfStagesInWords() {
    func words(_ range: ClosedRange<Int>) -> String {
      Named(name: "mine", virtualStages: range).virtualStagesWords
    }
    #expect([1...1, 2...2, 1...(.max), 2...4].map(words) == ["1", "2", "1 or more", "2 to 4"])
  }

  /// Documentation/Schedules.md has a row for each schedule, as it describes itself.
  @Test func documentation() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../Documentation/Schedules.md")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let head = "| name | what it does | stages a rank | stages lie |"
    let rows = ScheduleCatalogue.standard.schedules.map {
      "| `\($0.name)` | \($0.summary) | \($0.virtualStagesWords) | \($0.stageOrder) |"
    }
    let start = try #require(lines.firstIndex { $0 == head })
    #expect(lines[(start + 2)...].prefix { $0.hasPrefix("|") }.map(String.init) == rows)
  }

  /// Which plans a schedule is for.
  @Test func plans() throws {
    func kinds(_ replicas: [Int], _ virtual: Int, _ stageOrder: StageOrder) throws -> [String] {
      let plan = try Plans.even(replicas, virtual: virtual, stageOrder: stageOrder, groups: 4)
      return ScheduleCatalogue.standard.schedules.filter { $0.suits(plan) }.map(\.name)
    }
    #expect(
      try kinds([1, 3], 1, .looped)
        == ["gpipe", "1f1b", "interleaved-1f1b", "looped-bfs", "zb-h1", "zb-h2"])
    #expect(try kinds([1, 3], 2, .looped) == ["interleaved-1f1b", "looped-bfs"])
    #expect(try kinds([2, 1], 2, .vee) == ["zb-v"])
    #expect(try kinds([1, 1], 3, .vee) == [])
    // One rank holds two stages, the other one.
    let uneven = try Plan(
      stages: [[0], [1], [0]].enumerated().map {
        Plan.Stage(layers: $0..<$0 + 1, ranks: $1)
      }, gradientGroups: 1, layerCount: 3)
    #expect(!ScheduleCatalogue.standard.schedules.contains { $0.suits(uneven) })
  }
}
