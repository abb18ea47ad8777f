internal import PartitaSchedule

/// Builds a schedule from the front: whoever can start earliest takes the action that a rule likes
/// best, and keeps within the limit. R it leaves out: it has its place before B or I.
///
/// It can't paint itself into a corner: F of a chunk leaves room for one microbatch of each of the
/// rank's later chunks. For take the first microbatch that isn't through everywhere, and what it
/// needs next. I and W need no room. If it is F of chunk c of a rank, none but earlier chunks of
/// that rank keep anything, for chunks take microbatches in order, and the last of their F left
/// room for c. Only a rule's own limit on how far F may be ahead can get in the way; then there is
/// none.
struct ListScheduling {
  /// What a rank likes best of what it could do.
  struct Rule {
    /// F before I where both can start.
    let prefersForward: Bool
    /// What is closest to its end first, where several chunks can start.
    let prefersDeep: Bool
    /// How long to wait for something better than what can start now, as a share of its time.
    let patience: Double
    /// For each rank, how many F there are before the first I, and between F and I of a microbatch.
    let ahead: [Int]?
  }

  private struct Candidate {
    let start: Double
    let share: Int
    let phase: Phase
  }

  private let problem: SchedulingProblem
  private let rule: Rule
  private var forward, backward: [Double]
  private var free: [Double]
  private var used, ahead: [Int]
  /// For each rank and share, how many F, I and W are done.
  private var done: [[[Int]]]
  private var orders: [[ComputeAction]]

  private init(_ problem: SchedulingProblem, _ rule: Rule) {
    self.problem = problem
    self.rule = rule
    forward = Array(repeating: -1, count: problem.cells)
    backward = forward
    free = problem.shares.map { _ in 0 }
    used = problem.shares.map { _ in 0 }
    ahead = used
    done = problem.shares.map { $0.map { _ in [0, 0, 0] } }
    orders = problem.shares.map { _ in [] }
  }

  /// The orders that a rule makes; nil where it gets stuck.
  ///
  /// Complexity: O(actions · (ranks + chunks)).
  static func orders(_ problem: SchedulingProblem, _ rule: Rule) -> [[ComputeAction]]? {
    var state = ListScheduling(problem, rule)
    var candidates = problem.shares.indices.map { state.candidate($0) }
    while true {
      var first: (rank: Int, Candidate)?
      for (rank, candidate) in candidates.enumerated() {
        guard let candidate else { continue }
        if candidate.start < first?.1.start ?? .infinity { first = (rank, candidate) }
      }
      guard let first else { break }
      let reader = state.take(first.1, on: first.rank)
      candidates[first.rank] = state.candidate(first.rank)
      if let reader { candidates[reader] = state.candidate(reader) }
    }
    let isComplete = zip(problem.shares, state.orders).allSatisfy { shares, order in
      order.count == shares.reduce(0) { $0 + 3 * $1.microbatches.count }
    }
    return isComplete ? state.orders : nil
  }

  /// What a rank does next, as far as it is known; nil if nothing can start.
  private func candidate(_ rank: Int) -> Candidate? {
    var found: [Candidate] = []
    for share in problem.shares[rank].indices {
      for (place, phase) in [Phase.forward, .inputGradient, .weightGradient].enumerated() {
        guard let start = start(rank, share, phase, done: done[rank][share][place]) else {
          continue
        }
        found.append(Candidate(start: start, share: share, phase: phase))
      }
    }
    guard let first = found.min(by: { $0.start < $1.start }) else { return nil }
    let stage = problem.shares[rank][first.share].stage
    let last = first.start + rule.patience * problem.costs.stages[stage].seconds(first.phase)
    return found.filter { $0.start <= last }.min { liking($0) < liking($1) }
  }

  /// The smaller, the better.
  private func liking(_ candidate: Candidate) -> (Int, Int, Double) {
    let depth = rule.prefersDeep ? candidate.share : -candidate.share
    switch candidate.phase {
    case .forward: return (rule.prefersForward ? 0 : 2, -depth, candidate.start)
    case .backward, .inputGradient: return (1, depth, candidate.start)
    case .recompute, .weightGradient: return (3, depth, candidate.start)
    }
  }

  private func start(_ rank: Int, _ share: Int, _ phase: Phase, done count: Int) -> Double? {
    let shares = problem.shares[rank]
    let (stage, own) = (shares[share].stage, shares[share].microbatches)
    guard count < own.count else { return nil }
    switch phase {
    case .forward:
      let reserve = shares[share...].reduce(0) { $0 + $1.bytes }
      guard used[rank] + reserve <= problem.limit, ahead[rank] < rule.ahead?[rank] ?? .max else {
        return nil
      }
      guard stage > 0 else { return free[rank] }
      return arrival(forward, problem.cell(stage - 1, own[count]), rank)
    case .backward, .inputGradient:
      guard count < done[rank][share][0] else { return nil }
      guard stage + 1 < problem.stageCount else { return free[rank] }
      return arrival(backward, problem.cell(stage + 1, own[count]), rank)
    case .recompute: return nil
    case .weightGradient:
      return count < done[rank][share][1] ? free[rank] : nil
    }
  }

  private func arrival(_ ends: [Double], _ cell: Int, _ rank: Int) -> Double? {
    ends[cell] < 0 ? nil : max(free[rank], problem.arrival(ends[cell], from: cell, on: rank))
  }

  /// Takes an action; returns the rank that may wait for it.
  private mutating func take(_ candidate: Candidate, on rank: Int) -> Int? {
    let share = problem.shares[rank][candidate.share]
    let (stage, phase) = (share.stage, candidate.phase)
    let place = phase == .forward ? 0 : phase == .inputGradient ? 1 : 2
    let microbatch = share.microbatches[done[rank][candidate.share][place]]
    done[rank][candidate.share][place] += 1
    free[rank] = candidate.start + problem.costs.stages[stage].seconds(phase)
    orders[rank].append(ComputeAction(stage: stage, phase, microbatch: microbatch))
    var reader: Int?
    switch phase {
    case .forward:
      forward[problem.cell(stage, microbatch)] = free[rank]
      used[rank] += share.bytes
      ahead[rank] += 1
      if stage + 1 < problem.stageCount { reader = stage + 1 }
    case .backward, .inputGradient:
      backward[problem.cell(stage, microbatch)] = free[rank]
      ahead[rank] -= 1
      if stage > 0 { reader = stage - 1 }
    case .recompute: break
    case .weightGradient: used[rank] -= share.bytes
    }
    return reader.map { problem.rank(ofCell: problem.cell($0, microbatch)) }
  }
}
