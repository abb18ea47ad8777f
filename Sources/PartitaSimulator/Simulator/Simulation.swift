internal import PartitaPlan
public import PartitaSchedule

/// A program performed on paper: when every action starts and ends if its costs are these.
///
/// The rules are the runtime's. A rank takes its actions in order. Sends and receives only start
/// messages; a message under the link's eager limit sets out when its sender has started it, any
/// other when both sides have, and then is on its way without occupying anyone. A compute action
/// waits for the messages that it reads and for the sends that leave from the slot that it
/// overwrites; `combine` for the partial sums of its bucket, `update` for its stage's sums and tied
/// gradients, `exchange` for all ranks, the end of the step for all of the rank's messages.
public struct Simulation: Sendable {
  /// The longest step that is predicted, 31 years.
  public static let longestSeconds = 1e9

  /// What the step will take, and why.
  public let prediction: Prediction
  private let run: SimulationRun

  /// Performs a program.
  ///
  /// Complexity: O(messages + actions), in about 100 bytes for each message and 12 for each action.
  /// - Parameters:
  ///   - program: what the ranks do.
  ///   - costs: what it costs them.
  ///   - leftOutBuckets: the full buckets of each stage that the program leaves out before the middle
  ///     one: each costs what that costs.
  /// - Throws: `SimulationError` for a program that ranks could not perform, and for costs that make
  ///   a step endless.
  public init(
    _ program: Program, _ costs: StepCosts, leftOutBuckets: [Int] = []
  ) throws(SimulationError) {
    guard costs.stages.count == program.plan.stages.count else {
      throw .costs(stages: costs.stages.count, program: program.plan.stages.count)
    }
    run = try SimulationRun(program, costs, leftOutBuckets)
    // Times beyond any step's come of costs at the end of what a Double holds.
    let seconds = run.clock.first { !($0 <= Self.longestSeconds) } ?? 0
    guard seconds == 0 else { throw .endless(seconds: seconds) }
    prediction = Prediction(run)
  }

  /// What every rank does when.
  ///
  /// Complexity: O(messages + actions).
  public var trace: Trace { Trace(run) }
}

extension Prediction {
  fileprivate init(_ run: SimulationRun) {
    let makespan = run.clock.max() ?? 0
    let lastCompute = run.accounts.reduce(0) { max($0, $1.lastEnd) }
    let busiest = run.accounts.reduce(0) { max($0, $1.busy) }
    var idle = run.accounts.map { account in
      Idle(
        fillAndDrain: account.others, messages: account.messages, reduction: account.reduction,
        memory: account.memory)
    }
    let last = run.clock.indices.map { (rank: $0, from: run.clock[$0], to: makespan) }
    for wait in run.lateWaits + last {
      let end = min(max(lastCompute, wait.from), wait.to)
      idle[wait.rank].fillAndDrain += end - wait.from
      idle[wait.rank].reduction += wait.to - end
    }
    for rank in idle.indices {
      let imbalance = min(idle[rank].fillAndDrain, busiest - run.accounts[rank].busy)
      idle[rank].imbalance = imbalance
      idle[rank].fillAndDrain -= imbalance
    }
    makespanSeconds = makespan
    ranks = zip(run.accounts, idle).map { account, idle in
      Rank(
        busySeconds: account.busy, computeSeconds: account.compute, firstStart: account.firstStart,
        lastEnd: account.lastEnd, idle: idle, peakStash: account.peakStash,
        peakStashBytes: account.peakStashBytes)
    }
    criticalPath = run.criticalPath
  }
}
