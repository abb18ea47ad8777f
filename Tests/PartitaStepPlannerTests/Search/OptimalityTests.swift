import PartitaPlan
import PartitaSchedule
import PartitaStepPlanner
import StepProblems
import Testing

/// The planner's answer is the best of all, and its bound is one.
@Suite struct OptimalityTests {
  @Test(arguments: SeededProblem.all)
  func equalsBruteForceUnderEverySchedule(_ seeded: SeededProblem) throws {
    var tried = 0
    for schedule in ScheduleCatalogue.standard.schedules {
      let problem = try seeded.problem(pins: PlanPins(schedule: schedule.name))
      guard let best = try BruteForce(problem: problem).best(schedule) else { continue }
      let found = try StepPlanner(problem) { _ in [] }.best()
      #expect(abs(found.seconds - best) <= 1e-12 * best, "\(schedule.name)")
      #expect(found.ending == .complete)
      tried += 1
    }
    #expect(tried >= 4)
  }

  /// Every order of F and B that can be performed, named or not, and every named schedule: none is
  /// faster than what is found, and what is faster has I and W apart.
  @Test(arguments: SeededProblem.tiny)
  func equalsBruteForceOverAllOrders(_ seeded: SeededProblem) throws {
    // Several stages on a rank and three microbatches have too many orders to try.
    let virtual = seeded.microbatches == 2 ? nil : 1
    let problem = try seeded.problem(pins: PlanPins(virtual: virtual))
    let found = try StepPlanner(problem) { _ in [] }.best()
    let stages = virtual.map { [$0] } ?? Array(1...4)
    let best = try BruteForce(problem: problem).bestOfAllOrders(virtual: stages)
    let named = try ScheduleCatalogue.standard.schedules.compactMap { schedule in
      let pinned = try seeded.problem(pins: PlanPins(virtual: virtual, schedule: schedule.name))
      return try? StepPlanner(pinned) { _ in [] }.best().seconds
    }.min()
    let least = min(best, named ?? .infinity)
    #expect(found.seconds <= least * (1 + 1e-12))
    if found.seconds < least * (1 - 1e-12) {
      #expect(found.program.ranks.contains { $0.splitsB })
    }
    #expect(found.lowerBound <= best * (1 + 1e-9))
  }

  @Test(arguments: SeededProblem.all)
  func noPlanIsBelowTheBound(_ seeded: SeededProblem) throws {
    let problem = try seeded.problem()
    let found = try StepPlanner(problem) { _ in [] }.best()
    #expect(found.lowerBound > 0)
    #expect(found.lowerBound <= found.seconds)
    for schedule in ScheduleCatalogue.standard.schedules {
      for seconds in try BruteForce(problem: problem).all(schedule) {
        #expect(seconds >= found.lowerBound * (1 - 1e-9), "\(schedule.name)")
        #expect(seconds >= found.seconds * (1 - 1e-9), "\(schedule.name)")
      }
    }
  }

  /// Where replicas share updates, too.
  @Test(arguments: SeededProblem.all)
  func noPlanOfSharedUpdatesIsBelowTheBound(_ seeded: SeededProblem) throws {
    let problem = try seeded.problem(shardsUpdate: true)
    let found = try StepPlanner(problem) { _ in [] }.best()
    #expect(found.choice.plan.shardsUpdate)
    #expect(found.lowerBound > 0 && found.lowerBound <= found.seconds)
    for schedule in ScheduleCatalogue.standard.schedules {
      for seconds in try BruteForce(problem: problem).all(schedule) {
        #expect(seconds >= found.lowerBound * (1 - 1e-9), "\(schedule.name)")
        #expect(seconds >= found.seconds * (1 - 1e-9), "\(schedule.name)")
      }
    }
  }

