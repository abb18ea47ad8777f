import PartitaConfig
import PartitaCurvature
import PartitaData
import PartitaDevice
import PartitaPlan
import PartitaTraining
import PartitaTransport
import Testing

/// The curvature of a model, as it is found on ranks.
struct StudiedModel {
  /// What is asked: all that there is.
  static let request = CurvatureRequest(eigenvalues: 2, steps: 6, starts: 2, probes: 3)

  let experiment: Experiment
  let dataset: Dataset

  init(_ model: TrainerModel, _ overrides: [String] = [], ranks: Int = 1) throws {
    let config = try model.config(overrides)
    dataset = try config.loadData()
    experiment = try Experiment(
      Blueprint(config, data: dataset.description, step: .curvature), worldSize: ranks)
  }

  /// One rank's space.
  func space(
    _ transport: any Transport = LoopbackTransport.solo(), device: any Device = CPUDevice()
  ) throws -> HessianSpace {
    try HessianSpace(
      experiment, dataset: experiment.readsData(rank: transport.rank) ? dataset : nil, weights: nil,
      seed: 7, device: device, transport: transport)
  }

  /// What every rank finds, on threads.
  func studies(
    _ request: CurvatureRequest = request,
    device: @escaping @Sendable () -> any Device = { CPUDevice() }
  ) throws -> [CurvatureStudy] {
    try LoopbackTransport.run(ranks: experiment.plan.worldSize) { [self] transport in
      try CurvatureStudy(request, of: space(transport, device: device()))
    }
  }
}

extension CurvatureStudy {
  /// All numbers that were found, by bits.
  var bits: [UInt64] {
    let numbers =
      eigenvalues.flatMap { [$0.value, $0.residual] } + trace.samples
      + density.nodes.flatMap { [$0.value, $0.weight] } + (matrix ?? []).joined()
    return numbers.map(\.bitPattern) + steps.map { UInt64($0) } + [UInt64(products)]
  }
}
