public import PartitaWorkload

/// How the field cuts networks, to compare with.
///
/// All but `dataParallel`, `pipedream` and `criticalPath` make one part for each device, as far as there
/// are nodes; in Piper's model they take the best of the ways to run all nodes alike.
public struct PartitionBaseline: PartitionPlanner {
  public let method: PartitionMethod
  /// What `random` and `metis` draw from.
  public let seed: UInt64
  /// What `metis` splits with.
  public let splitter: (any GraphSplitter)?
  /// How long `pipedream` may take; the others are quick.
  public let budget: SearchBudget

  /// A method of the field; `optimal` is none, and has no answer here.
  public init(
    _ method: PartitionMethod, seed: UInt64 = 0, splitter: (any GraphSplitter)? = nil,
    budget: SearchBudget = .unlimited
  ) {
    self.method = method
    self.seed = seed
    self.splitter = splitter
    self.budget = budget
  }

  /// Plans with the method; the bound is that of all work, spread evenly over all devices.
  /// - Throws: `WorkloadError.impossible` where the method has no answer, or one that breaks a limit.
  public func plan(
    _ workload: Workload, _ request: PartitionRequest
  ) throws(WorkloadError) -> PartitionProposal {
    let found = try partition(workload, request, nil)
    return PartitionProposal(
      PartitionResult(found, of: workload, request), claimedValue: found.claimedValue,
      remark: found.remark)
  }

  /// The plan; `known` are the workload's units, where somebody has them.
  func partition(
    _ workload: Workload, _ request: PartitionRequest, _ known: PartitionUnits?
  ) throws(WorkloadError) -> BaselineResult {
    guard request.devices > 0 else {
      throw .impossible("a plan takes a device at least: ask for 1 or more")
    }
    guard workload.graph.count > 0 else { throw .impossible("there are no nodes to place") }
    switch method {
    case .optimal:
      throw .impossible("'optimal' is the planner's own method, not a baseline")
    case .dataParallel:
      return try Self.dataParallel(workload, request)
    case .pipedream:
      return try PublishedPipedream.plan(workload, request, budget: budget)
    case .criticalPath:
      return try Self.criticalPath(
        workload, request, known ?? PartitionUnits(workload), budget: budget)
    case .uniform, .parameters, .time, .metis, .random:
      let units = known ?? PartitionUnits(workload)
      return try Self.best(workload, request, unitCount: units.count) {
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
          return try Self.graphCut(
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
    let model = workload.model(request)
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
  /// The most stages that a pipeline may have beside the devices' limit.
  fileprivate func stageLimit(_ request: PartitionRequest) -> Int? {
    guard case .piper(let costs) = costs else { return nil }
    return request.microbatches ?? costs.microbatches
  }
}