  /// Ranks on two hosts, some of them faster: the best plan in the best order of its ranks, and a bound.
  @Test(arguments: SeededProblem.uneven)
  func equalsBruteForceOverOrdersOfRanks(_ seeded: SeededProblem) throws {
    for schedule in ScheduleCatalogue.standard.schedules {
      let problem = try seeded.problem(pins: PlanPins(schedule: schedule.name))
      let all = try BruteForce(problem: problem).all(schedule)
      guard let best = all.min() else { continue }
      let found = try StepPlanner(problem) { _ in [] }.best()
      #expect(abs(found.seconds - best) <= 1e-12 * best, "\(schedule.name)")
      #expect(found.ending == .complete)
      #expect(found.lowerBound > 0 && found.lowerBound <= best * (1 + 1e-9))
    }
  }

  /// A limit that nothing fits that keeps all: the fastest way to compute some of it again.
  @Test(arguments: SeededProblem.all + SeededProblem.uneven.prefix(4))
  func equalsBruteForceWithRecomputing(_ seeded: SeededProblem) throws {
    for name in ["1f1b", "gpipe", "zb-h1"] {
      let problem = try seeded.problem(pins: PlanPins(schedule: name))
      let schedule = try #require(problem.schedules[name])
      @Sendable func bytes(_ choice: StepChoice) throws -> [Int] {
        try BruteForce.prediction(choice, problem).map { BruteForce.bytes($0) } ?? []
      }
      let free = try StepPlanner(problem, memory: bytes).best()
      for share in [0.4, 0.7] {
        let limit = Int(share * Double(free.bytes.max() ?? 0))
        let layers = problem.layers.names.indices
        var brute = BruteForce(problem: problem)
        brute.limit = limit
        brute.recomputing = { _ in
          (0..<1 << layers.count).map { set in layers.filter { set & 1 << $0 != 0 } }
        }
        let best = try brute.best(schedule)
        let found = try? StepPlanner(problem, memoryLimit: limit, memory: bytes).best()
        #expect((found == nil) == (best == nil), "\(name), \(limit) bytes")
        if let found, let best {
          #expect(abs(found.seconds - best) <= 1e-12 * best, "\(name), \(limit) bytes")
          #expect(found.bytes.allSatisfy { $0 <= limit })
        }
      }
    }
  }

  /// Eight layers on four ranks: orders of unequal ranks, stages computed again on equal ones.
  @Test(arguments: SeededProblem.large) func largeOnesEqualBruteForce(_ seeded: SeededProblem)
    throws
  {
    for name in ["1f1b", "zb-h1"] {
      let problem = try seeded.problem(
        pins: PlanPins(virtual: 1, schedule: name))
      let schedule = try #require(problem.schedules[name])
      @Sendable func bytes(_ choice: StepChoice) throws -> [Int] {
        try BruteForce.prediction(choice, problem).map { BruteForce.bytes($0) } ?? []
      }
      let found = try StepPlanner(problem, memory: bytes).best()
      let best = try #require(try BruteForce(problem: problem).best(schedule))
      #expect(abs(found.seconds - best) <= 1e-12 * best, "\(name)")
      guard !seeded.isUneven else { continue }
      let limit = (found.bytes.max() ?? 0) / 2
      var brute = BruteForce(problem: problem)
      brute.limit = limit
      brute.recomputing = { plan in
        (0..<1 << plan.stages.count).map { set in
          plan.stages.indices.filter { set & 1 << $0 != 0 }.flatMap { plan.stages[$0].layers }
        }
      }
      let within = try brute.best(schedule)
      let answer = try? StepPlanner(problem, memoryLimit: limit, memory: bytes).best()
      #expect((answer == nil) == (within == nil))
      if let answer, let within {
        #expect(abs(answer.seconds - within) <= 1e-12 * within, "\(name), \(limit) bytes")
      }
    }
  }

