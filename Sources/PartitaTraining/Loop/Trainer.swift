internal import PartitaConfig
public import PartitaData
public import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaRuntime
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
  /// Steps done before the first of this process.
  let firstStep: Int
  /// The steps after which all that this rank holds is whole; nil while a step or what follows it
  /// may be half done.
  var soundStep: Int?
  /// Whether the next step begins in the middle of an epoch.
  var isResuming: Bool
  /// The SHA-256 of the file of initial weights, where there is one.
  private let weightsDigest: String?
  /// Records the steps of which there shall be a trace.
  var recorder: TraceRecorder?
  /// What the steps of the present epoch have come to so far.
  package var epochSums: EpochSums
  /// The epoch with the best validation loss so far.
  var best: BestEpoch?

  /// Prepares a rank; nothing is sent yet.
  ///
  /// - Parameters:
  ///   - experiment: what to run.
  ///   - dataset: the data; nil on a rank whose stage reads none (`Experiment.readsData`).
  ///   - device: where kernels run.
  ///   - transport: how messages travel; it says which rank this is.
  ///   - pollsBetweenKernels: whether the rank looks after messages between kernels.
  ///   - start: where the run goes on. But for the beginning every rank must come here.
  /// - Throws: anything that keeps this rank from running.
  public init(
    _ experiment: Experiment, dataset: Dataset?, device: any Device, transport: any Transport,
    pollsBetweenKernels: Bool = true, from start: RunStart = .beginning
  ) throws {
    self.experiment = experiment
    self.transport = transport
    residentBefore = ResidentMemory.now
    feeder = DataFeeder(
      dataset, seed: experiment.config.seed, validationCount: experiment.validationBatches.samples)
    runtime = try RankRuntime(
      experiment.programs, device: device, transport: transport, feeder: feeder,
      pollsBetweenKernels: pollsBetweenKernels)
    firstStep = start.step
    isResuming = firstStep > 0
    soundStep = firstStep
    (epochSums, best) = (start.epochSums, start.best)
    let layout = CheckpointLayout(experiment.training)
    switch start {
    case .checkpoint(let point, let sees):
      weightsDigest = nil
      try runtime.restore(
        from: point.reader, layout, over: transport, sees: sees, tag: experiment.firstFreeTag)
    case .memory(let handOver):
      weightsDigest = nil
      try runtime.take(
        from: handOver, layout, over: transport, tag: experiment.firstFreeTag)
    case .beginning:
      if let file = experiment.config.model.weights {
        weightsDigest = try runtime.loadParameters(from: file, of: experiment.training.graph)
      } else {
        weightsDigest = nil
        try runtime.initializeParameters(seed: experiment.config.seed)
      }
    }
  }

  /// What this rank read as initial weights.
  public var weightsFact: Fact { Fact("model.weights", digest: weightsDigest ?? "random") }

  /// Bytes of this rank's arena.
  public var arenaBytes: Int { runtime.arenaBytes }
}
