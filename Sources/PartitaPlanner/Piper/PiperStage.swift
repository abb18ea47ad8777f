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
    let choices: [Choice]
  }

  private struct Choice: Hashable {
    let id: String
    let seconds, weights, syncBytes, perMicrobatch, besides: Double
  }

  private let model: PiperModel
  private let groups: [Group]
  /// 2 · bytes of all edges that cross a border.
  private let edgeBytes: Double

  /// Nil where a node has no variant of the degree.
  init?(_ model: PiperModel, _ pool: PrefixPool, from row: Int, to next: Int, tensorDegree: Int) {
    self.model = model
    let nodes = pool.nodes(of: next, without: row)
    var isInside = Array(repeating: false, count: model.graph.count)
    for node in nodes { isInside[node] = true }
    var bytes = 0.0
    var entering: [Int: [Int]] = [:]
    var leaving: [Int: [Int]] = [:]
    for edge in model.graph.edges where isInside[edge.from] != isInside[edge.to] {
      bytes += 2 * edge.bytes
      if isInside[edge.to] {
        entering[edge.to, default: []].append(edge.from)
      } else {
        leaving[edge.from, default: []].append(edge.to)
      }
    }
    var groups: [Group] = []
    var places: [[Choice]: Int] = [:]
    for node in nodes {
      let choices = model.costs.variants[node].filter { $0.tensorDegree == tensorDegree }.map {
        variant in
        let sync =
          (entering[node] ?? []).reduce(0) { $0 + 2 * (variant.syncIn[$1] ?? 0) }
          + (leaving[node] ?? []).reduce(0) { $0 + 2 * (variant.syncOut[$1] ?? 0) }
        return Choice(
          id: variant.id, seconds: variant.seconds, weights: variant.parameterBytes,
          syncBytes: sync, perMicrobatch: variant.memoryPerMicrobatch,
          besides: variant.memoryBesides)
      }
      guard !choices.isEmpty else { return nil }
      if let place = places[choices] {
        groups[place].nodes.append(node)
      } else {
        places[choices] = groups.count
        groups.append(Group(nodes: [node], choices: choices))
      }
    }
    self.groups = groups
    edgeBytes = bytes
  }

  private func seconds(_ choice: Choice, replicas: Int) -> Double {
    let d = Double(replicas)
    let reduction = 4 * (d - 1) * choice.weights / (d * Double(model.microbatches))
    return (choice.syncBytes / d + reduction) / model.bandwidth + choice.seconds / d
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

  /// Seconds a sample with the fastest variants that fit into memory; infinite where none do.
  func leastSeconds(replicas: Int, inFlight: Int) -> Double {
    // The fastest of all, where they fit, need no knapsack.
    var (sum, bytes) = (edgeSeconds(replicas: replicas), 0.0)
    for group in groups {
      var fastest = group.choices[0]
      for choice in group.choices.dropFirst()
      where seconds(choice, replicas: replicas) < seconds(fastest, replicas: replicas) {
        fastest = choice
      }
      sum += Double(group.nodes.count) * seconds(fastest, replicas: replicas)
      bytes += Double(group.nodes.count) * self.bytes(fastest, inFlight)
    }
    guard bytes > model.memory * (1 - 1e-12) else { return sum }
    return fronts(replicas: replicas, inFlight: inFlight)?.last?.first?.seconds ?? .infinity
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
        for point in points where front.last.map({ point.bytes < $0.bytes }) ?? true {
          front.append(point)
        }
        fronts.append(front)
      }
    }
    return fronts
  }

  private func bytes(_ choice: Choice, _ inFlight: Int) -> Double {
    choice.perMicrobatch * Double(inFlight) + choice.besides
  }
}
