/// PipeDream's planner as its authors published it, flaws included.
///
/// Its table holds, for every prefix of the graph and every number of devices, the best pipeline:
/// one stage, or the best pipeline of a smaller prefix on fewer devices and one stage more. What it
/// takes a pipeline to cost differs from the cost model: the first stage sends for free; what crosses
/// a border is overcounted where branches meet (`PublishedStates`); the memory rule, used only where a
/// limit is asked for, takes the last stage to keep nothing. Transfers are charged, as with the
/// published program's option `--activation_compression_ratio 1`; without it, it leaves them out.
/// Source: Narayanan et al., SOSP 2019, section 3.1; the authors' repository
/// msr-fiddle/pipedream, optimizer/optimizer_graph_hierarchical.py, one level of machines.
enum PublishedPipedream {
  /// More prefixes are not listed: those of one topological order take their place.
  static let stateLimit = 20_000

  /// Its plan, its claim, and what the plan costs by the cost model.
  static func plan(
    _ workload: Workload, _ request: PartitionRequest, stateLimit: Int = stateLimit
  ) throws(WorkloadError) -> BaselineResult {
    guard case .pipedream(let costs) = workload.costs else {
      throw .impossible(
        "PipeDream's planner knows PipeDream's cost model alone, not that of \(workload.family)")
    }
    let model = PipedreamModel(graph: workload.graph, costs: costs, request: request)
    let chain = try PublishedStates.chain(workload.graph, costs)
    // It uses all devices; a straight pipeline has no more stages than steps from prefix to prefix.
    let devices = request.isStraight ? min(request.devices, chain.count) : request.devices
    var answer = PublishedTable(chain, model, devices: devices).solve()
    var remark: String?
    if let states = PublishedStates.all(workload.graph, costs, limit: stateLimit) {
      // The chain's pipelines are among those of all prefixes.
      let table = PublishedTable(states, model, devices: devices)
      answer = table.solve(below: answer?.value ?? .infinity) ?? answer
    } else {
      remark = "more than \(stateLimit) prefixes: those of one topological order instead"
    }
    guard let answer else {
      throw .impossible("PipeDream's planner finds no pipeline within \(model.memory) bytes")
    }
    let partition = Partition(
      answer.stages.map { Partition.Part(nodes: $0.nodes, replicas: $0.replicas) })
    return BaselineResult(
      partition: partition, value: try model.value(of: partition), claimedValue: answer.value,
      remark: remark)
  }
}
