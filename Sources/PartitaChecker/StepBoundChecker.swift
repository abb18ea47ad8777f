internal import PartitaGraph
public import PartitaPlan
public import PartitaSchedule
public import PartitaSimulator

/// Whether no plan of one's own network is faster than a planner says, by code that shares nothing
/// with the planner: sums over layers are made directly, and plans are built up rank by rank.
public struct StepBoundChecker {
  /// A bound that isn't one, or can't be shown to be.
  public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  let cut: LayerCut
  let profile: Profile
  let costs: StepCosts
  let sizes: [Int]
  let groups: Int
  let ranks: Int
  /// Whether the replicas of a stage share its update.
  let sharesUpdate: Bool
  /// How fast the fastest rank works.
  let fastest: Double

  /// - Parameters:
  ///   - cut: the network, cut between its layers.
  ///   - profile: what the layers cost.
  ///   - costs: what messages, sums and exchanges cost; its stages are of no importance.
  ///   - microbatchSizes: the samples of each microbatch.
  ///   - gradientGroups: the groups that they fall into.
  ///   - ranks: how many there are.
  ///   - sharesUpdate: whether the replicas of a stage share its update.
  public init(
    cut: LayerCut, profile: Profile, costs: StepCosts, microbatchSizes: [Int],
    gradientGroups: Int, ranks: Int, sharesUpdate: Bool = false
  ) {
    self.cut = cut
    self.profile = profile
    self.costs = costs
    sizes = microbatchSizes
    groups = gradientGroups
    self.ranks = ranks
    self.sharesUpdate = sharesUpdate
    fastest = costs.speeds.prefix(ranks).max() ?? 1
  }

  /// Shows that no plan has a step that is shorter than `seconds`, but for a billionth.
  ///
  /// Complexity: O(ranks · layers² · groups), each with a sum over microbatches and layers.
  /// - Parameters:
  ///   - seconds: what is claimed.
  ///   - hasVirtualStages: whether ranks may hold several stages.
  /// - Throws: `Refusal` where that can't be shown.
  public func check(_ seconds: Double, hasVirtualStages: Bool) throws(Refusal) {
    let time = seconds * (1 - 1e-8)
    let layers = profile.layers.count
    // At least two stages on each of at least so many columns.
    let columns = max(2, (ranks + groups - 1) / groups)
    if hasVirtualStages, columns <= min(ranks, layers / 2) {
      let mean = meanSeconds(time)
      guard mean >= time else {
        throw Refusal(
          description:
            "plans with several stages on a rank may take \(mean) s, and \(seconds) s are "
            + "claimed as the least")
      }
    }
    // After so many ranks: which layers can have been placed, from the first on.
    var placed = Array(repeating: Array(repeating: false, count: layers + 1), count: ranks + 1)
    placed[0][0] = true
    for start in 0..<layers where placed.contains(where: { $0[start] }) {
      for replicas in 1...max(1, min(groups, ranks)) {
        let before = (0...max(0, ranks - replicas)).filter { placed[$0][start] }
        guard !before.isEmpty else { continue }
        for end in start + 1...layers where leastSeconds(start, end, replicas) <= time {
          for used in before { placed[used + replicas][end] = true }
        }
      }
    }
    guard !placed.contains(where: { $0[layers] }) else {
      throw Refusal(
        description:
          "nothing shows that a plan takes at least \(seconds) s: stages that end by then "
          + "cover the network on \(ranks) ranks")
    }
  }

  /// What a rank with a stage of layers `start..<end` takes at the least, one of `replicas`.
  func leastSeconds(
    _ start: Int, _ end: Int, _ replicas: Int
  ) -> Double {
    let layers = start..<end
    var slowest = 0.0
    for replica in 0..<replicas {
      let own = sizes.enumerated().filter {
        $0.element > 0 && $0.offset % groups % replicas == replica
      }.map(\.element)
      guard let smallest = sizes.filter({ $0 > 0 }).min() else { continue }
      let forward = own.reduce(0.0) { sum, samples in
        sum + profile.fillSeconds(layers: layers, samples: samples)
          + profile.seconds(.forward, layers: layers, samples: samples)
      }
      func backward(_ all: Bool) -> Double {
        own.reduce(0.0) { sum, samples in
          let fused = profile.seconds(.backward, layers: layers, samples: samples)
          guard start > 0 else { return sum + fused }
          let input = profile.seconds(.inputGradient, layers: layers, samples: samples)
          let weight = profile.seconds(.weightGradient, layers: layers, samples: samples)
          return sum + min(fused, input + (all ? weight : 0))
        }
      }
      let border = own.reduce(0.0) { $0 + borderSeconds(start, samples: $1) }
      let actions = 2 * Double(own.count) * costs.actionSeconds
      let head = start == 0 ? 0 : (start..<layerCount).map { way(to: $0, smallest) }.min() ?? 0
      let (down, up) = (hop(from: start, .activation), hop(from: start, .gradient))
      let tail =
        start == 0 ? 0 : (start..<layerCount).map { wayBack(from: $0, smallest) }.min() ?? 0
      let scalars = profile.step.objective.median
      let finish = (profile.finishSeconds(layers: layers) - scalars) * least(of: replicas)
      let update =
        profile.updateSeconds(layers: layers) * least(of: replicas) + finish + scalars
        + 2 * costs.actionSeconds
      let ownGroups = Set(sizes.indices.filter { sizes[$0] > 0 }.map { $0 % groups })
      let reduction = Reduction(groups: groups, replicas: replicas, filled: ownGroups)
      let elements = cut.gradientElements[layers].reduce(0, +)
      let across = costs.measuredReductions.isEmpty ? reduction.across.count : 0
      let additions =
        (Double(reduction.local[replica].count) + Double(across) / Double(replicas))
        * Double(4 * elements) * costs.reductionSecondsPerByte
      let work =
        (forward + backward(true) + border + actions + update + additions) / fastest
        + sumSeconds(elements, replicas)
      let urgent =
        (forward + backward(false) + tail + (start > 0 ? firstUpdate : 0) + finish) / fastest
      slowest = max(slowest, head / fastest + down + max(work, urgent + up))
    }
    return slowest + costs.exchangeSeconds(ranks: ranks) + costs.actionSeconds / fastest
  }

