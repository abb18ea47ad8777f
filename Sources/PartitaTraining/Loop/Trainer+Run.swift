internal import PartitaConfig
internal import PartitaData
internal import PartitaGraph
internal import PartitaRuntime
internal import PartitaTransport

extension Trainer {
  /// What ranks say to each other at the end of each step.
  private enum Lane {
    /// Ranks that were asked to stop.
    static let stop = 0
    /// Rank 0's clock wants a checkpoint.
    static let checkpoint = 1
    /// Ranks whose part of a checkpoint is on the disk, or has failed.
    static let done = 2
    static let failed = 3
  }

  /// Trains to the end, or until somebody asks to stop.
  ///
  /// Every rank sees the same events; only rank 0's last one has the weights.
  /// - Parameters:
  ///   - control: what may happen beside steps.
  ///   - observe: told of each step, each epoch and the end; what it throws ends the run here.
  /// - Returns: how it ended, on every rank.
  /// - Throws: `TrainingError.notFinite` on all ranks at once; `RuntimeError` or `TransportError`
  ///   on a rank whose own work failed: it must abort the others.
  @discardableResult
  public func run(
    _ control: RunControl = RunControl(), _ observe: (TrainingEvent) throws -> Void
  ) throws -> RunEnding {
    var stepCount = experiment.stepCount
    let checkpoints = makeCheckpointer(control)
    var clock = RunClock(experiment.config)
    var seconds = 0.0
    var last: StepRecord?
    var epoch: EpochRecord?
    var trace: MeasuredStep?
    for step in firstStep + 1..<max(stepCount, firstStep) + 1 {
      let isTraced = control.isTracing && step == stepToTrace
      if isTraced {
        try prepareRecording(ofStep: step)
        try recorder?.alignClocks()
      }
      soundStep = step - 1
      let record: StepRecord
      do {
        record = try perform(
          step: step, recordedAt: isTraced ? 0 : nil,
          signals: signals(control, clock, checkpoints))
      } catch let error as RuntimeError {
        if error.hasBegunUpdate { soundStep = nil }
        throw error
      }
      // What follows a step isn't said of it twice.
      soundStep = nil
      if isTraced {
        try recorder?.alignClocks()
        trace = try recorder?.trace(ofStep: 0)
      }
      seconds += record.seconds
      last = record
      try observe(.step(record))
      if endsEpoch(step: step) || step == stepCount {
        let ended = try endEpoch(record.epoch)
        try observe(.epoch(ended))
        epoch = ended
        if ended.isBest, experiment.config.output.keepBest {
          let weights = try WeightGatherer(experiment).gather(runtime, over: transport)
          try observe(.best(epoch: ended.epoch, weights: weights))
        }
        // The epoch is the last where nothing has got better for long.
        if isOutOfPatience(afterEpoch: ended.epoch) { stepCount = step }
      }
      guard let checkpoints else {
        if step == stepCount { break }
        continue
      }
      let sums = record.signals
      if let event = try checkpoints.advance(
        done: Int(sums[Lane.done]), failed: Int(sums[Lane.failed]))
      {
        try observe(TrainingEvent(event))
      }
      let isLast = step == stepCount
      let isStopped = sums[Lane.stop] > 0 && !isLast
      if isStopped || isLast && clock.wantsAny {
        if let event = try checkpoints.finish() { try observe(TrainingEvent(event)) }
        try checkpoints.begin(state(afterStep: step, control))
        let event = try checkpoints.finish()
        if let event { try observe(TrainingEvent(event)) }
        if isStopped {
          guard event == .committed(step: step) else { throw TrainingError.notStopped(step: step) }
          return RunEnding(stopped: (step, checkpoints.path(ofStep: step)), trace: trace)
        }
      } else if clock.isDue(step: step) || sums[Lane.checkpoint] > 0 {
        // Steps are a promise; by the clock there is none under way.
        if let event = try checkpoints.finish() { try observe(TrainingEvent(event)) }
        clock.checkpointBegins()
        try checkpoints.begin(state(afterStep: step, control))
      }
      if isLast { break }
    }
    // What had been trained to the end before has its weights still to be written.
    if last == nil { epoch = try endEpoch(experiment.config.training.epochs) }
    try checkWeights(afterStep: stepCount, epoch)
    if let event = try checkpoints?.finish() { try observe(TrainingEvent(event)) }
    let weights = try WeightGatherer(experiment).gather(runtime, over: transport)
    try observe(
      .end(
        EndRecord(
          steps: stepCount, loss: last?.loss ?? .nan, testLoss: epoch?.testLoss,
          testAccuracy: epoch?.testAccuracy, weights: weights, seconds: seconds)))
    return RunEnding(stopped: nil, trace: trace)
  }

  /// The tags behind the programs', the weights' and the recorder's.
  var checkpointTag: Int {
    experiment.firstFreeTag + experiment.training.graph.weights.count + 1
  }

  private func makeCheckpointer(_ control: RunControl) -> Checkpointer? {
    guard let place = control.place else { return nil }
    return Checkpointer(
      experiment, runtime, over: transport, folder: place.folder, sees: place.sees,
      keep: experiment.config.output.checkpoint?.keep ?? 1, tag: checkpointTag,
      complain: control.complain)
  }

  private func signals(
    _ control: RunControl, _ clock: RunClock, _ checkpoints: Checkpointer?
  ) -> StepSignals {
    var signals = StepSignals()
    let speaks = transport.rank == 0
    if control.isStopRequested() || speaks && clock.isOver { signals[Lane.stop] = 1 }
    guard let checkpoints else { return signals }
    if speaks, checkpoints.isIdle, clock.isDue { signals[Lane.checkpoint] = 1 }
    let report = checkpoints.report
    signals[Lane.done] = report.isDone ? 1 : 0
    signals[Lane.failed] = report.hasFailed ? 1 : 0
    return signals
  }

  private func state(afterStep step: Int, _ control: RunControl) -> CheckpointState {
    let config = experiment.config
    let (epoch, batch) = step.quotientAndRemainder(dividingBy: experiment.batches.batchCount)
    return CheckpointState(
      step: step, epoch: epoch + 1, batch: batch, seed: config.seed,
      data: control.place?.dataDigest, epochSums: epochSums, best: best,
      configuration: Dictionary(
        uniqueKeysWithValues: config.bitsValues.map { ($0.path, $0.text) }))
  }
}

extension TrainingEvent {
  init(_ event: Checkpointer.Event) {
    switch event {
    case .committed(let step): self = .checkpoint(step: step, isSound: true)
    case .failed(let step): self = .checkpoint(step: step, isSound: false)
    }
  }
}
