internal import PartitaGraph

/// The table of PipeDream's planner over some prefixes.
package struct PublishedTable {
  private let states: PublishedStates
  private let bandwidth: Double
  private let memory: Double
  private let devices: Int
  private let isStraight: Bool

  /// A pipeline, and what the planner takes it to cost.
  package struct Answer {
    package let value: Double
    package let stages: [(nodes: [Int], replicas: Int)]
  }

  /// - Parameter devices: as many are used, no fewer.
  package init(_ states: PublishedStates, _ model: PipedreamModel, devices: Int) {
    self.states = states
    bandwidth = model.bandwidth
    memory = model.memory
    isStraight = model.replicaLimit == 1
    self.devices = devices
  }

  /// The best pipeline; nil where memory allows none, or `isOver` ends the search.
  package func solve(isOver: () -> Bool = { false }) -> Answer? {
    // A close bound makes the search quick, so it grows until there is an answer.
    var bound = 1.1 * states.work[states.count - 1] / Double(devices)
    for _ in 0..<12 {
      if let answer = solve(below: bound, isOver: isOver) { return answer }
      bound *= 2
    }
    return solve(below: .infinity, isOver: isOver)
  }

  /// The best pipeline that costs less than `bound`; nil if there is none, or `isOver` ends the search.
  ///
  /// Entries that can't be part of such a pipeline are left out, which changes no answer: as a stage
  /// of C seconds on r devices takes at least C / r, a prefix needs C / bound devices, and what is
  /// behind it, too. Complexity: O(prefixes² · devices²), far less under a close bound.
  package func solve(below bound: Double, isOver: () -> Bool = { false }) -> Answer? {
    let (count, columns) = (states.count, devices + 1)
    var best = Array(repeating: Double.infinity, count: count * columns)
    var splitOf = Array(repeating: -1, count: count * columns)
    var replicasOf = Array(repeating: 0, count: count * columns)
    let (last, total) = (count - 1, states.work[count - 1])
    let close = bound * (1 + 1e-9)
    var alive: [Int] = []
    for state in 0..<count {
      if isOver() { return nil }
      let least = max(1, Self.devices(states.work[state], below: close))
      let most =
        devices - (state == last ? 0 : Self.devices(total - states.work[state], below: close))
      guard least <= most else { continue }
      let columnsOfState = (state == last ? devices : least)...most
      let row = state * columns
      for used in columnsOfState where !isStraight || used == 1 {
        let value = stage(from: nil, to: state, replicas: used, used: used)
        if value < bound { (best[row + used], replicasOf[row + used]) = (value, used) }
      }
      for split in alive
      where states.work[state] - states.work[split] < close * Double(devices)
        && states.isSubset(split, state)
      {
        for used in columnsOfState where used > 1 {
          for replicas in 1...(isStraight ? 1 : used - 1) {
            let before = best[split * columns + used - replicas]
            guard before < best[row + used], before < bound else { continue }
            let value = max(
              before, stage(from: split, to: state, replicas: replicas, used: used))
            if value < best[row + used], value < bound {
              best[row + used] = value
              splitOf[row + used] = split
              replicasOf[row + used] = replicas
            }
          }
        }
      }
      if columnsOfState.contains(where: { best[row + $0] < bound }) { alive.append(state) }
    }
    guard best[last * columns + devices] < bound else { return nil }
    var stages: [(nodes: [Int], replicas: Int)] = []
    var (state, used) = (last, devices)
    while true {
      let (split, replicas) = (splitOf[state * columns + used], replicasOf[state * columns + used])
      stages.append((states.nodes(of: state, without: split < 0 ? nil : split), replicas))
      guard split >= 0 else { break }
      (state, used) = (split, used - replicas)
    }
    return Answer(value: best[last * columns + devices], stages: stages.reversed())
  }

  /// The fewest devices on which so much work can be done in less than `bound`.
  private static func devices(_ work: Double, below bound: Double) -> Int {
    bound.isFinite && bound > 0 ? Int(clamping: (work / bound).rounded(.up)) : 0
  }

  /// What the planner takes a stage to cost; infinite where it breaks the planner's memory rule.
  /// `used` are the devices of this stage and those before it.
  private func stage(from split: Int?, to state: Int, replicas: Int, used: Int) -> Double {
    let r = Double(replicas)
    let (work, weights, activations) =
      split.map {
        (
          states.work[state] - states.work[$0], states.weights[state] - states.weights[$0],
          states.activations[state] - states.activations[$0]
        )
      } ?? (states.work[state], states.weights[state], states.activations[state])
    let kept = (Double(devices - used) / r).rounded(.up)
    guard memory == .infinity || kept * (activations + weights) <= memory else { return .infinity }
    let seconds = (work + 4 * (r - 1) * weights / (bandwidth * r)) / r
    guard let split else { return seconds }
    let after = state == states.count - 1 ? 0 : states.outputs[state]
    return max(seconds, 2 * max(states.outputs[split], after) / (bandwidth * r))
  }
}
