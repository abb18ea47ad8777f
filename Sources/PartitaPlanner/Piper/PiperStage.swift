internal import PartitaWorkload

/// The nodes between two prefixes on one tensor degree, and which of their variants to take.
///
/// Seconds and bytes add up over nodes, so the fastest choice within a memory limit is a knapsack. It
/// is solved exactly: node by node, with the choices that no other is both faster and smaller than;
/// equal nodes, of which networks have many, keep these few.
struct PiperStage {
  /// Nodes of equal choices.
  private struct Group {
    var nodes: [Int]
    let choices: [PiperChoice]
  }

  private let model: PiperModel
  private let groups: [Group]
  /// 2 · bytes of all edges that cross a border.
  private let edgeBytes: Double

  /// Nil where a node has no variant of the degree, which goes by its place among all degrees.
  init?(
    _ model: PiperModel, _ costs: PiperStageCosts, _ pool: PrefixPool, from row: Int, to next: Int,
    degree: Int
  ) {
    self.model = model
    let (kinds, choices) = (costs.kinds[degree], costs.choices[degree])
    var bytes = 0.0
    var groups: [Group] = []
    var groupOfKind = Array(repeating: Int32(-1), count: choices.count)
    var groupOfChoices: [[PiperChoice]: Int] = [:]
    for node in pool.nodes(of: next, without: row) {
      let kind = Int(kinds[node])
      guard kind >= 0 else { return nil }
      var entering: [Int] = []
      var leaving: [Int] = []
      for (other, size, isIn) in costs.edges[node]
      where !pool.contains(next, other) || pool.contains(row, other) {
        bytes += size
        guard costs.hasSync[degree][node] else { continue }
        if isIn { entering.append(other) } else { leaving.append(other) }
      }
      guard entering.isEmpty, leaving.isEmpty else {
        let own = Self.choices(
          choices[kind], of: node, model, costs.degrees[degree], entering, leaving)
        if let place = groupOfChoices[own] {
          groups[place].nodes.append(node)
        } else {
          groupOfChoices[own] = groups.count
          groups.append(Group(nodes: [node], choices: own))
        }
        continue
      }
      if groupOfKind[kind] >= 0 {
        groups[Int(groupOfKind[kind])].nodes.append(node)
      } else {
        groupOfKind[kind] = Int32(groups.count)
        groups.append(Group(nodes: [node], choices: choices[kind]))
      }
    }
    self.groups = groups
    edgeBytes = bytes
  }

  /// A node's choices with what they send neighbours of other stages.
  private static func choices(
    _ choices: [PiperChoice], of node: Int, _ model: PiperModel, _ degree: Int,
    _ entering: [Int], _ leaving: [Int]
  ) -> [PiperChoice] {
    let variants = model.costs.variants[node].filter { $0.tensorDegree == degree }
    return zip(choices, variants).map { choice, variant in
      var choice = choice
      choice.syncBytes =
        entering.reduce(0) { $0 + 2 * (variant.syncIn[$1] ?? 0) }
        + leaving.reduce(0) { $0 + 2 * (variant.syncOut[$1] ?? 0) }
      return choice
    }
  }

  private func seconds(_ choice: PiperChoice, replicas: Int) -> Double {
    choice.seconds(replicas: replicas, model) + choice.syncSeconds(replicas: replicas, model)
  }

  private func edgeSeconds(replicas: Int) -> Double {
    edgeBytes / Double(replicas) / model.bandwidth
  }

  /// Seconds a sample with the fastest variants, memory or not.
  func leastSeconds(replicas: Int) -> Double {
    groups.reduce(edgeSeconds(replicas: replicas)) { sum, group in
      sum + Double(group.nodes.count)
        * group.choices.reduce(.infinity) { min($0, seconds($1, replicas: replicas)) }
    }
  }

  /// Whether the fastest variants that fit into memory take less than a threshold.
  ///
  /// The relaxation and its rounding say so of most stages; the others need the knapsack.
  func isBelow(
    _ threshold: Double, replicas: Int, inFlight: Int, bounds: inout ClosedRange<Double>?
  ) -> Bool {
    var known = bounds ?? range(replicas: replicas, inFlight: inFlight)
    if known.lowerBound * (1 - 1e-12) < threshold, known.upperBound >= threshold,
      known.lowerBound < known.upperBound
    {
      let exact =
        fronts(replicas: replicas, inFlight: inFlight)?.last?.first?.seconds ?? .infinity
      known = exact...exact
    }
    bounds = known
    return known.upperBound < threshold
  }

