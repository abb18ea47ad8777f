internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator

/// What stages cost at the least, by the layers that they hold: sums over runs of layers, for whoever
/// asks for all of them.
///
/// Everything here is a lower bound of what the simulator charges for any order of actions.
struct StageTable {
  /// A run of numbers as sums of prefixes.
  struct Prefix {
    private var sums = [0.0]
    init(_ values: [Double]) { for value in values { sums.append(sums[sums.count - 1] + value) } }
    subscript(layers: Range<Int>) -> Double { sums[layers.upperBound] - sums[layers.lowerBound] }
  }

  /// The seconds of one size of microbatch.
  struct Size {
    let samples: Int
    let fill, forward, input, weight, backward: Prefix
    /// What reading the layer before costs a stage that starts here, and sending its gradient up.
    let border: [Double]
    /// No F of a stage that starts here begins earlier.
    let head: [Double]
    /// From the end of the last I of a stage that starts here to the end of B of the first layer.
    let tail: [Double]
  }

  let sizes: [Size]
  /// The share that layers save when all are compiled as one list, of F and of B.
  let savedForward, savedBackward: Double
  let layerCount: Int
  let updates, finishes, additions: Prefix
  let objective: Double
  let action: Double
  /// For each number of replicas, of the replica with most to do: the microbatches of each size, and
  /// the additions of gradients that it makes: of its own groups, and its share of the partial sums.
  let counts: [[Int]]
  let additionCounts: [Double]
  /// The additions of all replicas together.
  let allAdditions: Int
  let exchange: Double
  let updateOfFirst: Double
  /// For each number of replicas the part of an update that each has at the least.
  let updateShares: [Double]
  let reductions: ReductionBound
  /// What a message takes at the least on its way down to a stage that starts at a layer, and on that up
  /// from there: nothing where some layer from there on reads no other's value, or has none that waits for
  /// its gradient.
  let hopDown, hopUp: [Double]
  /// How fast the fastest device works: no rank does its work in less.
  let fastest: Double

  /// Rounding of sums must not lift a bound above what is summed otherwise.
  static let slack = 1 - 1e-12

