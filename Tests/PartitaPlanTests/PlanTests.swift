import Foundation
import PartitaPlan
import Testing

/// An invalid plan can't exist (law 6), and ranks and places are two names of one thing.
@Suite struct PlanTests {
  private typealias Shape = (layers: Range<Int>, replicas: Int)

  private func error(_ stages: [Shape], groups: Int, layers: Int) -> String? {
    #expect(throws: PlanError.self) { try plan(stages, groups: groups, layers: layers) }?
      .description
  }

  /// Stages on ranks that follow each other.
  private func plan(_ stages: [Shape], groups: Int, layers: Int) throws(PlanError) -> Plan {
    var first = 0
    return try Plan(
      stages: stages.map { stage in
        defer { first += max(stage.replicas, 0) }
        return Plan.Stage(
          layers: stage.layers, ranks: Array(first..<first + max(stage.replicas, 0)))
      }, gradientGroups: groups, layerCount: layers)
  }

  private func stage(_ layers: Range<Int>, _ replicas: Int = 1) -> Shape { (layers, replicas) }

  @Test(arguments: [0, -2, 3, 6, 12])
  func groupsArePowersOfTwo(_ groups: Int) {
    #expect(
      error([stage(0..<2)], groups: groups, layers: 2)
        == "the number of gradient groups is a power of two, not \(groups)")
  }

  /// Refused before anything is sized by them.
  @Test(arguments: [3, 1_000_000_000_000, Int.max]) func numbersFarAway(_ number: Int) throws {
    func words(_ rank: Int, groups: Int) -> String? {
      #expect(throws: PlanError.self) {
        try Plan(
          stages: [.init(layers: 0..<1, ranks: [0]), .init(layers: 1..<2, ranks: [rank])],
          gradientGroups: groups, layerCount: 2)
      }?.description
    }
    let count = number == .max ? number : number + 1
    #expect(words(number, groups: 1) == "rank 1 of \(count) holds no stage")
    #expect(
      words(1, groups: 1 << 40) == "there are at most 1048576 gradient groups, not 1099511627776")
    let size = #expect(throws: PlanError.self) {
      try Plan.checkSize(stages: number, microbatches: 1 << 24)
    }
    #expect(size?.description.contains("stages times microbatches may be 16777216") == true)
    try Plan.checkSize(stages: 1 << 12, microbatches: 1 << 12)
  }

  @Test func stagesCoverEveryLayerOnceInOrder() {
    #expect(error([stage(0..<0), stage(0..<2)], groups: 1, layers: 2) == "stage 0 holds no layer")
    #expect(error([stage(1..<2)], groups: 1, layers: 2) == "stage 0 starts at layer 1, not 0")
    #expect(
      error([stage(0..<2), stage(1..<3)], groups: 1, layers: 3)
        == "stage 1 starts at layer 1, not 2")
    #expect(
      error([stage(0..<1), stage(2..<3)], groups: 1, layers: 3)
        == "stage 1 starts at layer 2, not 1")
    #expect(error([stage(0..<2)], groups: 1, layers: 3) == "the stages hold 2 of 3 layers")
    #expect(error([stage(0..<4)], groups: 1, layers: 3) == "the stages hold 4 of 3 layers")
    #expect(error([], groups: 1, layers: 0) == "the stages hold 0 of 0 layers")
  }

  @Test func everyReplicaHasAGroup() {
    #expect(error([stage(0..<1, 0)], groups: 1, layers: 1) == "stage 0 has no replica")
    #expect(error([stage(0..<1, -1)], groups: 1, layers: 1) == "stage 0 has no replica")
    #expect(
      error([stage(0..<1), stage(1..<2, 3)], groups: 2, layers: 2)
        == "stage 1 has 3 replicas, but only 2 gradient groups: set training.gradient_groups to "
        + "a power of two of at least 3, with as many microbatches")
  }

  /// All replica counts up to 4 on up to 4 stages: rank -> place -> rank, ranks without gaps,
  /// stage by stage.
  @Test func ranksAndPlaces() throws {
    var tested = 0
    for count in 1...4 {
      for replicas in tuples(count, below: 4) {
        let stages = replicas.indices.map { stage($0..<$0 + 1, replicas[$0]) }
        let plan = try self.plan(stages, groups: 4, layers: count)
        #expect(plan.worldSize == replicas.reduce(0, +))
        var next = 0
        for index in replicas.indices {
          for replica in 0..<replicas[index] {
            #expect(plan.rank(stage: index, replica: replica) == next)
            #expect(plan.holdings[next].map(\.stage) == [index])
            #expect(plan.holdings[next].map(\.replica) == [replica])
            next += 1
          }
        }
        // Every group of every stage runs on one of its replicas, and no replica has none.
        for index in replicas.indices {
          let busy = Set((0..<4).map { plan.replica(ofGroup: $0, stage: index) })
          #expect(busy == Set(0..<replicas[index]))
        }
        tested += 1
      }
    }
    #expect(tested == 4 + 16 + 64 + 256)
  }

  @Test func groupsOfMicrobatches() throws {
    let plan = try self.plan([stage(0..<3, 2)], groups: 4, layers: 3)
    #expect((0..<9).map(plan.group(ofMicrobatch:)) == [0, 1, 2, 3, 0, 1, 2, 3, 0])
    #expect(plan.stageOfLayer == [0, 0, 0])
  }

  @Test func words() throws {
    let even = try plan([stage(0..<1, 2), stage(1..<3, 2)], groups: 2, layers: 3)
    #expect("\(even)" == "2 x 2")
    #expect(even.stageOfLayer == [0, 1, 1])
    let uneven = try plan([stage(0..<2, 3), stage(2..<3, 1)], groups: 4, layers: 3)
    #expect("\(uneven)" == "3+1")
    let copy = try JSONDecoder().decode(Plan.self, from: try JSONEncoder().encode(uneven))
    #expect(copy == uneven)
  }

  /// An order other than the usual one is written; a file without one has the usual one.
  @Test func ordersOfGradients() throws {
    let (up, down) = (GradientOrder.ascending, GradientOrder.descending)
    #expect(up.allows(2, after: 1) && !up.allows(1, after: 2) && !up.allows(1, after: 1))
    #expect(down.allows(1, after: 2) && !down.allows(2, after: 1) && !down.allows(1, after: 1))
    #expect(up.reversed == down && down.reversed == up)
    let usual = try self.plan([stage(0..<1, 1)], groups: 1, layers: 1)
    let plan = try Plan(
      stages: usual.stages, gradientGroups: 1, gradientOrder: .descending, layerCount: 1)
    let text = try JSONEncoder().encode(plan)
    let copy = try JSONDecoder().decode(Plan.self, from: text)
    #expect(copy == plan && copy.gradientOrder == .descending)
    #expect(usual.gradientOrder == .ascending && usual != plan)
    let short = try #require(String(bytes: JSONEncoder().encode(usual), encoding: .utf8))
    #expect(!short.contains("gradientOrder"))
  }

  /// Several stages on a rank: round and round, or down and up again.
  @Test func stageOrders() throws {
    #expect(StageOrder.looped.ranks(stages: 4, replicas: [1, 2]) == [[0], [1, 2], [0], [1, 2]])
    #expect(
      StageOrder.vee.ranks(stages: 6, replicas: [1, 1, 1]) == [[0], [1], [2], [2], [1], [0]])
    let stages = StageOrder.vee.ranks(stages: 4, replicas: [2, 1]).enumerated().map {
      Plan.Stage(layers: $0..<$0 + 1, ranks: $1)
    }
    let plan = try Plan(stages: stages, gradientGroups: 2, layerCount: 4)
    #expect(plan.worldSize == 3)
    #expect(plan.holdings.map { $0.map(\.stage) } == [[0, 3], [0, 3], [1, 2]])
    #expect(plan.rank(ofMicrobatch: 5, stage: 3) == 1)
    #expect(
      throws: PlanError.invalid("rank 1 of 3 holds no stage"),
      performing: {
        try Plan(
          stages: [.init(layers: 0..<1, ranks: [0, 2])], gradientGroups: 2, layerCount: 1)
      })
    #expect(
      throws: PlanError.invalid("rank 1 holds two copies of stage 0"),
      performing: {
        try Plan(
          stages: [.init(layers: 0..<1, ranks: [0, 1, 1])], gradientGroups: 4, layerCount: 1)
      })
  }

  private func tuples(_ count: Int, below limit: Int) -> [[Int]] {
    count == 0
      ? [[]]
      : tuples(count - 1, below: limit).flatMap { head in (1...limit).map { head + [$0] } }
  }
}
