internal import PartitaConfig
internal import PartitaData
internal import PartitaGraph
internal import PartitaPlan
public import PartitaReport
public import PartitaSchedule
internal import PartitaTraining

extension ScalingReport {
  /// Puts what a study measured, and what was forecast of it, into a report.
  ///
  /// - Parameters:
  ///   - name: the run's.
  ///   - scaling: whether the batch grew with the ranks.
  ///   - commandLine: how the study was asked for.
  ///   - results: what came of each case.
  ///   - forecasts: what to expect of each case's step.
  ///   - traces: a step of each case as it went; nil where none was traced.
  /// - Throws: `ScalingReportError` for measurements that say nothing about scaling.
  public init(
    name: String, scaling: Scaling, commandLine: String, results: [ScalingStudy.Result],
    forecasts: [StepForecast], traces: [Trace?]
  ) throws(ScalingReportError) {
    let measurements = results.indices.compactMap {
      ScalingMeasurement(results[$0], forecasts[$0], traces[$0])
    }
    let hosts = results.last?.records.last?.hosts
    try self.init(
      name: name, configuration: results.first.map(Self.facts) ?? [],
      machine: Machine(
        processor: HostMachine.processor,
        cores: hosts.map { $0.reduce(0) { $0 + $1.cores } } ?? HostMachine.cores,
        memoryBytes: HostMachine.memoryBytes,
        facts: [
          hosts.map { ReportFact("hosts", Self.words($0)) },
          HostMachine.system.map { ReportFact("operating system", $0) },
          HostMachine.quota.map { ReportFact("quota of processor time", "\($0) cores") },
        ].compactMap(\.self)),
      commandLine: commandLine, scaling: scaling, measurements: measurements)
    network = Self.network(results)
  }

  /// The layers of the first case, and where each case cuts them.
  private static func network(_ results: [ScalingStudy.Result]) -> Network? {
    guard let experiment = results.first?.scalingCase.experiment else { return nil }
    let graph = LayerGraph(experiment.training, samples: experiment.batches.sliceSize)
    let crossing = graph.layers.indices.dropFirst().map { border in
      graph.connections.filter { $0.from < border && $0.to >= border }.reduce(0) { $0 + $1.bytes }
    }
    return Network(
      layers: zip(graph.layers, graph.secondsOnUsualCore).map {
        NetworkReport.Layer(name: $0.name, seconds: $1)
      },
      connections: Set(
        graph.connections.map { NetworkReport.Connection(from: $0.from, to: $0.to) }
      ).sorted { ($0.from, $0.to) < ($1.from, $1.to) },
      crossing: crossing,
      cuts: Dictionary(
        results.map { result in
          let stages = result.scalingCase.experiment.plan.stages
          return (
            result.scalingCase.ranks,
            NetworkReport.Cut(stages: stages.map(\.layers), replicas: stages.map(\.replicas))
          )
        }, uniquingKeysWith: { first, _ in first }))
  }

  /// As `a (2 ranks, 2 cores), b (1 rank, 2 cores)`.
  private static func words(_ hosts: [BenchRecord.Host]) -> String {
    hosts.map { host in
      "\(host.name) (\(host.ranks) \(host.ranks == 1 ? "rank" : "ranks"), "
        + "\(host.cores) \(host.cores == 1 ? "core" : "cores"))"
    }.joined(separator: ", ")
  }

  private static func facts(_ result: ScalingStudy.Result) -> [ReportFact] {
    let experiment = result.scalingCase.experiment
    return [
      ReportFact("data and model", experiment.summary[0]),
      ReportFact("optimizer", experiment.config.training.optimizer.name),
      ReportFact("gradient groups", "\(experiment.plan.gradientGroups)"),
    ]
  }
}

extension ScalingMeasurement {
  /// nil where nothing was launched.
  fileprivate init?(_ result: ScalingStudy.Result, _ forecast: StepForecast?, _ trace: Trace?) {
    guard let record = result.records.last else { return nil }
    let (measured, predicted) = (record.arenaBytes, forecast?.arenaBytes ?? [])
    self.init(
      ranks: result.scalingCase.ranks, plan: record.plan, schedule: record.schedule,
      batch: record.batch, microbatches: record.microbatches,
      repeats: result.records.map(\.secondsPerStep), prediction: forecast?.prediction,
      memory: (0..<max(measured.count, predicted.count)).map { rank in
        Memory(
          rank: rank, measuredBytes: rank < measured.count ? measured[rank] : nil,
          predictedBytes: rank < predicted.count ? predicted[rank] : nil)
      }, predictedTrace: forecast?.trace, measuredTrace: trace)
  }
}