  /// - Parameter problem: what is planned.
  init(_ problem: StepProblem) throws {
    let profile = problem.profile
    let layers = profile.layers
    let serial = try problem.plan(ofLayers: [0..<layers.count])
    let costs = try StepCosts(
      profile, plan: serial, microbatchSizes: problem.microbatchSizes, on: problem.cluster)
    layerCount = layers.count
    fastest = problem.fastest
    let hop = problem.ranks > 1 ? costs.links.map(\.latencySeconds).min() ?? 0 : 0
    func hops(_ layersOfEdges: [Int]) -> [Double] {
      let ends = Set(layersOfEdges)
      let last = layers.indices.last { !ends.contains($0) } ?? -1
      return layers.indices.map { $0 > last ? hop : 0 }
    }
    hopDown = hops(problem.layers.edges.filter { $0.kind == .activation }.map(\.to))
    hopUp = hops(problem.layers.edges.filter { $0.kind == .gradient }.map(\.from))
    action = costs.actionSeconds
    exchange = costs.exchangeSeconds(ranks: problem.ranks)
    objective = profile.step.objective.median
    updates = Prefix(layers.map(\.update.median))
    finishes = Prefix(layers.map(\.finish.median))
    let perByte = costs.reductionSecondsPerByte
    additions = Prefix(problem.layers.gradientElements.map { 4 * Double($0) * perByte })
    updateShares = (0...problem.gradientGroups).map { problem.updateShare(replicas: max(1, $0)) }
    updateOfFirst = layers[0].update.median * (updateShares.last ?? 1)
    reductions = ReductionBound(costs, gradientElements: problem.layers.gradientElements)
    let all = 0..<layers.count
    func saved(_ work: LayerWork) -> Double {
      let sum = layers.reduce(0) { $0 + $1.seconds(work, samples: problem.largestMicrobatch) }
      guard layers.count > 1, sum > 0 else { return 0 }
      return 1 - profile.seconds(work, layers: all, samples: problem.largestMicrobatch) / sum
    }
    (savedForward, savedBackward) = (saved(.forward), saved(.backward))
    let distinct = Set(problem.microbatchSizes.filter { $0 > 0 }).sorted()
    let keep = (1 - max(0, savedForward), 1 - max(0, savedBackward))
    sizes = distinct.map { samples in
      func seconds(_ work: LayerWork) -> [Double] {
        layers.map { $0.seconds(work, samples: samples) }
      }
      let fill = layers.map { $0.fillSeconds(samples: samples) }
      let (forward, backward) = (seconds(.forward), seconds(.backward))
      let (input, weight) = (seconds(.inputGradient), seconds(.weightGradient))
      var border = Array(repeating: 0.0, count: layers.count)
      var (head, tail) = (border, border)
      for index in 1..<max(layers.count, 1) { head[index] = .infinity }
      for edge in problem.layers.edges where problem.ranks > 1 {
        let bytes = edge.bytes + edge.bytesPerSample * samples
        func least(_ seconds: (StepCosts.Link) -> Double) -> Double {
          costs.links.map(seconds).min() ?? 0
        }
        if edge.kind == .activation, edge.to == edge.from + 1 {
          border[edge.to] += least { $0.readingSeconds(bytes: bytes) }
        } else if edge.kind == .gradient, edge.from == edge.to + 1 {
          border[edge.from] += least {
            $0.senderSeconds + $0.senderSecondsPerByte * Double(bytes)
          }
        }
      }
      // The longest way through the layers that others read from; stages run their layers in turn,
      // so a way through them takes at least as long.
      var ends = zip(fill, forward).map { $0 + keep.0 * $1 }
      var starts = Array(repeating: 0.0, count: layers.count)
      var ups = Array(repeating: 0.0, count: layers.count)
      for layer in layers.indices {
        for edge in problem.layers.edges where edge.kind == .activation && edge.to == layer {
          starts[layer] = max(starts[layer], ends[edge.from])
          let own =
            edge.from == 0
            ? keep.1 * backward[0] : min(input[edge.from], keep.1 * backward[edge.from])
          ups[layer] = max(ups[layer], own + ups[edge.from])
        }
        ends[layer] += starts[layer]
      }
      // A stage waits for the first of its layers; which that is depends on where it ends, so the
      // earliest of all layers from here on counts.
      for layer in layers.indices.reversed() {
        head[layer] = min(starts[layer], layer + 1 < layers.count ? head[layer + 1] : .infinity)
        tail[layer] = min(ups[layer], layer + 1 < layers.count ? tail[layer + 1] : .infinity)
      }
      return Size(
        samples: samples, fill: Prefix(fill), forward: Prefix(forward), input: Prefix(input),
        weight: Prefix(weight), backward: Prefix(backward), border: border, head: head, tail: tail)
    }
    var (counts, added) = ([[Int]](), [Double]())
    let filled = Set(
      problem.microbatches.map { $0 % problem.gradientGroups })
    allAdditions = max(0, filled.count - 1)
    for replicas in 1...max(1, min(problem.gradientGroups, problem.ranks)) {
      var held = Array(repeating: Array(repeating: 0, count: distinct.count), count: replicas)
      for (microbatch, samples) in problem.microbatchSizes.enumerated() where samples > 0 {
        let group = microbatch % problem.gradientGroups
        held[group % replicas][distinct.firstIndex(of: samples) ?? 0] += 1
      }
      let busiest = held.indices.max {
        zip(held[$0], distinct).reduce(0) { $0 + $1.0 * $1.1 }
          < zip(held[$1], distinct).reduce(0) { $0 + $1.0 * $1.1 }
      }
      counts.append(held[busiest ?? 0])
      let reduction = Reduction(
        groups: problem.gradientGroups, replicas: replicas, filled: filled)
      // What was measured of sums over replicas has its additions in it.
      let across = costs.measuredReductions.isEmpty ? reduction.across.count : 0
      added.append(
        Double(reduction.local[busiest ?? 0].count) + Double(across) / Double(replicas) * 0.999)
    }
    self.counts = counts
    additionCounts = added
  }
}

