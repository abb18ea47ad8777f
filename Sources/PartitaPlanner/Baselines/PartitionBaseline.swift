public import PartitaWorkload

/// What a method other than the search answers.
public struct BaselineResult: Hashable, Sendable {
  /// The partition.
  public var partition: Partition
  /// What it costs by the cost model, strictly.
  public var value: Double
  /// What the method itself takes it to cost, where it has an opinion.
  public var claimedValue: Double?
  /// What the method did otherwise than its name says, in a sentence.
  public var remark: String?

  /// Puts the parts together.
  public init(
    partition: Partition, value: Double, claimedValue: Double? = nil, remark: String? = nil
  ) {
    self.partition = partition
    self.value = value
    self.claimedValue = claimedValue
    self.remark = remark
  }
}

/// How the field cuts networks, to compare with.
///
/// All but `dataParallel` and `pipedream` make one part for each device, as far as there are nodes;
/// in Piper's model they take the best of the ways to run all nodes alike.
public enum PartitionBaseline {
  /// Plans with a method; equal arguments give equal plans.
  ///
  /// - Parameters:
  ///   - seed: what `random` and `metis` draw from.
  ///   - splitter: what `metis` splits with.
  /// - Throws: `WorkloadError.impossible` where the method has no answer, or one that breaks a limit.
  public static func plan(
    _ method: PartitionMethod, _ workload: Workload, _ request: PartitionRequest, seed: UInt64 = 0,
    splitter: (any GraphSplitter)? = nil
  ) throws(WorkloadError) -> BaselineResult {
    guard request.devices > 0 else {
      throw .impossible("a plan takes a device at least: ask for 1 or more")
    }
    guard workload.graph.count > 0 else { throw .impossible("there are no nodes to place") }
    switch method {
    case .optimal:
      throw .impossible("'optimal' is the planner's own method, not a baseline")
    case .dataParallel:
      return try dataParallel(workload, request)
    case .pipedream:
      return try PublishedPipedream.plan(workload, request)
    case .uniform, .parameters, .time, .metis, .random:
      let units = PartitionUnits(workload)
      return try best(workload, request, unitCount: units.count) {
        (way, parts) throws(WorkloadError) in
        let weights = NodeWeights(workload, way)
        switch method {
        case .parameters:
          return Cut(units.blocks(weighing: weights.parameters, parts: parts))
        case .time:
          return Cut(units.blocks(weighing: weights.time, parts: parts))
        case .random:
          return Cut(units.randomBlocks(parts: parts, seed: seed))
        case .metis:
          guard let splitter else {
            throw .impossible("'metis' takes the library METIS, and this program lacks it")
          }
          return try graphCut(
            workload, request, units, weights, way, parts: parts, seed: seed, splitter)
        default:
          return Cut(units.blocks(parts: parts))
        }
      }
    }
  }

  /// A split into blocks, and what the method takes it to cost.
  struct Cut {
    var blocks: [[Int]]
    var claimedValue: Double?
    var remark: String?

    init(_ blocks: [[Int]], claimedValue: Double? = nil, remark: String? = nil) {
      self.blocks = blocks
      self.claimedValue = claimedValue
      self.remark = remark
    }
  }

  /// The best plan among all ways to run the nodes alike: blocks in a row, a device group each.
  private static func best(
    _ workload: Workload, _ request: PartitionRequest, unitCount: Int,
    cut: (_ way: UniformWay, _ parts: Int) throws(WorkloadError) -> Cut
  ) throws(WorkloadError) -> BaselineResult {
    let model = workload.baselineModel(request)
    var best: BaselineResult?
    var problem: WorkloadError?
    for way in UniformWay.all(of: workload) where way.tensorDegree <= request.devices {
      let parts = min(
        request.devices / way.tensorDegree, unitCount, workload.stageLimit(request) ?? .max)
      do {
        let cut = try cut(way, parts)
        let partition = way.partition(cut.blocks)
        let value = try model.value(of: partition)
        if value < best?.value ?? .infinity {
          best = BaselineResult(
            partition: partition, value: value, claimedValue: cut.claimedValue,
            remark: cut.remark)
        }
      } catch {
        problem = problem ?? error
      }
    }
    guard let best else { throw problem ?? .impossible("no way to run all nodes fits") }
    return best
  }
}

extension Workload {
  /// The cost model under a request.
  func baselineModel(_ request: PartitionRequest) -> any PartitionModel {
    switch costs {
    case .pipedream(let costs): PipedreamModel(graph: graph, costs: costs, request: request)
    case .placement(let costs): PlacementModel(graph: graph, costs: costs, request: request)
    case .piper(let costs): PiperModel(graph: graph, costs: costs, request: request)
    }
  }

  /// The most stages that a pipeline may have beside the devices' limit.
  fileprivate func stageLimit(_ request: PartitionRequest) -> Int? {
    guard case .piper(let costs) = costs else { return nil }
    return request.microbatches ?? costs.microbatches
  }
}
