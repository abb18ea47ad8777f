import PartitaPlan
import Testing

/// What a user may ask of a plan, and what is said of what can't be (law 6).
@Suite struct PlanRequestTests {
  private static let layers = ["stem", "left", "right", "head"]

  private func plan(
    _ request: PlanRequest, ranks: Int, layers: [String] = layers,
    seconds: [Double] = [4, 1, 1, 2], microbatches: Int = 8, groups: Int = 4
  ) throws(PlanError) -> String {
    let plan = try request.plan(
      layers: layers, seconds: seconds, microbatches: microbatches, gradientGroups: groups,
      worldSize: ranks)
    #expect(plan.worldSize == ranks)
    return plan.stages.map { "\($0.layers)x\($0.replicas)" }.joined(separator: " ")
  }

  private func error(_ request: PlanRequest, ranks: Int, groups: Int = 4) -> String? {
    #expect(throws: PlanError.self) { try plan(request, ranks: ranks, groups: groups) }?
      .description
  }

  /// No list of a thousand million ranks is made to find that there are too many.
  @Test func veryManyRanks() {
    let ranks = 1_000_000_000
    #expect(
      error(PlanRequest(), ranks: ranks)?.hasPrefix("1000000000 ranks can't be 4 layers'") == true)
    #expect(
      error(PlanRequest(stages: 2), ranks: ranks)?.hasPrefix(
        "stage 0 has 500000000 replicas, but only 4")
        == true)
    #expect(
      error(PlanRequest(stages: 4, replicas: [ranks]), ranks: ranks)?
        .hasPrefix("stage 0 has 1000000000 replicas, but only 4") == true)
    let names = (0..<5000).map { "layer \($0)" }
    let unknown = #expect(throws: PlanError.self) {
      try plan(PlanRequest(cuts: ["x"]), ranks: 1, layers: names, seconds: names.map { _ in 1 })
    }
    #expect(unknown?.description.hasSuffix(", … (5000 in all)") == true)
    #expect((unknown?.description.count ?? 0) < 1000)
  }

  // MARK: Legal

  @Test func everythingSaid() throws {
    let request = PlanRequest(stages: 2, replicas: [2], cuts: ["head"])
    #expect(try plan(request, ranks: 4) == "0..<3x2 3..<4x2")
    let uneven = PlanRequest(stages: 2, replicas: [3, 1], cuts: ["left"])
    #expect(try plan(uneven, ranks: 4) == "0..<1x3 1..<4x1")
  }

  @Test(arguments: GradientOrder.allCases)
  func theOrderOfGradientsIsThePlans(_ order: GradientOrder) throws {
    for request in [PlanRequest(), PlanRequest(ranks: [[0], [1]])] {
      let plan = try request.plan(
        layers: Self.layers, seconds: [4, 1, 1, 2], microbatches: 8, gradientGroups: 4,
        gradientOrder: order, worldSize: 2)
      #expect(plan.gradientOrder == order)
    }
  }

  @Test func cutsAlone() throws {
    #expect(try plan(PlanRequest(cuts: ["right"]), ranks: 2) == "0..<2x1 2..<4x1")
    #expect(try plan(PlanRequest(cuts: ["right"]), ranks: 6) == "0..<2x3 2..<4x3")
    let all = PlanRequest(cuts: ["left", "right", "head"])
    #expect(try plan(all, ranks: 4) == "0..<1x1 1..<2x1 2..<3x1 3..<4x1")
    let uneven = PlanRequest(replicas: [1, 2, 1], cuts: ["left", "head"])
    #expect(try plan(uneven, ranks: 4) == "0..<1x1 1..<3x2 3..<4x1")
  }

  @Test func balancedCuts() throws {
    #expect(try plan(PlanRequest(stages: 2), ranks: 2) == "0..<1x1 1..<4x1")
    #expect(try plan(PlanRequest(stages: 3), ranks: 3) == "0..<1x1 1..<3x1 3..<4x1")
    #expect(try plan(PlanRequest(stages: 1), ranks: 4) == "0..<4x4")
    #expect(try plan(PlanRequest(replicas: [2]), ranks: 4) == "0..<1x2 1..<4x2")
    #expect(try plan(PlanRequest(replicas: [1, 3]), ranks: 4) == "0..<1x1 1..<4x3")
    #expect(try plan(PlanRequest(stages: 2, replicas: [1]), ranks: 2) == "0..<1x1 1..<4x1")
  }

  /// Left open, the shape with the shortest (⌈m / r⌉ + p - 1) times the slowest stage.
  @Test func theCheapestShape() throws {
    #expect(try plan(PlanRequest(), ranks: 1) == "0..<4x1")
    // One stage: 8/4 slots of 8; two: (4 + 1) of 4; four: (8 + 3) of 4.
    #expect(try plan(PlanRequest(), ranks: 4) == "0..<4x4")
    // Two groups allow two replicas: two stages, or four.
    #expect(try plan(PlanRequest(), ranks: 4, groups: 2) == "0..<1x2 1..<4x2")
    #expect(
      try plan(PlanRequest(), ranks: 4, groups: 1) == "0..<1x1 1..<2x1 2..<3x1 3..<4x1")
    // One microbatch can't be shared out: every shape takes its whole chain, the first wins.
    #expect(
      try plan(PlanRequest(), ranks: 2, seconds: [1, 1, 1, 1], microbatches: 1) == "0..<4x2")
  }

  // MARK: Illegal

  @Test func cutsThatNameNoLayer() {
    #expect(
      error(PlanRequest(cuts: ["haed"]), ranks: 2)
        == "no layer is named 'haed'; did you mean 'head'? The layers are: stem, left, right, head")
    #expect(
      error(PlanRequest(cuts: ["elsewhere"]), ranks: 2)
        == "no layer is named 'elsewhere'. The layers are: stem, left, right, head")
  }

  @Test func cutsThatCutNothing() {
    #expect(
      error(PlanRequest(cuts: ["stem"]), ranks: 2)
        == "can't cut before 'stem': it is the first layer")
    let order = "cuts are named in the order of the layers, each once"
    #expect(
      error(PlanRequest(cuts: ["head", "left"]), ranks: 3) == "can't cut before 'left': \(order)")
    #expect(
      error(PlanRequest(cuts: ["left", "left"]), ranks: 3) == "can't cut before 'left': \(order)")
  }

  @Test func stagesAgainstCuts() {
    #expect(
      error(PlanRequest(stages: 3, cuts: ["left"]), ranks: 3)
        == "1 cuts make 2 stages, not 3: give as many cuts as stages less one, or leave one of "
        + "the two out")
    #expect(
      error(PlanRequest(stages: 1, cuts: ["left"]), ranks: 2)
        == "1 cuts make 2 stages, not 1: give as many cuts as stages less one, or leave one of "
        + "the two out")
  }

  @Test func stagesAgainstReplicas() {
    let tail = "give one number, or one for each stage"
    #expect(
      error(PlanRequest(stages: 3, replicas: [1, 2]), ranks: 3)
        == "parallel.replicas names 2 stages, and there are 3: \(tail)")
    #expect(
      error(PlanRequest(replicas: [1, 2, 1], cuts: ["left"]), ranks: 4)
        == "parallel.replicas names 3 stages, and there are 2: \(tail)")
  }

  /// However the stages were asked for, and whatever the number of ranks.
  @Test(arguments: [1, 5, 10])
  func moreStagesThanLayers(ranks: Int) {
    let words = "5 stages need at least as many layers, and the model has 4: use at most 4 stages"
    #expect(error(PlanRequest(stages: 5), ranks: ranks) == words)
    #expect(error(PlanRequest(stages: 5, replicas: [2]), ranks: ranks) == words)
    #expect(error(PlanRequest(replicas: [1, 1, 1, 1, 1]), ranks: ranks) == words)
  }

  @Test func moreStagesThanLayersByReplicas() {
    #expect(
      error(PlanRequest(replicas: [2]), ranks: 10)
        == "5 stages need at least as many layers, and the model has 4: use at most 4 stages")
  }

  @Test(arguments: [0, -1])
  func numbersBelowOne(_ number: Int) {
    let stages = "a plan has at least one stage, not \(number)"
    #expect(error(PlanRequest(stages: number), ranks: 2) == stages)
    #expect(error(PlanRequest(stages: number, replicas: [1]), ranks: 2) == stages)
    let replicas = "a stage has at least one replica, not \(number)"
    #expect(error(PlanRequest(replicas: [number]), ranks: 2) == replicas)
    #expect(error(PlanRequest(stages: 2, replicas: [1, number]), ranks: 2) == replicas)
  }

  @Test func worldSizesThatDoNotFit() {
    func words(_ shape: String, needs needed: Int, given: Int) -> String {
      "the plan of \(shape) needs \(needed) ranks, and there are \(given): start it with mpirun "
        + "-n \(needed), or change parallel.stages and parallel.replicas"
    }
    #expect(
      error(PlanRequest(stages: 2, replicas: [2]), ranks: 3)
        == words("2 x 2 stages x replicas", needs: 4, given: 3))
    #expect(
      error(PlanRequest(replicas: [3, 1]), ranks: 2)
        == words("3+1 stages x replicas", needs: 4, given: 2))
    #expect(error(PlanRequest(stages: 3), ranks: 8) == words("3 stages", needs: 6, given: 8))
    #expect(error(PlanRequest(stages: 3), ranks: 2) == words("3 stages", needs: 3, given: 2))
    #expect(error(PlanRequest(cuts: ["left"]), ranks: 3) == words("2 stages", needs: 2, given: 3))
    #expect(
      error(PlanRequest(replicas: [2]), ranks: 5) == words("2 replicas", needs: 4, given: 5))
    #expect(
      error(PlanRequest(replicas: [4]), ranks: 2) == words("4 replicas", needs: 4, given: 2))
  }

  @Test func moreReplicasThanGroups() {
    func words(_ stage: Int, _ replicas: Int) -> String {
      "stage \(stage) has \(replicas) replicas, but only 2 gradient groups: set "
        + "training.gradient_groups to a power of two of at least \(replicas), with as many "
        + "microbatches"
    }
    #expect(error(PlanRequest(stages: 1), ranks: 3, groups: 2) == words(0, 3))
    #expect(error(PlanRequest(replicas: [1, 3]), ranks: 4, groups: 2) == words(1, 3))
    #expect(error(PlanRequest(replicas: [4]), ranks: 4, groups: 2) == words(0, 4))
  }

  @Test func noPlanForTheRanks() {
    #expect(
      error(PlanRequest(), ranks: 7, groups: 2)
        == "7 ranks can't be 4 layers' stages times at most 2 replicas: use a number of ranks "
        + "that is a product of the two, or more training.gradient_groups")
  }
}
