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
  private let initialDigest: String?
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
  ///   - sharesMemory: whether ranks of one host read and add up each other's values where they lie. Then
  ///     every rank must come here.
  ///   - start: where the run goes on. But for the beginning every rank must come here.
  /// - Throws: anything that keeps this rank from running.
  public init(
    _ experiment: Experiment, dataset: Dataset?, device: any Device, transport: any Transport,
    pollsBetweenKernels: Bool = true, sharesMemory: Bool = false,
    from start: RunStart = .beginning
  ) throws {
    self.experiment = experiment
    self.transport = transport
    try experiment.blueprint.checkRunnable()
    residentBefore = ResidentMemory.now
    feeder = DataFeeder(
      dataset, seed: experiment.config.seed, validationCount: experiment.validationBatches.samples)
    runtime = try RankRuntime(
      experiment.programs, device: device, transport: transport, feeder: feeder,
      pollsBetweenKernels: pollsBetweenKernels, sharesMemory: sharesMemory)
    firstStep = start.step
    isResuming = firstStep > 0
    soundStep = firstStep
    (epochSums, best) = (start.epochSums, start.best)
    let layout = CheckpointLayout(experiment.training)
    switch start {
    case .checkpoint(let point, let sees):
      initialDigest = nil
      try runtime.restore(
        from: point.reader, layout, over: transport, sees: sees, tag: experiment.firstFreeTag)
    case .memory(let handOver):
      initialDigest = nil
      try runtime.take(
        from: handOver, layout, over: transport, tag: experiment.firstFreeTag)
    case .beginning:
      initialDigest = try runtime.beginWeights(experiment.config, of: experiment.training.graph)
    }
  }

  /// Whether weights began as somebody gave them, and not at random.
  public var readWeights: Bool { initialDigest != nil }

  /// What this rank read as initial weights.
  public var weightsFact: Fact { Fact("model.weights", digest: initialDigest ?? "random") }

  /// Bytes of this rank's arena.
  public var arenaBytes: Int { runtime.arenaBytes }

  /// The tags that its messages have, from 0 on: the programs', the weights', the recorder's and the
  /// checkpoints'.
  var tagCount: Int { checkpointTag + 1 }

  /// The SHA-256 of all weights on rank 0, no text elsewhere. Every rank must call it.
  func gatheredDigest() throws -> String {
    let weights = try WeightGatherer(experiment).gather(runtime, over: transport)
    return transport.rank == 0 ? weightsDigest(weights) : ""
  }
}