extension StageTable {
  /// What is left of seconds where so many layers are compiled together.
  func kept(_ saved: Double, _ layers: Range<Int>) -> Double {
    guard layerCount > 1, saved > 0 else { return 1 }
    return 1 - saved * Double(layers.count - 1) / Double(layerCount - 1)
  }

  func forward(_ size: Size, _ layers: Range<Int>) -> Double {
    size.fill[layers] + kept(savedForward, layers) * size.forward[layers]
  }

  /// B in one piece or in two, whichever is less.
  func backward(_ size: Size, _ layers: Range<Int>) -> Double {
    let fused = kept(savedBackward, layers) * size.backward[layers]
    return layers.lowerBound == 0
      ? fused : min(fused, size.input[layers] + size.weight[layers])
  }

  /// What others wait for.
  func urgent(_ size: Size, _ layers: Range<Int>) -> Double {
    let fused = kept(savedBackward, layers) * size.backward[layers]
    return layers.lowerBound == 0 ? fused : min(fused, size.input[layers])
  }

  /// The least seconds of all that a rank does for the microbatches of a stage.
  func microbatches(
    _ layers: Range<Int>, replicas: Int, _ work: (Size) -> Double
  ) -> Double {
    zip(counts[replicas - 1], sizes).reduce(0) { sum, entry in
      entry.0 == 0 ? sum : sum + Double(entry.0) * (work(entry.1) + 2 * action)
    }
  }

  /// What a stage adds to its rank: its microbatches, sums and updates.
  func work(_ layers: Range<Int>, replicas: Int) -> Double {
    let step = microbatches(layers, replicas: replicas) { size in
      forward(size, layers) + backward(size, layers) + size.border[layers.lowerBound]
    }
    let sums = additionCounts[replicas - 1] * additions[layers]
    let update = (updates[layers] + finishes[layers]) * updateShares[replicas]
    return (step + sums + update + 2 * action + objective) / fastest
  }

  /// What a stage adds to its rank before the stages upstream have all that they wait for.
  func urgentWork(_ layers: Range<Int>, replicas: Int) -> Double {
    microbatches(layers, replicas: replicas) { size in
      forward(size, layers) + urgent(size, layers) - 2 * action
    } / fastest
  }

  /// No action of a stage that starts at a layer begins earlier.
  func head(_ layer: Int) -> Double {
    layer == 0 ? 0 : (sizes.map { $0.head[layer] }.min() ?? 0) / fastest + hopDown[layer]
  }

  /// What follows the last I of a stage that starts at a layer.
  func tail(_ layer: Int) -> Double {
    layer == 0
      ? 0 : ((sizes.map { $0.tail[layer] }.min() ?? 0) + updateOfFirst) / fastest + hopUp[layer]
  }

  /// Seconds that no step is shorter than in which a rank holds these stages, upstream first, each on
  /// so many replicas.
  ///
  /// Complexity: O(stages · sizes).
  func bound(_ stages: [Range<Int>], replicas: Int) -> Double {
    guard let first = stages.first else { return 0 }
    let start = head(first.lowerBound)
    let work = stages.reduce(0) { $0 + self.work($1, replicas: replicas) }
    let urgent = stages.reduce(0) { $0 + urgentWork($1, replicas: replicas) }
    let finish = stages.reduce(0) { $0 + finishes[$1] } * updateShares[replicas] / fastest
    let sums = stages.map { reductions.seconds($0, replicas: replicas) }.max() ?? 0
    let end = max(work + sums, urgent + tail(first.lowerBound) + finish)
    return (start + end + exchange + action / fastest) * Self.slack
  }
}

extension StepProblem {
  /// The samples of the largest microbatch.
  package var largestMicrobatch: Int { microbatchSizes.max() ?? 0 }

  /// A plan with one rank for each of some runs of layers.
  func plan(ofLayers stages: [Range<Int>]) throws(PlanError) -> Plan {
    try Plan(
      stages: stages.enumerated().map { Plan.Stage(layers: $1, ranks: [$0]) },
      gradientGroups: gradientGroups, layerCount: layerCount)
  }
}
