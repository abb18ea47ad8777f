import PartitaGraph
import PartitaPlan
import PartitaSchedule
import Testing

/// Law 2: a model has the same bits for every plan.
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
  private static func cuts(layers: Int, _ count: Int) -> [[Int]] {
    func choose(_ places: Range<Int>, _ count: Int) -> [[Int]] {
      guard count > 0 else { return [[]] }
      return places.flatMap { place in
        choose(place + 1..<places.upperBound, count - 1).map { [place] + $0 }
      }
    }
    let all = choose(1..<layers, count)
    return Set([0, all.count / 2, all.count - 1]).sorted().map { all[$0] }
  }

  /// Products of the Hessian are programs like any other.
  @Test(arguments: RuntimeModel.all.map(\.products), shapes)
  func productsHaveTheBitsOfOneRank(_ model: RuntimeModel, replicas: [Int]) throws {
    try everyPlanHasTheBitsOfOneRank(model, replicas: replicas)
  }

  @Test(arguments: RuntimeModel.all, shapes)
  func everyPlanHasTheBitsOfOneRank(_ model: RuntimeModel, replicas: [Int]) throws {
    let serial = try RunOutcome.train(model)[0]
    let losses = model.learns ? 4 : model.batches(samples: model.samples).count
    try #require(
      Set(serial.losses).count == losses && !serial.tests.isEmpty && !serial.weights.isEmpty)
    let layers = model.layers.count
    try #require(layers >= replicas.count)
    for (kind, virtual) in Self.kinds where layers >= replicas.count * virtual {
      for cuts in Self.cuts(layers: layers, replicas.count * virtual - 1) {
        let plan = RuntimePlan(replicas: replicas, kind: kind, virtual: virtual, cuts: cuts)
        // In memory that ranks share; one of the cuts by messages, too.
        for sharesMemory in cuts == Self.cuts(layers: layers, cuts.count)[0]
          ? [true, false] : [true]
        {
          let outcomes = try RunOutcome.train(model, plan, sharesMemory: sharesMemory)
          #expect(
            RunOutcome.difference(of: outcomes, from: serial) == nil,
            "\(kind.name), \(virtual) stages a rank, cut at \(cuts), shared: \(sharesMemory)")
        }
      }
    }
  }

  /// Every schedule, with one stage a rank and with two, where it can work with them.
  private static let kinds = ScheduleCatalogue.standard.schedules.flatMap { kind in
    [1, 2].filter { kind.virtualStages.contains($0) }.map { (kind, $0) }
  }

  @Test(arguments: RuntimeModel.all)
  func aSeedChangesTheBits(_ model: RuntimeModel) throws {
    let one = try RunOutcome.train(model)
    var other = model
    other.seed = 1
    #expect(RunOutcome.difference(of: try RunOutcome.train(other), from: one[0]) != nil)
  }

  /// The order of a group fixes the bits, and those of the forward pass stay as they are.
  @Test(arguments: [1, 2])
  func theOrderOfGradientsChangesTheBits(groups: Int) throws {
    var model = RuntimeModel.descending
    model.gradientGroups = groups
    let down = try RunOutcome.train(model)
    model.gradientOrder = .ascending
    let up = try RunOutcome.train(model)
    #expect(down[0].losses[0] == up[0].losses[0])
    #expect(RunOutcome.difference(of: down, from: up[0]) != nil)
    // A single microbatch has no order.
    (model.microbatches, model.gradientGroups) = (4, 4)
    let single = try RunOutcome.train(model)
    model.gradientOrder = .descending
    #expect(RunOutcome.difference(of: single, from: try RunOutcome.train(model)[0]) == nil)
  }

  /// Law 1: a microbatch carries its samples' weight, so their number only rounds differently.
  @Test(arguments: RuntimeModel.ofSingleSamples, [2, 4, 5])
  func theNumberOfMicrobatchesOnlyRounds(_ model: RuntimeModel, microbatches: Int) throws {
    func losses(_ count: Int) throws -> [Double] {
      var model = model
      (model.microbatches, model.gradientGroups) = (count, 1)
      return try RunOutcome.train(model)[0].losses
    }
    let (whole, parts) = (try losses(1), try losses(microbatches))
    #expect(whole.count == 4 && parts.count == 4)
    for (a, b) in zip(whole, parts) { #expect(abs(a - b) <= 1e-5 * max(1, abs(a))) }
  }
}