  var layerCount: Int { profile.layers.count }

  /// The part of an update that each of so many replicas has at the least.
  func least(of replicas: Int) -> Double { sharesUpdate ? 1 / Double(replicas) : 1 }

  /// Seconds of the first layer's update at the least.
  var firstUpdate: Double { profile.layers[0].update.median * least(of: groups) }

  /// Seconds of an empty message that a stage from a layer on can't do without: there is one if each of the
  /// layers from there on has an edge of this kind with one before it.
  func hop(from start: Int, _ kind: PartitaGraph.Edge.Kind) -> Double {
    guard start > 0, ranks > 1 else { return 0 }
    let isMet = (start..<layerCount).allSatisfy { layer in
      cut.edges.contains { edge in
        edge.kind == kind && (kind == .activation ? edge.to : edge.from) == layer
      }
    }
    return isMet ? links.map(\.latencySeconds).min() ?? 0 : 0
  }

  /// What all layers save at most when they are compiled as one list.
  func kept(_ work: LayerWork) -> Double {
    let samples = sizes.max() ?? 1
    let sum = profile.layers.reduce(0) { $0 + $1.seconds(work, samples: samples) }
    guard sum > 0 else { return 1 }
    return min(1, profile.seconds(work, layers: 0..<layerCount, samples: samples) / sum)
  }

  /// The longest way of a microbatch to a layer.
  func way(to layer: Int, _ samples: Int) -> Double {
    let kept = kept(.forward)
    var ends = Array(repeating: 0.0, count: layerCount)
    var start = 0.0
    for next in 0...layer {
      let before = cut.edges.filter { $0.kind == .activation && $0.to == next }.map {
        ends[$0.from]
      }
      start = before.max() ?? 0
      ends[next] =
        start + profile.layers[next].fillSeconds(samples: samples)
        + kept * profile.layers[next].seconds(.forward, samples: samples)
    }
    return start
  }

  /// The longest way of a gradient from a layer to the end of B of the first.
  func wayBack(from layer: Int, _ samples: Int) -> Double {
    let kept = kept(.backward)
    var ways = Array(repeating: 0.0, count: layerCount)
    for next in 0...layer {
      for edge in cut.edges where edge.kind == .activation && edge.to == next {
        let source = profile.layers[edge.from]
        let fused = kept * source.seconds(.backward, samples: samples)
        let own =
          edge.from == 0 ? fused : min(fused, source.seconds(.inputGradient, samples: samples))
        ways[next] = max(ways[next], own + ways[edge.from])
      }
    }
    return ways[layer]
  }

  var links: [StepCosts.Link] {
    Set(costs.hosts).count > 1 ? [costs.sameHost, costs.acrossHosts] : [costs.sameHost]
  }

  /// What a stage that starts at a layer pays for the border to the layer before.
  func borderSeconds(_ layer: Int, samples: Int) -> Double {
    guard ranks > 1 else { return 0 }
    return cut.edges.reduce(0.0) { sum, edge in
      let bytes = edge.bytes + edge.bytesPerSample * samples
      switch edge.kind {
      case .activation where edge.to == layer && edge.from == layer - 1:
        return sum + (links.map { $0.readingSeconds(bytes: bytes) }.min() ?? 0)
      case .gradient where edge.from == layer && edge.to == layer - 1:
        return sum
          + (links.map { $0.senderSeconds + $0.senderSecondsPerByte * Double(bytes) }.min() ?? 0)
      default: return sum
      }
    }
  }

  /// What sums over replicas take a stage at the least.
  func sumSeconds(_ elements: Int, _ replicas: Int) -> Double {
    guard replicas > 1, elements > 0 else { return 0 }
    var (rest, seconds) = (4 * elements, 0.0)
    if costs.measuredReductions.isEmpty {
      let chunk = max(0, min(rest, GradientLayout.bucketBytes) / replicas - 64)
      return (links.map(\.latencySeconds).min() ?? 0) * 2
        + 2 * Double(chunk) * (links.map(\.secondsPerByte).min() ?? 0)
    }
    while rest > 0 {
      let bucket = min(rest, GradientLayout.bucketBytes)
      seconds += costs.measuredReductions.map { $0.curve.seconds(bytes: bucket) }.min() ?? 0
      rest -= bucket
    }
    return seconds
  }
}
