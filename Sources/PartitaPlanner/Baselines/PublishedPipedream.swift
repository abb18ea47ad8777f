package import PartitaWorkload

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
package enum PublishedPipedream {
  /// More prefixes are not listed: those of one topological order take their place.
  static let stateLimit = 20_000
  /// Larger networks are refused: it keeps sets of nodes for every node.
  static let nodeLimit = 5_000

  /// Its plan, its claim, and what the plan costs by the cost model.
  /// - Throws: `WorkloadError.impossible` for other cost models, for nodes that it never reaches, where
  ///   it takes too long, and where no pipeline fits; `WorkloadError` where the cost model refuses its
  ///   plan.
  package static func plan(
    _ workload: Workload, _ request: PartitionRequest, stateLimit: Int = stateLimit,
    budget: SearchBudget = .unlimited
  ) throws(WorkloadError) -> BaselineResult {
    guard case .pipedream(let costs) = workload.costs else {
      throw .impossible(
        "PipeDream's planner knows PipeDream's cost model alone, not that of \(workload.family)")
    }
    guard workload.graph.count <= nodeLimit else {
      throw .impossible(
        "PipeDream's planner keeps a set of nodes for every node: more than \(nodeLimit) nodes are "
          + "too many for it")
    }
    let model = PipedreamModel(graph: workload.graph, costs: costs, request: request)
    let network = try PublishedNetwork(workload.graph, costs)
    let chain = try PublishedStates.chain(network.graph, network.costs)
    // It uses all devices; a straight pipeline has no more stages than steps from prefix to prefix.
    let devices = request.isStraight ? min(request.devices, chain.count) : request.devices
    let isOver = { budget.isOver() }
    var answer = PublishedTable(chain, model, devices: devices).solve(isOver: isOver)
    var remark: String?
    if let states = PublishedStates.all(
      network.graph, network.costs, limit: stateLimit, isOver: isOver)
    {
      // The chain's pipelines are among those of all prefixes.
      let table = PublishedTable(states, model, devices: devices)
      answer = table.solve(below: answer?.value ?? .infinity, isOver: isOver) ?? answer
    } else {
      remark = "more than \(stateLimit) prefixes: those of one topological order instead"
    }
    guard !isOver() else {
      throw .impossible("PipeDream's planner was not done after \(budget.seconds) s")
    }
    guard let answer else {
      throw .impossible("PipeDream's planner finds no pipeline within \(model.memory) bytes")
    }
    let partition = Partition(
      zip(network.complete(answer.stages.map(\.nodes)), answer.stages).map { nodes, stage in
        Partition.Part(nodes: nodes, replicas: stage.replicas)
      })
    return BaselineResult(
      partition: partition, value: try model.value(of: partition), claimedValue: answer.value,
      remark: remark)
  }
}

/// The network as PipeDream's planner sees it: without outputs that nothing reads and that take no
/// time, as the first or last elements of tuples.
struct PublishedNetwork {
  /// The nodes that are left.
  let graph: WorkloadGraph
  /// What they cost.
  let costs: PipedreamCosts
  private let kept: [Int]
  private let whole: WorkloadGraph

  init(_ whole: WorkloadGraph, _ costs: PipedreamCosts) throws(WorkloadError) {
    self.whole = whole
    let used = whole.ids.indices.filter {
      !whole.successors[$0].isEmpty || costs.seconds[$0] > 0 || costs.parameterBytes[$0] > 0
    }
    kept = used.isEmpty ? Array(whole.ids.indices) : used
    var number: [Int: Int] = [:]
    for (index, node) in kept.enumerated() { number[node] = index }
    graph = try WorkloadGraph(
      ids: kept.map { whole.ids[$0] },
      edges: whole.edges.compactMap { edge in
        guard let from = number[edge.from], let to = number[edge.to] else { return nil }
        return WorkloadGraph.Edge(from: from, to: to, bytes: edge.bytes)
      })
    self.costs = PipedreamCosts(
      seconds: kept.map { costs.seconds[$0] },
      activationBytes: kept.map { costs.activationBytes[$0] },
      parameterBytes: kept.map { costs.parameterBytes[$0] })
  }

  /// Stages of what is left as stages of all nodes: the others join the last that they read.
  func complete(_ stages: [[Int]]) -> [[Int]] {
    var stages = stages.map { $0.map { kept[$0] } }
    var stageOf: [Int: Int] = [:]
    for (index, stage) in stages.enumerated() { for node in stage { stageOf[node] = index } }
    for node in whole.ids.indices where stageOf[node] == nil {
      stages[whole.predecessors[node].compactMap { stageOf[$0] }.max() ?? 0].append(node)
    }
    return stages.map { $0.sorted() }
  }
}
