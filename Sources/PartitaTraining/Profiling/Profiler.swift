internal import PartitaConfig
public import PartitaData
public import PartitaDevice
internal import PartitaGraph
public import PartitaPlan
public import PartitaRuntime
public import PartitaTransport

/// Measures what a model's layers cost in the situation of a real training step, and what messages
/// cost between the ranks.
///
/// Every rank trains a copy of the whole model at the same time as the others, so that what ranks
/// of one host share, memory and power, is shared here too.
public final class Profiler {
  let experiment: Experiment
  let staged: StagedModel
  let repeated: RepeatedLayers
  let device: any Device
  let transport: any Transport
  private let feeder: DataFeeder
  let timer: any LayerTiming
  /// Measures whole steps beside; nil in a hurry.
  private let trainer: Trainer?
  /// The microbatches of a full size that a full batch has.
  private let microbatches: Int
  /// The last step's number.
  private var number = 0
  /// What was timed so far: of each kind of step its parts, and whole steps.
  private var recordings: [StepBlock: [StepSeconds]] = [:]
  private var serial: [Double] = []

  /// Compiles the model's layers, and gives the parameters their first values.
  ///
  /// - Parameters:
  ///   - experiment: what is measured, planned for one rank.
  ///   - dataset: the data to train on.
  ///   - device: where kernels run.
  ///   - transport: the ranks that measure at the same time.
  ///   - isQuick: whether it is for a plan alone: one size of microbatch, each part only in itself.
  /// - Throws: anything that keeps this rank from running.
  public init(
    _ experiment: Experiment, dataset: Dataset, device: any Device, transport: any Transport,
    isQuick: Bool = false
  ) throws {
    try experiment.blueprint.checkRunnable()
    let staged = try StagedModel(layersOf: experiment.training)
    let seed = experiment.config.seed
    let feeder = DataFeeder(dataset, seed: seed)
    let batches = experiment.batches
    let slice = batches.sliceSize
    let ragged = batches.batchSizes.flatMap { batches.sliceSizes(ofBatchOf: $0) }
      .filter { 0 < $0 && $0 < slice }.max()
    microbatches = batches.sliceSizes(ofBatchOf: batches.batch).count { $0 == slice }
    let timer = try makeLayerTimer(
      staged, sizes: Set(isQuick ? [slice] : [ragged ?? max(1, slice / 2), slice]).sorted(),
      microbatches: microbatches,
      groups: min(experiment.config.training.gradientGroups, microbatches), device: device,
      transport: transport, feeder: feeder)
    let graph = experiment.training.graph
    for weight in graph.weights {
      guard let values = graph[weight].firstValues(seed: seed) else { continue }
      try values.withUnsafeBytes { try timer.upload($0, to: weight) }
    }
    self.experiment = experiment
    self.staged = staged
    repeated = RepeatedLayers(staged)
    self.timer = timer
    self.device = device
    self.transport = transport
    self.feeder = feeder
    trainer =
      isQuick
      ? nil
      : try Trainer(
        experiment, dataset: dataset, device: device, transport: LoopbackTransport.solo())
  }

  /// Whether it measures for a plan alone.
  private var isQuick: Bool { trainer == nil }

  /// Measures. Every rank must call it; all get the same profile.
  ///
  /// - Parameters:
  ///   - repeats: the timed steps of each kind; nil goes on for half a second of each kind, and then until
  ///     every number is known within two in a hundred (`Profile.doubt`). In a hurry it is a second, and
  ///     at least 3 steps.
  ///   - seconds: after which it ends nevertheless, once there are a few steps of each kind; not where
  ///     `repeats` are given.
  ///   - observe: told after each turn of all kinds how far it is.
  /// - Throws: what keeps a step from being performed, and what `observe` throws.
  public func measure(
    repeats: Int? = nil, seconds: Double = 30,
    observe: (ProfilingProgress) throws -> Void = { _ in }
  ) throws -> Profile {
    let start = ContinuousClock.now
    let wanted = try repeats ?? usefulRepeats()
    func isLate() throws -> Bool {
      guard repeats == nil, !isQuick else { return false }
      return try transport.share((ContinuousClock.now - start) / .seconds(1) > seconds)
    }
    // The kinds of steps take turns, so that a disturbance falls on all of them.
    let rounds = isQuick ? 1 : min(Self.rounds, wanted)
    for round in 0..<rounds {
      if round >= Self.fewestRounds, try isLate() { break }
      try turn(wanted * (round + 1) / rounds - wanted * round / rounds)
      try observe(ProfilingProgress(what: "layers", done: round + 1, total: rounds))
    }
    let messages = try messages(repeats: isQuick ? 5 : wanted, observe: observe)
    var profile = try profile(messages)
    var share = 1
    while repeats == nil, !isQuick, profile.doubt > Self.doubtAtMost, try !isLate() {
      // Each time more, for the doubt falls with the root of the steps.
      try turn(max(1, wanted * share / 2 / Self.rounds))
      share += 1
      try observe(ProfilingProgress(what: "layers", done: rounds, total: rounds))
      profile = try self.profile(messages)
    }
    return profile
  }

  /// Times so many steps of each kind. Every rank must call it.
  func turn(_ timed: Int) throws {
    for kind in kinds { _ = try turn(timed, of: kind) }
  }

  /// The kinds of steps that are timed, whole ones the last.
  var kinds: Range<Int> { 0..<blocks.count + (trainer == nil ? 0 : 1) }

