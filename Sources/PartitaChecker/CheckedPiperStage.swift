internal import PartitaWorkload

/// The nodes of a stage of one degree, and whether variants of them meet the threshold and fit.
struct CheckedPiperStage {
  /// One variant of one node in this stage.
  private struct Choice {
    let variant: PiperCosts.Variant
    let syncBytes: Double
  }

  private struct Cost {
    let seconds, bytes: Double
  }

  private let model: CheckedPiper
  private let choices: [[Choice]]
  private let crossing: Double

  /// Nil if a node has no variant of the degree.
  init?(_ model: CheckedPiper, _ nodes: [Int], degree: Int) {
    var isInside = Array(repeating: false, count: model.graph.count)
    for node in nodes { isInside[node] = true }
    var choices: [[Choice]] = []
    for node in nodes {
      let own = model.costs.variants[node].filter { $0.tensorDegree == degree }.map { variant in
        Choice(
          variant: variant, syncBytes: model.syncBytes(of: variant, at: node) { isInside[$0] })
      }
      guard !own.isEmpty else { return nil }
      choices.append(own)
    }
    self.model = model
    self.choices = choices
    crossing = model.crossing { isInside[$0] }
  }

  /// Whether there is a variant for each node such that the stage costs less than a bound and fits.
  ///
  /// Node by node all pairs of seconds and bytes that no other pair undercuts in both.
  func isPossible(replicas: Int, behind: Int, below bound: Double) -> Bool {
    let options = choices.map { $0.map { cost(of: $0, replicas: replicas, behind: behind) } }
    // What the nodes that are still to come take at least.
    var restSeconds = [0.0]
    var restBytes = [0.0]
    for own in options.reversed() {
      restSeconds.append(restSeconds[restSeconds.count - 1] + least(own, \.seconds))
      restBytes.append(restBytes[restBytes.count - 1] + least(own, \.bytes))
    }
    let room = 1 + PartitionChecker.boundTolerance
    var found = [Cost(seconds: crossing / Double(replicas), bytes: 0)]
    for (index, own) in options.enumerated() {
      let rest = options.count - 1 - index
      var longer: [Cost] = []
      for cost in found {
        for option in own {
          let next = Cost(seconds: cost.seconds + option.seconds, bytes: cost.bytes + option.bytes)
          if next.seconds + restSeconds[rest] < bound * room,
            next.bytes + restBytes[rest] <= model.memory * room
          {
            longer.append(next)
          }
        }
      }
      found = undominated(longer)
      if found.isEmpty { return false }
    }
    return found.contains { $0.seconds < bound && $0.bytes <= model.memory }
  }

  private func cost(of choice: Choice, replicas: Int, behind: Int) -> Cost {
    Cost(
      seconds: model.seconds(
        of: choice.variant, syncBytes: choice.syncBytes, replicas: replicas),
      bytes: model.bytes(of: choice.variant, inFlight: (behind + 2 * replicas - 1) / replicas))
  }

  private func least(_ costs: [Cost], _ key: (Cost) -> Double) -> Double {
    costs.map(key).min() ?? 0
  }

  /// By seconds ascending and bytes descending.
  private func undominated(_ costs: [Cost]) -> [Cost] {
    var kept: [Cost] = []
    for cost in costs.sorted(by: { ($0.seconds, $0.bytes) < ($1.seconds, $1.bytes) })
    where cost.bytes < kept.last?.bytes ?? .infinity {
      kept.append(cost)
    }
    return kept
  }
}