  /// What the fastest variants that fit take at least and at most: by the relaxation, in which a node
  /// may run partly one way and partly another, and by its rounding; infinite where none fit.
  private func range(replicas: Int, inFlight: Int) -> ClosedRange<Double> {
    let steps = groups.map { group in
      PiperRelaxation.Steps(
        group.choices.map {
          (seconds($0, replicas: replicas), bytes($0, inFlight))
        }, count: group.nodes.count)
    }
    let relaxation = PiperRelaxation(steps)
    let excess = relaxation.bytes - model.memory * (1 - 1e-12)
    let fastest = edgeSeconds(replicas: replicas) + relaxation.seconds
    // All of the fastest fit.
    guard excess > 0 else { return fastest...fastest }
    guard let more = relaxation.least(saving: relaxation.bytes - model.memory * (1 + 1e-12)) else {
      return .infinity ... .infinity
    }
    let rounded = relaxation.rounded(saving: excess) ?? .infinity
    return min(fastest + more, fastest + rounded)...(fastest + rounded)
  }

  /// The variants that aren't "vanilla" in the fastest choice that fits.
  func fastestVariants(replicas: Int, inFlight: Int) -> [Int: String] {
    guard let fronts = fronts(replicas: replicas, inFlight: inFlight), fronts.last?.isEmpty == false
    else { return [:] }
    var variants: [Int: String] = [:]
    var place = 0
    for (index, node) in groups.flatMap({ group in group.nodes.map { (group, $0) } }).enumerated()
      .reversed()
    {
      let point = fronts[index + 1][place]
      let id = node.0.choices[point.choice].id
      if id != "vanilla" { variants[node.1] = id }
      place = point.before
    }
    return variants
  }

  /// A choice for some first nodes.
  private struct Point {
    let seconds, bytes: Double
    /// The last node's choice, and the point of the nodes before it.
    let choice: Int
    let before: Int
  }

  /// For every number of first nodes the choices that no other is both faster and smaller than, the
  /// fastest first; nil where the smallest ones don't fit together.
  private func fronts(replicas: Int, inFlight: Int) -> [[Point]]? {
    let limit = model.memory
    // Bytes that the nodes behind take at least.
    var rest = groups.reduce(0) { sum, group in
      sum + Double(group.nodes.count)
        * group.choices.reduce(.infinity) { min($0, bytes($1, inFlight)) }
    }
    guard rest <= limit * (1 + 1e-15) else { return nil }
    // No point counts that can't become better than the rounded relaxation.
    let most = range(replicas: replicas, inFlight: inFlight).upperBound * (1 + 1e-12)
    let behind = relaxations(replicas: replicas, inFlight: inFlight)
    var fronts = [[Point(seconds: edgeSeconds(replicas: replicas), bytes: 0, choice: 0, before: 0)]]
    for group in groups {
      let least = group.choices.reduce(.infinity) { min($0, bytes($1, inFlight)) }
      for _ in group.nodes {
        rest -= least
        var points: [Point] = []
        for (before, point) in fronts[fronts.count - 1].enumerated() {
          for (index, choice) in group.choices.enumerated() {
            let bytes = point.bytes + bytes(choice, inFlight)
            guard bytes + rest <= limit * (1 + 1e-15) else { continue }
            points.append(
              Point(
                seconds: point.seconds + seconds(choice, replicas: replicas), bytes: bytes,
                choice: index, before: before))
          }
        }
        points.sort { ($0.seconds, $0.bytes, $0.choice) < ($1.seconds, $1.bytes, $1.choice) }
        var front: [Point] = []
        let own = behind[fronts.count]
        for point in points where front.last.map({ point.bytes < $0.bytes }) ?? true {
          let saving = point.bytes + own.bytes - limit * (1 + 1e-12)
          guard let more = own.least(saving: saving),
            point.seconds + own.seconds + more <= most
          else { continue }
          front.append(point)
        }
        fronts.append(front)
      }
    }
    return fronts
  }

  /// For every number of first nodes the relaxation of the others.
  private func relaxations(replicas: Int, inFlight: Int) -> [PiperRelaxation] {
    var list = [PiperRelaxation([])]
    for group in groups.reversed() {
      let steps = PiperRelaxation.Steps(
        group.choices.map { (seconds($0, replicas: replicas), bytes($0, inFlight)) }, count: 1)
      for _ in group.nodes { list.append(list[list.count - 1].adding(steps)) }
    }
    return list.reversed()
  }

  private func bytes(_ choice: PiperChoice, _ inFlight: Int) -> Double {
    choice.perMicrobatch * Double(inFlight) + choice.besides
  }
}

extension PiperChoice {
  /// Seconds a sample without what is sent to neighbours.
  func seconds(replicas: Int, _ model: PiperModel) -> Double {
    let d = Double(replicas)
    let reduction = 4 * (d - 1) * weights / (d * Double(model.microbatches))
    return reduction / model.bandwidth + seconds / d
  }

  fileprivate func syncSeconds(replicas: Int, _ model: PiperModel) -> Double {
    syncBytes / Double(replicas) / model.bandwidth
  }
}