  /// Times so many steps of one kind. Every rank must call it.
  ///
  /// - Parameter kind: one of `kinds`.
  /// - Returns: seconds of this rank's median step.
  func turn(_ timed: Int, of kind: Int) throws -> Double {
    guard kind < blocks.count else {
      let steps = try trainer?.measure(steps: timed, warmup: warmup).seconds ?? []
      serial += steps
      return steps.median
    }
    let block = blocks[kind]
    var (steps, stopwatch) = ([Double](), Stopwatch())
    for step in 0..<warmup + timed {
      stopwatch.start()
      let seconds = try self.step(cut: block.cut, samples: block.samples)
      guard step >= warmup else { continue }
      steps.append(stopwatch.lap())
      recordings[block, default: []].append(seconds)
    }
    return steps.median
  }

  /// What messages between the ranks cost; nil where there is one. Every rank must call it.
  func messages(
    repeats: Int, observe: (ProfilingProgress) throws -> Void = { _ in }
  ) throws -> MessageProfile? {
    guard transport.size > 1 else { return nil }
    return try measureMessages(
      over: transport, device: device, scalars: staged.exchangedScalars.count, repeats: repeats,
      observe: observe)
  }

  /// The profile of all that was timed so far. Every rank must call it; all get the same.
  func profile(_ messages: MessageProfile?) throws -> Profile {
    var pooled: [StepBlock: [StepSeconds]] = [:]
    for block in blocks {
      guard let own = recordings[block], let first = own.first else { continue }
      pooled[block] = try pool(own.map(\.row)).map {
        StepSeconds(row: $0[...], pieces: first.pieces.count, layers: staged.stages.count)
      }
    }
    let repeats = recordings.values.map(\.count).min() ?? 0
    let action = Timing(measured: try timer.actionSeconds(repeats: min(repeats, 100)))
    return try profile(
      pooled,
      serial: isQuick ? nil : Timing(measured: try pool(serial.map { [$0] }).flatMap { $0 }),
      action: action, messages: messages)
  }

  /// Performs the next training step, and times its parts.
  private func step(cut: LayerPieces.Cut, samples: Int) throws -> StepSeconds {
    number += 1
    let batches = experiment.batches
    let full = batches.samples / batches.batch
    let (epoch, batch) = (number - 1).quotientAndRemainder(dividingBy: full)
    if batch == 0 { feeder.beginTraining(epoch: epoch) }
    let first = batches.range(ofBatch: batch).lowerBound
    let count = samples * microbatches
    feeder.beginBatch(first..<first + count, sampleWeight: 1 / Double(count))
    timer.set(step: number)
    let stepCount = experiment.stepCount
    experiment.config.training.withSettings(step: min(number, stepCount), of: stepCount) {
      timer.set($0, to: $1)
    }
    return try timer.step(cut: cut, samples: samples)
  }

  /// How many steps take half a second on rank 0; long ones get a shorter warm-up from here on.
  func usefulRepeats() throws -> Int {
    let cut = LayerPieces.Cut.layers
    let samples = experiment.batches.sliceSize
    var stopwatch = Stopwatch()
    var fastest = Double.infinity
    for _ in 0..<2 {
      stopwatch.start()
      _ = try step(cut: cut, samples: samples)
      fastest = min(fastest, stopwatch.lap())
    }
    let own = transport.rank == 0 ? fastest : 0
    let agreed = try withUnsafeTemporaryAllocation(of: Double.self, capacity: 1) { board in
      board.initialize(repeating: own)
      try transport.sum(board)
      return board[0]
    }
    if isQuick || agreed > Self.longStep { warmup = 1 }
    let (seconds, least) = isQuick ? (1.0, 3.0) : (0.5, 10.0)
    return Int(max(least, min(1000, seconds / max(agreed, 1e-9))))
  }

  /// Steps before each turn of a kind, which don't count: caches are its own after one that is long.
  private var warmup = 3
  /// Steps of so many seconds are long.
  private static var longStep: Double { 0.02 }
  /// The turns of each kind, and how many there are in any case.
  private static var rounds: Int { 10 }
  private static var fewestRounds: Int { 2 }
  /// How well numbers shall be known, as a share (`Profile.doubt`).
  public static var doubtAtMost: Double { 0.02 }

  /// A kind of step.
  struct StepBlock: Hashable {
    let cut: LayerPieces.Cut
    let samples: Int
  }

  private var blocks: [StepBlock] {
    [.layers, .split].flatMap { cut in timer.sizes.map { StepBlock(cut: cut, samples: $0) } }
      + (isQuick ? [] : [StepBlock(cut: .whole, samples: experiment.batches.sliceSize)])
  }

  /// The rows of all ranks.
  private func pool(_ rows: [[Double]]) throws -> [[Double]] {
    guard transport.size > 1 else { return rows }
    let width = rows[0].count
    let board = UnsafeMutableBufferPointer<Double>.allocate(
      capacity: width * rows.count * transport.size)
    defer { board.deallocate() }
    board.initialize(repeating: 0)
    let own = transport.rank * width * rows.count
    for (index, number) in rows.flatMap({ $0 }).enumerated() { board[own + index] = number }
    try transport.sum(board)
    let all = Array(board)
    return stride(from: 0, to: all.count, by: width).map { Array(all[$0..<$0 + width]) }
  }
}
