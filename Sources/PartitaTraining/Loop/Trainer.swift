internal import PartitaConfig
public import PartitaData
public import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
public import PartitaRuntime
internal import PartitaSchedule
public import PartitaTransport

/// The training loop of one rank: epochs, steps, evaluation, the gathering of weights.
public final class Trainer {
  let experiment: Experiment
  let transport: any Transport
  let runtime: RankRuntime
  let feeder: DataFeeder
  /// Bytes of this process before the runtime was set up.
  let residentBefore: Int
  /// The SHA-256 of the file of initial weights, where there is one.
  private let weightsDigest: String?
  /// Records the steps of which there shall be a trace.
  var recorder: TraceRecorder?

  /// Prepares a rank; nothing is sent yet.
  ///
  /// - Parameters:
  ///   - experiment: what to run.
  ///   - dataset: the data; nil on a rank whose stage reads none (`Experiment.readsData`).
  ///   - device: where kernels run.
  ///   - transport: how messages travel; it says which rank this is.
  ///   - pollsBetweenKernels: whether the rank looks after messages between kernels.
  /// - Throws: anything that keeps this rank from running.
  public init(
    _ experiment: Experiment, dataset: Dataset?, device: any Device, transport: any Transport,
    pollsBetweenKernels: Bool = true
  ) throws {
    self.experiment = experiment
    self.transport = transport
    residentBefore = ResidentMemory.now
    feeder = DataFeeder(dataset, seed: experiment.config.seed)
    runtime = try RankRuntime(
      experiment.programs, device: device, transport: transport, feeder: feeder,
      pollsBetweenKernels: pollsBetweenKernels)
    if let file = experiment.config.model.weights {
      weightsDigest = try runtime.loadParameters(from: file, of: experiment.training.graph)
    } else {
      weightsDigest = nil
      try runtime.initializeParameters(seed: experiment.config.seed)
    }
  }

  /// What this rank read as initial weights.
  public var weightsFact: Fact { Fact("model.weights", digest: weightsDigest ?? "random") }

  /// Bytes of this rank's arena.
  public var arenaBytes: Int { runtime.arenaBytes }

  /// Trains to the end.
  ///
  /// Every rank sees the same events; only rank 0's last one has the weights.
  /// - Parameters:
  ///   - tracing: whether to trace the third step, or the last where there are fewer.
  ///   - observe: told of each step, each epoch and the end; what it throws ends the run here.
  /// - Returns: the traced step, on every rank.
  /// - Throws: `TrainingError.notFinite` on all ranks at once; `RuntimeError` or `TransportError`
  ///   on a rank whose own work failed: it must abort the others.
  @discardableResult
  public func run(
    tracing: Bool = false, _ observe: (TrainingEvent) throws -> Void
  ) throws -> MeasuredStep? {
    let stepCount = experiment.stepCount
    var seconds = 0.0
    var last: StepRecord?
    var test: EpochRecord?
    var trace: MeasuredStep?
    for step in 1..<stepCount + 1 {
      let isTraced = tracing && step == stepToTrace
      if isTraced {
        try prepareRecording(ofStep: step)
        try recorder?.alignClocks()
      }
      let record = try perform(step: step, recordedAt: isTraced ? 0 : nil)
      if isTraced {
        try recorder?.alignClocks()
        trace = try recorder?.trace(ofStep: 0)
      }
      seconds += record.seconds
      last = record
      try observe(.step(record))
      if endsEpoch(step: step) || step == stepCount {
        test = try evaluate(afterEpoch: record.epoch)
        if let test { try observe(.epoch(test)) }
      }
    }
    let weights = try WeightGatherer(experiment).gather(runtime, over: transport)
    try observe(
      .end(
        EndRecord(
          steps: stepCount, loss: last?.loss ?? .nan, testLoss: test?.testLoss,
          testAccuracy: test?.testAccuracy, weights: weights, seconds: seconds)))
    return trace
  }
}
