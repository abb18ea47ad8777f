internal import PartitaWorkload

/// The plans of the simple methods: what a search begins with, so that it has an answer from its first
/// moment on, however soon it is ended.
struct KnownPlans {
  /// The methods, quick ones first.
  private static let methods: [PartitionMethod] = [
    .dataParallel, .uniform, .time, .parameters, .metis, .random,
  ]
  /// The share of the time after which no other method is begun where there is a plan.
  private static let share = 0.5

  /// All that fit, the best one first; of equal ones that of the first method.
  let plans: [Partition]

  init(
    _ workload: Workload, _ request: PartitionRequest, budget: SearchBudget,
    splitter: (any GraphSplitter)?
  ) {
    let units = PartitionUnits(workload)
    var found: [BaselineResult] = []
    func add(_ method: PartitionMethod, _ request: PartitionRequest) {
      guard found.isEmpty || !budget.isOver(share: Self.share) else { return }
      let baseline = PartitionBaseline(method, splitter: splitter)
      if let plan = try? baseline.partition(workload, request, units) { found.append(plan) }
    }
    for method in Self.methods where method != .metis || splitter != nil { add(method, request) }
    if case .placement(let costs) = workload.costs {
      // Where moving is dear, one device may be better than all of them.
      var single = request
      single.devices = 1
      add(.uniform, single)
      if found.isEmpty, costs.cpus > 0 {
        let whole = Partition([
          Partition.Part(nodes: Array(workload.graph.ids.indices), deviceKind: .cpu)
        ])
        if let value = try? workload.model(request).value(of: whole) {
          found.append(BaselineResult(partition: whole, value: value))
        }
      }
    }
    plans = found.enumerated().sorted {
      ($0.element.value, $0.offset) < ($1.element.value, $1.offset)
    }.map(\.element.partition)
  }
}