  /// Ranks that may only hold so much: the best plan that fits, and if none does, the least need.
  @Test(arguments: SeededProblem.all.filter { $0.ranks > 1 })
  func aLimitIsKept(_ seeded: SeededProblem) throws {
    let problem = try seeded.problem()
    // As if every stage of a rank took a byte, and every replica ten.
    @Sendable func bytes(_ choice: StepChoice) -> [Int] {
      choice.plan.holdings.map { held in
        held.reduce(0) { $0 + 1 + 10 * choice.plan.stages[$1.stage].replicas }
      }
    }
    let free = try StepPlanner(problem, memory: bytes).best()
    let limit = (free.bytes.max() ?? 0) - 1
    do {
      let found = try StepPlanner(problem, memoryLimit: limit, memory: bytes).best()
      #expect(found.bytes.max() ?? 0 <= limit)
      #expect(found.seconds >= free.seconds)
    } catch let error as StepPlanError {
      guard case .memory(limit, let least) = error else { throw error }
      #expect(least > limit)
    }
  }

  /// A search that may not take any time has an answer all the same, and says that it was cut off.
  @Test func aSearchWithoutTimeHasAnAnswer() throws {
    let problem = try SeededProblem(seed: 5, layers: 5, ranks: 3).problem()
    let found = try StepPlanner(problem, isOutOfTime: { _ in true }) { _ in [] }.best()
    #expect(found.ending == .timeLimit)
    #expect(found.lowerBound <= found.seconds)
  }

  /// Replicas that are pinned make a plan for as many ranks alone.
  @Test func pinnedReplicasAreForTheirRanks() throws {
    let problem = try SeededProblem(seed: 11, layers: 5, ranks: 2).problem(
      pins: PlanPins(replicas: [2]))
    #expect(try StepPlanner(problem) { _ in [] }.best().choice.plan.stages.map(\.replicas) == [2])
    #expect(throws: StepPlanError.self) {
      try StepPlanner(problem.on(ranks: 1)) { _ in [] }.best()
    }
  }

  @Test func pinsAreKept() throws {
    let seeded = SeededProblem(seed: 11, layers: 5, ranks: 3)
    let cut = try StepPlanner(seeded.problem(pins: PlanPins(cuts: ["layer2", "layer3"]))) { _ in []
    }
    .best()
    #expect(cut.choice.plan.stages.map(\.layers) == [0..<2, 2..<3, 3..<5])
    let replicas = try StepPlanner(seeded.problem(pins: PlanPins(replicas: [2, 1]))) { _ in [] }
      .best()
    #expect(replicas.choice.plan.stages.prefix(2).map(\.replicas) == [2, 1])
    let stages = try StepPlanner(seeded.problem(pins: PlanPins(stages: 2, virtual: 1))) { _ in [] }
      .best()
    #expect(stages.choice.plan.stages.count == 2)
  }

  @Test(arguments: [
    (PlanPins(cuts: ["layer9"]), "no layer is named 'layer9'; did you mean"),
    (PlanPins(replicas: [1, 1]), "needs 2 ranks, and there are 3"),
    (PlanPins(stages: 3, cuts: ["layer1"]), "1 cuts make 2 stages, not 3"),
  ])
  func pinsThatCannotBe(_ pins: PlanPins, _ words: String) throws {
    let error = #expect(throws: PlanError.self) {
      try SeededProblem(seed: 11, layers: 5, ranks: 3).problem(pins: pins)
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains(words))
  }
}

/// Where plans are too many to be listed, a shortlist is judged.
@Suite struct ShortlistTests {
  @Test func aLargeProblemIsShortlisted() throws {
    let problem = try SeededProblem(seed: 4, layers: 40, ranks: 24).problem()
    let found = try StepPlanner(problem, effort: 2_000_000) { _ in [] }.best()
    #expect(found.ending == .shortlist)
    #expect(found.lowerBound <= found.seconds)
    // Even stages under the usual schedule are no better.
    let even = try StepPlanner(
      SeededProblem(seed: 4, layers: 40, ranks: 24).problem(
        pins: PlanPins(
          replicas: [1],
          cuts: (1..<24).map { "layer\($0 * 40 / 24)" }, schedule: "1f1b"))
    ) { _ in [] }.best()
    #expect(found.seconds <= even.seconds)
  }
}

extension RankProgram {
  /// Whether a rank runs I and W apart.
  fileprivate var splitsB: Bool {
    actions.contains { action in
      guard case .compute(let compute) = action else { return false }
      return compute.phase == .inputGradient
    }
  }
}
