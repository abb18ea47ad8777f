internal import PartitaPlan
internal import PartitaSchedule

/// A plan, costs and a limit: what the search for a schedule asks again and again, laid out
/// flat.
struct SchedulingProblem {
  let plan: Plan
  let microbatches: [Int]
  let costs: ScheduleCosts
  /// Bytes that a rank may keep.
  let limit: Int
  /// For each rank its stages that have microbatches, upstream first, with those.
  let shares: [[Share]]
  private let width: Int
  private let rankOf: [Int32]

  /// A rank's part of a stage.
  struct Share {
    let stage: Int
    let microbatches: [Int]
    let bytes: Int
  }

  init(_ plan: Plan, microbatches: [Int], costs: ScheduleCosts, limit: Int) {
    self.plan = plan
    self.microbatches = microbatches
    self.costs = costs
    self.limit = limit
    let width = (microbatches.last ?? -1) + 1
    self.width = width
    rankOf = plan.stages.indices.flatMap { stage in
      (0..<width).map { Int32(plan.rank(ofMicrobatch: $0, stage: stage)) }
    }
    shares = plan.holdings.enumerated().map { rank, held in
      held.compactMap { holding in
        let stage = holding.stage
        let own = microbatches.filter { plan.rank(ofMicrobatch: $0, stage: stage) == rank }
        return own.isEmpty
          ? nil : Share(stage: stage, microbatches: own, bytes: costs.stages[stage].stashBytes)
      }
    }
  }

  var stageCount: Int { plan.stages.count }
  /// Places for one value of each stage and microbatch.
  var cells: Int { stageCount * width }

  func cell(_ stage: Int, _ microbatch: Int) -> Int { stage * width + microbatch }

  /// The rank that runs the microbatch of a cell.
  func rank(ofCell cell: Int) -> Int { Int(rankOf[cell]) }

  /// When a rank can use what was made in a cell at a time.
  func arrival(_ time: Double, from cell: Int, on rank: Int) -> Double {
    self.rank(ofCell: cell) == rank ? time : time + costs.communication
  }

  /// Whether a rank's order keeps within the limit at every point.
  ///
  /// No clock is needed: a rank does one thing at a time.
  func fits(_ order: [ComputeAction]) -> Bool {
    var used = 0
    for action in order {
      if action.phase == .forward {
        used += costs.stages[action.stage].stashBytes
        if used > limit { return false }
      } else if action.phase.endsMicrobatch {
        used -= costs.stages[action.stage].stashBytes
      }
    }
    return true
  }
}

/// Performs orders at their costs, as `Timeline` does at one slot each; keeps its memory from one
/// performance to the next.
struct PricedRun {
  /// How long a step takes: its end, then the sum of the ranks' ends.
  struct Length: Comparable {
    let makespan, sum: Double

    static func < (a: Length, b: Length) -> Bool { (a.makespan, a.sum) < (b.makespan, b.sum) }
  }

  private let problem: SchedulingProblem
  /// When F, and B or I, of each cell end; negative before they do.
  private var forward, backward: [Double]
  private var free: [Double]
  private var next: [Int]
  private var awake: [Int] = []

  init(_ problem: SchedulingProblem) {
    self.problem = problem
    forward = Array(repeating: -1, count: problem.cells)
    backward = forward
    free = Array(repeating: 0, count: problem.plan.worldSize)
    next = Array(repeating: 0, count: problem.plan.worldSize)
  }

  /// Performs orders; nil where ranks wait for ever.
  ///
  /// Complexity: O(actions).
  mutating func length(_ orders: [[ComputeAction]]) -> Length? {
    for cell in forward.indices { (forward[cell], backward[cell]) = (-1, -1) }
    for rank in free.indices { (free[rank], next[rank]) = (0, 0) }
    awake = Array(orders.indices)
    while let rank = awake.popLast() {
      while next[rank] < orders[rank].count, perform(orders[rank][next[rank]], on: rank) {
        next[rank] += 1
      }
    }
    guard orders.indices.allSatisfy({ next[$0] == orders[$0].count }) else { return nil }
    return Length(makespan: free.max() ?? 0, sum: free.reduce(0, +))
  }

  private mutating func perform(_ action: ComputeAction, on rank: Int) -> Bool {
    let own = problem.cell(action.stage, action.microbatch)
    let stride = problem.cells / problem.stageCount
    let isLast = action.stage + 1 == problem.stageCount
    var start = free[rank]
    var reader: Int?
    switch action.phase {
    case .forward:
      if action.stage > 0 {
        guard forward[own - stride] >= 0 else { return false }
        start = max(start, problem.arrival(forward[own - stride], from: own - stride, on: rank))
      }
      if !isLast { reader = own + stride }
    case .recompute:
      guard forward[own] >= 0 else { return false }
    case .backward, .inputGradient:
      guard forward[own] >= 0 else { return false }
      if !isLast {
        guard backward[own + stride] >= 0 else { return false }
        start = max(start, problem.arrival(backward[own + stride], from: own + stride, on: rank))
      }
      if action.stage > 0 { reader = own - stride }
    case .weightGradient:
      guard backward[own] >= 0 else { return false }
    }
    let end = start + problem.costs.stages[action.stage].seconds(action.phase)
    free[rank] = end
    if action.phase == .forward { forward[own] = end }
    if action.phase.sendsGradients { backward[own] = end }
    if let reader, problem.rank(ofCell: reader) != rank {
      awake.append(problem.rank(ofCell: reader))
    }
    return true
  }
}
