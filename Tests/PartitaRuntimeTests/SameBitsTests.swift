import PartitaConfig
import PartitaGraph
import PartitaSchedule
import PartitaTraining
import Testing

/// Law 2: one configuration has the same bits for every plan.
@Suite struct SameBitsTests {
  /// All ways to write a number as a sum of numbers of at least 1, in order.
  private static func compositions(of total: Int) -> [[Int]] {
    total == 0
      ? [[]] : (1...total).flatMap { head in compositions(of: total - head).map { [head] + $0 } }
  }

  /// Replicas of each stage: everything on 2 to 4 ranks, and some on more.
  static let shapes =
    (2...4).flatMap(compositions) + [[3, 2], [1, 3, 1], [4, 1], [2, 2, 2], [1, 2, 3]]

  /// A few of the ways to take cuts out of the layers: the first, the last, and one between.
  private static func cuts(_ layers: [String], _ count: Int) -> [[String]] {
    func choose(_ names: ArraySlice<String>, _ count: Int) -> [[String]] {
      guard count > 0 else { return [[]] }
      return names.indices.flatMap { index in
        choose(names[(index + 1)...], count - 1).map { [names[index]] + $0 }
      }
    }
    let all = choose(layers.dropFirst(), count)
    return Set([0, all.count / 2, all.count - 1]).sorted().map { all[$0] }
  }

  @Test(arguments: RuntimeModel.all, shapes)
  func everyPlanHasTheBitsOfOneRank(_ model: RuntimeModel, replicas: [Int]) throws {
    let config = try model.config()
    let serial = try RunOutcome.train(config, ranks: 1)[0]
    try #require(Set(serial.losses).count == 4 && !serial.tests.isEmpty && !serial.weights.isEmpty)
    let layers = try Experiment(config, data: config.describeData(), worldSize: 1)
      .training.graph.layers.map(\.name)
    try #require(layers.count >= replicas.count)
    for (schedule, virtual) in Self.kinds where layers.count >= replicas.count * virtual {
      for cuts in Self.cuts(layers, replicas.count * virtual - 1) {
        let plan = try model.config([
          "parallel.replicas=\(replicas)", "parallel.schedule=\(schedule.name)",
          "parallel.virtual=\(virtual)", "parallel.cuts=[\(cuts.joined(separator: ", "))]",
        ])
        let outcomes = try RunOutcome.train(plan, ranks: replicas.reduce(0, +))
        for (rank, outcome) in outcomes.enumerated() {
          #expect(
            outcome.difference(from: serial, rank: rank) == nil,
            "\(schedule.name), \(virtual) stages a rank, cut at \(cuts)")
        }
      }
    }
  }

  /// Every schedule, with one stage a rank and with two, where it can work with them.
  private static let kinds = ScheduleCatalogue.standard.schedules.flatMap { schedule in
    [1, 2].filter(schedule.virtualStages.contains).map { (schedule, $0) }
  }

  @Test(arguments: RuntimeModel.all)
  func aSeedChangesTheBits(_ model: RuntimeModel) throws {
    let one = try RunOutcome.train(model.config(), ranks: 1)[0]
    let other = try RunOutcome.train(model.config(["seed=1"]), ranks: 1)[0]
    #expect(other.difference(from: one, rank: 0) != nil)
  }

  /// Law 1: a microbatch carries its samples' weight, so their number only rounds differently.
  @Test(arguments: RuntimeModel.all, [2, 4, 5])
  func theNumberOfMicrobatchesOnlyRounds(_ model: RuntimeModel, microbatches: Int) throws {
    func losses(_ count: Int) throws -> [Double] {
      let config = try model.config([
        "training.microbatches=\(count)", "training.gradient_groups=1",
      ])
      return try RunOutcome.train(config, ranks: 1)[0].losses
    }
    let (whole, parts) = (try losses(1), try losses(microbatches))
    #expect(whole.count == 4 && parts.count == 4)
    for (a, b) in zip(whole, parts) { #expect(abs(a - b) <= 1e-5 * max(1, abs(a))) }
  }
}
