import PartitaPlan
import Testing

extension Snippets {
  @Test func plan() throws {
    // snippet
    let request = PlanRequest(stages: 2, replicas: [2, 1])
    let plan = try request.plan(
      layers: ["embedding", "hidden", "output"], seconds: [2, 2, 2], microbatches: 4,
      gradientGroups: 4, worldSize: 3)
    print(plan.stages.map(\.layers), plan.stages.map(\.ranks))
    // end
    #expect(plan.stages.map(\.ranks) == [[0, 1], [2]])
    #expect(plan.stages.map(\.layers.upperBound).last == 3)
    #expect(plan.worldSize == 3)
  }
}
