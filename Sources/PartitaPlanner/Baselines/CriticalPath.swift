internal import PartitaWorkload

/// The pipeline that a closed form likes best: the sum of what its stages take for a microbatch, and the
/// slowest of them once more for each further microbatch.
///
/// It is what Alpa plans by (Zheng et al., OSDI 2022, section 5.2, equation 2), and others after it. It
/// knows no order of actions: no memory, no message that overlaps, no reduction.
package struct CriticalPath {
  /// A stage: a run of layers, and how many devices share its microbatches.
  package struct Stage: Hashable {
    package let layers: Range<Int>
    package let replicas: Int

    package init(layers: Range<Int>, replicas: Int) {
      self.layers = layers
      self.replicas = replicas
    }
  }

  private let layerCount: Int
  private let devices: Int
  private let microbatches: Int
  /// The numbers of devices that a stage may have, ascending.
  private let replicas: [Int]
  /// Seconds of each run of layers with each number of devices, by first layer, layer behind the last and
  /// place among `replicas`.
  private let seconds: [[[Double]]]

  /// A chain of layers to be cut.
  ///
  /// - Parameters:
  ///   - layerCount: the layers.
  ///   - devices: at most so many are used.
  ///   - microbatches: those of a batch.
  ///   - replicas: how many devices a stage may have.
  ///   - seconds: what a stage takes for a microbatch.
  package init(
    layerCount: Int, devices: Int, microbatches: Int, replicas: [Int],
    seconds: (Stage) -> Double
  ) {
    self.layerCount = layerCount
    self.devices = devices
    self.microbatches = microbatches
    self.replicas = replicas
    self.seconds = (0..<layerCount).map { first in
      (0...layerCount).map { end in
        end <= first
          ? []
          : replicas.map { seconds(Stage(layers: first..<end, replicas: $0)) }
      }
    }
  }

  /// The best pipeline, and what the closed form takes it to cost.
  ///
  /// Pipelines get a smaller slowest stage and a larger sum one by one, until no sum can make up for it.
  ///
  /// Complexity: O(layers² · devices · numbers of replicas) for each of them.
  package func best(isOver: () -> Bool = { false }) -> (stages: [Stage], value: Double)? {
    let further = Double(microbatches - 1)
    var best: (stages: [Stage], value: Double)?
    var limit = Double.infinity
    while best == nil || !isOver(), let (stages, sum, slowest) = leastSum(below: limit) {
      let value = sum + further * slowest
      if value < best?.value ?? .infinity { best = (stages, value) }
      // What comes has a sum that is not smaller.
      if let best, sum >= best.value { break }
      limit = slowest
    }
    return best
  }

  /// The stages with the least sum, all of them faster than a limit; nil where there are none.
  private func leastSum(
    below limit: Double
  ) -> (stages: [Stage], sum: Double, slowest: Double)? {
    // By devices used and layers covered.
    let width = layerCount + 1
    var sums = Array(repeating: Double.infinity, count: (devices + 1) * width)
    var last = Array(repeating: (first: 0, place: 0), count: sums.count)
    for used in 0...devices { sums[used * width] = 0 }
    for used in 1...devices {
      for end in 1...layerCount {
        for first in 0..<end {
          for (place, count) in replicas.enumerated() where count <= used {
            let stage = seconds[first][end][place]
            guard stage < limit else { continue }
            let sum = sums[(used - count) * width + first] + stage
            if sum < sums[used * width + end] {
              sums[used * width + end] = sum
              last[used * width + end] = (first, place)
            }
          }
        }
      }
    }
    let total = sums[devices * width + layerCount]
    guard total < .infinity else { return nil }
    var (stages, slowest) = ([Stage](), 0.0)
    var (used, end) = (devices, layerCount)
    while end > 0 {
      let (first, place) = last[used * width + end]
      stages.append(Stage(layers: first..<end, replicas: replicas[place]))
      slowest = max(slowest, seconds[first][end][place])
      used -= replicas[place]
      end = first
    }
    return (stages.reversed(), total, slowest)
  }
}

extension PartitionBaseline {
  /// More units are grouped first, as Alpa groups operators into layers: what is looked at stays within
  /// some hundred million sums.
  private static func layersAtMost(devices: Int, counts: Int) -> Int {
    Int(min(96, max(2, (4e8 / Double(devices * counts)).squareRoot())))
  }

