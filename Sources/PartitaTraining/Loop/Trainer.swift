public import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaRuntime
internal import PartitaSchedule
public import PartitaTransport

/// The training loop of one rank: epochs, steps, evaluation, the gathering of weights.
public final class Trainer<D: Device> {
  let experiment: Experiment
  let transport: any Transport
  private let runtime: RankRuntime<D>
  private let feeder: DataFeeder
  private let orders: EpochOrder

  /// Prepares a rank; nothing is sent yet.
  ///
  /// - Parameters:
  ///   - experiment: what to run.
  ///   - dataset: the data; nil on a rank whose stage reads none (`Experiment.readsData`).
  /// - Throws: anything that keeps this rank from running.
  public init(
    _ experiment: Experiment, dataset: Dataset?, device: D, transport: any Transport
  ) throws {
    self.experiment = experiment
    self.transport = transport
    feeder = DataFeeder(dataset)
    orders = EpochOrder(seed: experiment.config.seed)
    runtime = try RankRuntime(
      experiment.programs, device: device, transport: transport, feeder: feeder)
    if let file = experiment.config.model.weights {
      try runtime.loadParameters(from: file, of: experiment.training.graph)
    } else {
      runtime.initializeParameters(seed: experiment.config.seed)
    }
  }

  /// Bytes of this rank's arena.
  public var arenaBytes: Int { runtime.arenaBytes }

  /// Trains to the end.
  ///
  /// Every rank sees the same events; only rank 0's last one has the weights.
  /// - Throws: `TrainingError.notFinite` on all ranks at once; `RuntimeError` or `TransportError`
  ///   on a rank whose own work failed: it must abort the others.
  public func run(_ observe: (TrainingEvent) throws -> Void) throws {
    let stepCount = experiment.stepCount
    let batches = experiment.batches
    var step = 0
    var seconds = 0.0
    var last = StepResult(loss: .nan, objective: .nan, accuracy: nil, gradientNorm: nil)
    var test: StepResult?
    for epoch in 0... where step < stepCount {
      beginEpoch(epoch)
      for batch in 0..<batches.batchCount where step < stepCount {
        step += 1
        let range = batches.range(ofBatch: batch)
        let start = ContinuousClock.now
        last = try train(range, step: step)
        let took = (ContinuousClock.now - start) / .seconds(1)
        seconds += took
        try observe(
          .step(
            StepRecord(
              step: step, stepCount: stepCount, epoch: epoch + 1, loss: last.loss,
              objective: last.objective, gradientNorm: last.gradientNorm, samples: range.count,
              seconds: took)))
      }
      test = try evaluate()
      if let test {
        try observe(
          .epoch(
            EpochRecord(epoch: epoch + 1, testLoss: test.loss, testAccuracy: test.accuracy)))
      }
      if step >= stepCount { break }
    }
    let weights = try WeightGatherer(experiment).gather(runtime, over: transport)
    try observe(
      .end(
        EndRecord(
          steps: step, loss: last.loss, testLoss: test?.loss, testAccuracy: test?.accuracy,
          weights: weights, seconds: seconds)))
  }

  /// Begins an epoch, counted from 0.
  func beginEpoch(_ epoch: Int) {
    feeder.beginTraining(
      epoch: epoch, order: orders.order(epoch: epoch, count: experiment.batches.samples))
  }

  /// Performs one step on these places of the epoch's order.
  func train(_ range: Range<Int>, step: Int) throws -> StepResult {
    setSettings(step: step)
    feeder.beginBatch(range, sampleWeight: 1 / Double(range.count))
    guard let program = experiment.trainingProgram(batch: range.count) else {
      preconditionFailure("no program for a batch of \(range.count)")
    }
    let result = try runtime.perform(program, step: step)
    guard result.loss.isFinite, result.objective.isFinite else {
      throw TrainingError.notFinite(step: step, loss: result.loss, objective: result.objective)
    }
    return result
  }

  /// L and accuracy over the test set, nil where there is none.
  func evaluate() throws -> StepResult? {
    let batches = experiment.testBatches
    guard batches.samples > 0 else { return nil }
    feeder.beginTest(count: batches.samples)
    var (loss, accuracy) = (0.0, 0.0)
    for batch in 0..<batches.batchCount {
      let range = batches.range(ofBatch: batch)
      feeder.beginBatch(range, sampleWeight: 1 / Double(batches.samples))
      guard let program = experiment.evaluationProgram(batch: range.count) else {
        preconditionFailure("no program for a test batch of \(range.count)")
      }
      let result = try runtime.perform(program, step: 0)
      loss += result.loss
      accuracy += result.accuracy ?? .nan
    }
    return StepResult(
      loss: loss, objective: loss, accuracy: accuracy.isNaN ? nil : accuracy, gradientNorm: nil)
  }

  private func setSettings(step: Int) {
    let loop = experiment.config.training
    runtime.set(
      .learningRate, to: loop.learningRate.rate(atStep: step, of: experiment.stepCount))
    if case .adamw(let beta1, let beta2, _, _) = loop.optimizer {
      runtime.set(.firstMomentCorrection, to: 1 / (1 - power(beta1, step)))
      runtime.set(.secondMomentCorrection, to: 1 / (1 - power(beta2, step)))
    }
  }

  /// base to the power of a whole number, by squaring.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}
