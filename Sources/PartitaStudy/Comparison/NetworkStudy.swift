internal import PartitaConfig
internal import PartitaData
internal import PartitaGraph
internal import PartitaPlan
public import PartitaPlanner
public import PartitaReport
internal import PartitaSchedule
internal import PartitaSimulator
public import PartitaStepPlanner
public import PartitaTraining
public import PartitaWorkload

/// How methods cut one's own network for one number of ranks, and what a step takes then.
public struct NetworkStudy {
  private let planning: RunPlanning
  private let schedule: String
  private let seeds: Int
  private let splitter: any GraphSplitter
  private let blueprint: Blueprint
  private let problem: StepProblem

  /// - Parameters:
  ///   - planning: the run, its ranks and what its layers cost.
  ///   - schedule: the schedule that all are compared under.
  ///   - seeds: plans of each method that draws at random.
  ///   - splitter: cuts graphs for the methods that need one.
  /// - Throws: what is wrong with the configuration, the profile or the cluster.
  public init(
    _ planning: RunPlanning, schedule: String, seeds: Int, splitter: any GraphSplitter
  ) throws {
    self.planning = planning
    self.schedule = schedule
    self.seeds = seeds
    self.splitter = splitter
    blueprint = try Blueprint(planning.config, data: planning.config.describeData())
    problem = try planning.problem(blueprint, ranks: planning.ranks, pins: PlanPins())
  }

  /// What the methods come to, and each one's plan under its best schedule.
  public struct Answer {
    /// A row for each method.
    public var result: NetworkReport.Case
    /// The plans of the methods that have one.
    public let plans: [PartitionMethod: PlanDocument]
  }

  /// Cuts by every method.
  ///
  /// - Throws: what the planner throws; that a method has no plan is a row with words.
  public func compare(_ methods: [PartitionMethod]) throws -> Answer {
    let workload = try chain()
    var bound: Double?
    var rows: [NetworkReport.Row] = []
    var plans: [PartitionMethod: PlanDocument] = [:]
    for method in methods {
      var row = NetworkReport.Row(method)
      do {
        let plan: StepPlan
        if method == .optimal {
          plan = try planner.best()
          bound = plan.lowerBound
          row.seconds = try? planning.planner(blueprint, pinned).best().seconds
        } else {
          plan = try self.plan(method, workload, &row)
          let (cuts, replicas) = Self.shape(plan)
          row.seconds = try? planner.best(cuts: cuts, replicas: replicas, schedule: schedule)
            .seconds
        }
        row.schedule = plan.choice.order.words
        row.bestSeconds = plan.seconds
        row.cut = NetworkReport.Cut(
          stages: plan.choice.plan.stages.map(\.layers),
          replicas: plan.choice.plan.stages.map(\.replicas))
        plans[method] = planning.document(plan, of: blueprint, problem)
      } catch {
        row.refusal = "\(error)"
      }
      rows.append(row)
    }
    return Answer(
      result: NetworkReport.Case(ranks: planning.ranks, lowerBound: bound, rows: rows),
      plans: plans)
  }

  private var planner: StepPlanner { planning.planner(blueprint, problem) }

  /// The same with the one schedule.
  private var pinned: StepProblem {
    get throws {
      try planning.problem(blueprint, ranks: planning.ranks, pins: PlanPins(schedule: schedule))
    }
  }

  /// The plan of a method of the field; of one that draws at random the median over seeds.
  private func plan(
    _ method: PartitionMethod, _ workload: Workload, _ row: inout NetworkReport.Row
  ) throws -> StepPlan {
    var found: [StepPlan] = []
    var problem: (any Error)?
    for seed in method.isSeeded ? Array(1...seeds) : [0] {
      do {
        let proposal = try method.planner(
          budget: .unlimited, seed: UInt64(seed), splitter: splitter
        ).plan(workload, request)
        let parts = proposal.result.partition.parts
        let used = parts.reduce(0) { $0 + $1.replicas }
        guard used == planning.ranks else {
          throw WorkloadError.impossible("its plan takes \(used) of \(planning.ranks) ranks")
        }
        var (first, cuts) = (0, [Int]())
        for part in parts {
          guard part.nodes == Array(first..<first + part.nodes.count) else {
            throw WorkloadError.impossible("its stages are no runs of layers in the file's order")
          }
          if first > 0 { cuts.append(first) }
          first += part.nodes.count
        }
        found.append(try planner.best(cuts: cuts, replicas: parts.map(\.replicas)))
      } catch { problem = problem ?? error }
    }
    found.sort { $0.seconds < $1.seconds }
    guard let least = found.first, let most = found.last else {
      throw problem ?? WorkloadError.impossible("it has no plan")
    }
    if method.isSeeded { row.spread = least.seconds...most.seconds }
    return found[(found.count - 1) / 2]
  }

  private static func shape(_ plan: StepPlan) -> (cuts: [Int], replicas: [Int]) {
    let stages = plan.choice.plan.stages
    return (stages.dropFirst().map(\.layers.lowerBound), stages.map(\.replicas))
  }

  private var request: PartitionRequest {
    PartitionRequest(
      devices: planning.ranks, bandwidth: bandwidth, microbatches: problem.microbatches.count,
      isStraight: problem.gradientGroups == 1)
  }

  /// Bytes a second between two ranks, of a message of a megabyte.
  private var bandwidth: Double {
    let megabyte = 1 << 20
    if let cluster = planning.cluster {
      let link = cluster.hosts > 1 ? cluster.acrossHosts : cluster.withinHost
      if let link { return link.bytesPerSecond.value }
    }
    let curve = problem.profile.messages?.links.first { $0.from != $0.to }?.curve
    return curve.map { Double(megabyte) / max($0.seconds(bytes: megabyte), 1e-12) }
      ?? PipedreamModel.defaultBandwidth
  }

  /// The network as a chain in PipeDream's cost model: F and B of a microbatch, what passes each border,
  /// and of the weights, which are added up once a step, a microbatch's share.
  private func chain() throws -> Workload {
    let names = problem.layers.names
    let samples = problem.largestMicrobatch
    let profiles = problem.profile.layers
    return Workload(
      name: planning.config.name,
      graph: try WorkloadGraph(
        ids: names, edges: names.indices.dropLast().map { .init(from: $0, to: $0 + 1) }),
      costs: .pipedream(
        PipedreamCosts(
          seconds: profiles.map {
            $0.seconds(.forward, samples: samples) + $0.seconds(.backward, samples: samples)
          },
          activationBytes: names.indices.map {
            Double(problem.layers.bytes(over: $0 + 1, samples: samples))
          },
          parameterBytes: profiles.map {
            Double($0.bytes.parameters) / Double(max(1, problem.microbatches.count))
          })))
  }

  /// The network for the page: layers with their seconds, who reads whom, and the bytes of a microbatch
  /// over each border.
  public var network:
    (layers: [NetworkReport.Layer], connections: [NetworkReport.Connection], crossing: [Int])
  {
    let samples = problem.largestMicrobatch
    let connections = Set(
      problem.layers.edges.filter { $0.kind == .activation }.map {
        NetworkReport.Connection(from: $0.from, to: $0.to)
      })
    return (
      problem.profile.layers.map {
        NetworkReport.Layer(
          name: $0.name,
          seconds: $0.seconds(.forward, samples: samples)
            + $0.seconds(.backward, samples: samples))
      },
      connections.sorted { ($0.from, $0.to) < ($1.from, $1.to) },
      problem.layers.names.indices.dropFirst().map {
        problem.layers.bytes(over: $0, samples: samples)
      }
    )
  }
}