  /// The closed form's pipeline, scored by the cost model. Without a number of microbatches there are four
  /// for each device, from where on a pipeline is hardly ever empty (Huang et al., GPipe, section 2.3).
  static func criticalPath(
    _ workload: Workload, _ request: PartitionRequest, _ units: PartitionUnits,
    budget: SearchBudget
  ) throws(WorkloadError) -> BaselineResult {
    var given = request.microbatches
    var bandwidth = request.bandwidth
    var mostReplicas = request.isStraight ? 1 : request.devices
    switch workload.costs {
    case .pipedream: bandwidth = bandwidth ?? PipedreamModel.defaultBandwidth
    // What it moves is in milliseconds already; nothing has replicas.
    case .placement: (bandwidth, mostReplicas) = (1, 1)
    case .piper(let costs):
      given = given ?? costs.microbatches
      bandwidth = bandwidth ?? costs.bandwidth
    }
    let microbatches = given ?? 4 * request.devices
    let model = workload.model(request)
    var best: BaselineResult?
    var problem: WorkloadError?
    for way in UniformWay.all(of: workload) where way.tensorDegree <= request.devices {
      let weights = NodeWeights(workload, way)
      let groups = request.devices / way.tensorDegree
      let counts = counts(
        upTo: min(mostReplicas, groups), workload.costs, microbatches: microbatches)
      let most = layersAtMost(devices: groups, counts: counts.count)
      let layers = units.blocks(weighing: weights.time, parts: min(units.count, most))
      var blockOfNode = Array(repeating: 0, count: workload.graph.count)
      for (block, nodes) in layers.enumerated() { for node in nodes { blockOfNode[node] = block } }
      let crossing = crossing(workload.graph, blockOfNode, weights.traffic, blocks: layers.count)
      let work = layers.map { nodes in nodes.reduce(0) { $0 + weights.time[$1] } }
      let sums = work.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
      let path = CriticalPath(
        layerCount: layers.count, devices: groups, microbatches: microbatches,
        replicas: counts
      ) { stage in
        let moved = crossing[stage.layers.lowerBound] + crossing[stage.layers.upperBound]
        return
          (sums[stage.layers.upperBound] - sums[stage.layers.lowerBound]
          + moved / (bandwidth ?? 1)) / Double(stage.replicas)
      }
      guard let (stages, claimed) = path.best(isOver: { budget.isOver() }) else { continue }
      let partition = Partition(
        stages.flatMap { stage in
          way.partition([layers[stage.layers].flatMap { $0 }], replicas: stage.replicas).parts
        })
      do {
        let value = try model.value(of: partition)
        if value < best?.value ?? .infinity {
          best = BaselineResult(
            partition: partition, value: value,
            claimedValue: claimed,
            remark: "its own value is that of a whole batch of \(microbatches) microbatches")
        }
      } catch {
        problem = problem ?? error
      }
    }
    guard let best else { throw problem ?? .impossible("no way to run all nodes fits") }
    return best
  }

  /// Numbers of replicas to choose from: all, of many those that are powers of two; in Piper's model
  /// those that share the microbatches evenly.
  private static func counts(
    upTo most: Int, _ costs: Workload.Costs, microbatches: Int
  ) -> [Int] {
    (1...most).filter { count in
      if case .piper = costs, microbatches % count != 0 { return false }
      return most <= 16 || count & (count - 1) == 0
    }
  }

  /// What passes each border between blocks, the two ends too.
  private static func crossing(
    _ graph: WorkloadGraph, _ blockOfNode: [Int], _ traffic: [Double], blocks: Int
  ) -> [Double] {
    var starts = Array(repeating: 0.0, count: blocks + 1)
    var ends = starts
    // What one node sends over a border goes once, however many read it behind.
    var last: [Int: (block: Int, traffic: Double)] = [:]
    for (index, edge) in graph.edges.enumerated() {
      let block = blockOfNode[edge.to]
      guard block > blockOfNode[edge.from], block > last[edge.from]?.block ?? -1 else { continue }
      last[edge.from] = (block, traffic[index])
    }
    for (node, reader) in last {
      starts[blockOfNode[node] + 1] += reader.traffic
      ends[reader.block] += reader.traffic
    }
    var (sum, crossing) = (0.0, [0.0])
    for border in 1...blocks {
      sum += starts[border]
      crossing.append(sum)
      sum -= ends[border]
    }
    return crossing
  }
}
