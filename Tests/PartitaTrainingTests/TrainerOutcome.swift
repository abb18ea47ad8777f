import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaTraining
import PartitaTransport
import Testing

/// What a run leaves behind, by bits.
struct TrainerOutcome: Hashable, Sendable {
  /// L, J and the norm of all gradients at each step.
  private(set) var steps: [[UInt64]] = []
  /// L and accuracy over the steps of each epoch, and over the test set after it.
  private(set) var epochs: [[UInt64]] = []
  /// The bits of the final weights, on rank 0.
  private(set) var weights: [String: [UInt32]] = [:]

  mutating func observe(_ event: TrainingEvent) {
    switch event {
    case .step(let record):
      steps.append([record.loss, record.objective, record.gradientNorm ?? -1].map(\.bitPattern))
    case .epoch(let record):
      epochs.append(
        [
          record.trainLoss, record.trainAccuracy ?? -1, record.testLoss ?? -1,
          record.testAccuracy ?? -1,
        ].map(\.bitPattern))
    case .end(let record):
      weights = Dictionary(
        uniqueKeysWithValues: record.weights.map { ($0.name, $0.values.map(\.bitPattern)) })
    case .checkpoint, .best: break
    }
  }

  /// L at each step.
  var losses: [Double] { steps.map { Double(bitPattern: $0[0]) } }

  /// Trains on threads, one a rank; only ranks that must read the data have it.
  /// - Parameter tracing: whether a step is recorded.
  static func train(
    _ config: TrainingConfig, ranks: Int, tracing: Bool = false,
    device: @escaping @Sendable () -> any Device = { CPUDevice() },
    check: @escaping @Sendable (any Device) -> Void = { _ in }
  ) throws -> [TrainerOutcome] {
    let dataset = try config.loadData()
    let experiment = try Experiment(config, data: dataset.description, worldSize: ranks)
    return try LoopbackTransport.run(ranks: ranks) { transport in
      let readsData = experiment.readsData(rank: transport.rank)
      let device = device()
      let trainer = try Trainer(
        experiment, dataset: readsData ? dataset : nil, device: device, transport: transport)
      var outcome = TrainerOutcome()
      var control = RunControl()
      control.isTracing = tracing
      try trainer.run(control) { outcome.observe($0) }
      check(device)
      return outcome
    }
  }

  /// This run's first steps, and then all of another that went on from there.
  func followed(by rest: TrainerOutcome) -> TrainerOutcome {
    var whole = rest
    whole.steps = steps + rest.steps
    whole.epochs = epochs + rest.epochs
    return whole
  }

  /// What differs from a run on one rank, in words; nil where all bits are equal.
  func difference(from serial: TrainerOutcome, rank: Int) -> String? {
    if let step = steps.indices.first(where: {
      !serial.steps.indices.contains($0) || steps[$0] != serial.steps[$0]
    }) {
      return "rank \(rank): step \(step + 1)"
    }
    if steps.count != serial.steps.count { return "rank \(rank): \(steps.count) steps" }
    if epochs != serial.epochs { return "rank \(rank): an epoch's means" }
    guard rank == 0 else { return weights.isEmpty ? nil : "rank \(rank) has weights" }
    if weights.keys.sorted() != serial.weights.keys.sorted() { return "names of weights" }
    return weights.keys.sorted().first { weights[$0] != serial.weights[$0] }
  }
}
