internal import PartitaConfig
internal import PartitaData
internal import PartitaDevice
internal import PartitaGraph
package import PartitaRuntime

extension Trainer {
  /// Performs the step of this number, counted from 1; the first step of an epoch begins it.
  ///
  /// Steps are performed in order. Every rank must call it.
  /// - Parameters:
  ///   - place: the place in the recording where its times go; nil records nothing.
  ///   - signals: what this rank has to say to all.
  package func perform(
    step: Int, recordedAt place: Int? = nil, signals: StepSignals = StepSignals()
  ) throws -> StepRecord {
    let batches = experiment.batches
    let (epoch, batch) = (step - 1).quotientAndRemainder(dividingBy: batches.batchCount)
    if batch == 0 || isResuming { feeder.beginTraining(epoch: epoch) }
    if batch == 0 { epochSums = EpochSums() }
    isResuming = false
    let range = batches.range(ofBatch: batch)
    let start = ContinuousClock.now
    let result = try train(range, step: step, place: place, signals: signals)
    epochSums.add(
      loss: result.loss, samples: range.count, correctCount: result.correctCount,
      answers: range.count * experiment.training.answersPerSample)
    return StepRecord(
      step: step, stepCount: experiment.stepCount, epoch: epoch + 1, loss: result.loss,
      objective: result.objective, gradientNorm: result.gradientNorm, samples: range.count,
      seconds: (ContinuousClock.now - start) / .seconds(1), signals: result.signals)
  }

  /// Whether this step is the last of its epoch.
  package func endsEpoch(step: Int) -> Bool { step % experiment.batches.batchCount == 0 }

  /// What the epoch came to, its steps and an evaluation over the test set. Every rank must call it.
  package func endEpoch(_ epoch: Int) throws -> EpochRecord {
    let config = experiment.config.training
    let test = try evaluate(experiment.testBatches) { feeder.beginTest() }
    let own = try evaluate(experiment.validationBatches) { feeder.beginValidation() }
    let validation = config.validation == .test ? test : own
    var isBest = false
    if let loss = validation?.loss, best.map({ loss < $0.loss }) ?? !loss.isNaN {
      best = BestEpoch(epoch: epoch, loss: loss)
      isBest = true
    }
    return EpochRecord(
      epoch: epoch, trainLoss: epochSums.meanLoss, trainAccuracy: epochSums.accuracy,
      validationLoss: validation?.loss, validationAccuracy: validation?.accuracy, isBest: isBest,
      testLoss: test?.loss, testAccuracy: test?.accuracy)
  }

  /// Whether so many epochs have brought nothing better that the run ends.
  func isOutOfPatience(afterEpoch epoch: Int) -> Bool {
    guard let patience = experiment.config.training.patience else { return false }
    return epoch - (best?.epoch ?? 0) >= patience
  }

  /// L and the share of right answers over some samples, nil where there are none.
  private func evaluate(
    _ batches: Batches, begin: () -> Void
  ) throws -> (loss: Double, accuracy: Double?)? {
    guard batches.samples > 0 else { return nil }
    begin()
    var loss = 0.0
    var correct: Int?
    for batch in 0..<batches.batchCount {
      let range = batches.range(ofBatch: batch)
      feeder.beginBatch(range, sampleWeight: 1 / Double(batches.samples))
      guard let program = experiment.evaluationProgram(batch: range.count) else {
        preconditionFailure("no program for a test batch of \(range.count)")
      }
      let result = try runtime.perform(program, step: 0)
      loss += result.loss
      if let count = result.correctCount { correct = (correct ?? 0) + count }
    }
    let answers = batches.samples * experiment.training.answersPerSample
    return (loss, correct.map { Double($0) / Double(answers) })
  }

  /// Performs one step on these places of the epoch's order.
  func train(
    _ range: Range<Int>, step: Int, place: Int? = nil, signals: StepSignals = StepSignals()
  ) throws -> StepResult {
    setSettings(step: step)
    feeder.beginBatch(range, sampleWeight: 1 / Double(range.count))
    guard let program = experiment.trainingProgram(batch: range.count) else {
      preconditionFailure("no program for a batch of \(range.count)")
    }
    let result = try runtime.perform(
      program, step: step, signals: signals,
      recording: recording(ofProgram: program, place: place))
    guard result.loss.isFinite, result.objective.isFinite else {
      throw TrainingError.notFinite(step: step, loss: result.loss, objective: result.objective)
    }
    return result
  }

  private func setSettings(step: Int) {
    // Who measures goes on behind the run's last step.
    let count = experiment.stepCount
    experiment.config.training.withSettings(step: min(step, count), of: count) {
      runtime.set($0, to: $1)
    }
  }
}
