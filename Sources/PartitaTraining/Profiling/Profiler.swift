internal import PartitaConfig
public import PartitaData
public import PartitaDevice
internal import PartitaGraph
public import PartitaPlan
public import PartitaTransport

/// Measures what a model's layers cost in the situation of a real training step, and what messages
/// cost between the ranks.
///
/// Every rank trains a copy of the whole model at the same time as the others, so that what ranks
/// of one host share, memory and power, is shared here too.
public final class Profiler<D: Device> {
  private let experiment: Experiment
  private let device: D
  private let transport: any Transport
  private let bench: LayerBench<D>
  private let trainer: Trainer<D>
  /// The last step's number.
  private var number = 0

  /// Compiles the model's layers, and gives the parameters their first values.
  ///
  /// - Parameters:
  ///   - experiment: what is measured, planned for one rank.
  ///   - dataset: the data to train on.
  /// - Throws: anything that keeps this rank from running.
  public init(
    _ experiment: Experiment, dataset: Dataset, device: D, transport: any Transport
  ) throws {
    self.experiment = experiment
    self.device = device
    self.transport = transport
    bench = try LayerBench(experiment, dataset: dataset, device: device, transport: transport)
    trainer = try Trainer(
      experiment, dataset: dataset, device: device, transport: LoopbackTransport.solo())
  }

  /// Measures. Every rank must call it; all get the same profile.
  ///
  /// - Parameters:
  ///   - repeats: the timed steps of each kind; nil for as many as take half a second, 10 to 1000.
  ///   - observe: told after each step how far it is.
  public func measure(
    repeats: Int? = nil, observe: (ProfilingProgress) throws -> Void = { _ in }
  ) throws -> Profile {
    let repeats = try repeats ?? usefulRepeats()
    let blocks = blocks
    var recordings = blocks.map { _ in [StepSeconds]() }
    var serial: [Double] = []
    // The kinds of steps take turns, so that a disturbance falls on all of them.
    let rounds = min(Self.rounds, repeats)
    let total = (blocks.count + 1) * rounds
    for round in 0..<rounds {
      let timed = repeats * (round + 1) / rounds - repeats * round / rounds
      for (index, block) in blocks.enumerated() {
        for step in 0..<Self.warmup + timed {
          number += 1
          let seconds = try bench.step(number, cut: block.cut, samples: block.samples)
          if step >= Self.warmup { recordings[index].append(seconds) }
        }
        try observe(
          ProfilingProgress(
            what: "layers", done: round * (blocks.count + 1) + index + 1, total: total))
      }
      serial += try trainer.measure(steps: timed, warmup: Self.warmup).seconds
      try observe(
        ProfilingProgress(what: "layers", done: (round + 1) * (blocks.count + 1), total: total))
    }
    var pooled: [StepBlock: [StepSeconds]] = [:]
    for (block, recording) in zip(blocks, recordings) {
      let rows = try pool(recording.map(\.row))
      pooled[block] = rows.map {
        StepSeconds(row: $0[...], pieces: recording[0].pieces.count, layers: bench.layerCount)
      }
    }
    let action = Timing(measured: try bench.actionSeconds(repeats: repeats))
    let messages =
      transport.size > 1
      ? try MessageBench(transport, device: device, scalars: bench.staged.exchangedScalars.count)
        .measure(repeats: repeats, observe: observe) : nil
    return try profile(
      pooled, serial: Timing(measured: try pool(serial.map { [$0] }).flatMap { $0 }),
      action: action, messages: messages)
  }

  /// How many steps take half a second on rank 0.
  private func usefulRepeats() throws -> Int {
    let cut = LayerPieces.Cut.layers
    let samples = experiment.batches.sliceSize
    var stopwatch = Stopwatch()
    var fastest = Double.infinity
    for _ in 0..<Self.warmup {
      number += 1
      stopwatch.start()
      _ = try bench.step(number, cut: cut, samples: samples)
      fastest = min(fastest, stopwatch.lap())
    }
    let own = transport.rank == 0 ? fastest : 0
    let agreed = try withUnsafeTemporaryAllocation(of: Double.self, capacity: 1) { board in
      board.initialize(repeating: own)
      try transport.sum(board)
      return board[0]
    }
    return Int(max(10, min(1000, 0.5 / max(agreed, 1e-9))))
  }

  /// Steps before each turn of a kind, which don't count.
  private static var warmup: Int { 3 }
  /// The turns of each kind.
  private static var rounds: Int { 10 }

  /// A kind of step.
  private struct StepBlock: Hashable {
    let cut: LayerPieces.Cut
    let samples: Int
  }

  private var blocks: [StepBlock] {
    [.layers, .split].flatMap { cut in bench.sizes.map { StepBlock(cut: cut, samples: $0) } }
      + [StepBlock(cut: .whole, samples: experiment.batches.sliceSize)]
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

  // MARK: From seconds to a profile

  private func profile(
    _ steps: [StepBlock: [StepSeconds]], serial: Timing, action: Timing,
    messages: MessageProfile?
  ) throws -> Profile {
    /// A part of steps, `readings` of which the clock was read for; what timing itself takes is
    /// the median of the same steps.
    func timing(
      _ cut: LayerPieces.Cut, _ samples: Int, readings: Double = 1,
      _ seconds: (StepSeconds) -> Double
    ) -> Timing {
      let steps = steps[StepBlock(cut: cut, samples: samples)] ?? []
      let reading = readings * Timing(measured: steps.map(\.timing)).median
      return Timing(measured: steps.map { max(0, seconds($0) - reading) })
    }
    func timing(_ work: LayerWork, _ layer: Int, _ samples: Int) -> Timing {
      let cut: LayerPieces.Cut = work == .forward || work == .backward ? .layers : .split
      let place = LayerPieces(cut, of: bench.staged.stages).pieces.firstIndex {
        $0.work == work && $0.layer == layer
      }
      return place.map { place in timing(cut, samples) { $0.pieces[place] } } ?? .zero
    }
    let usual = experiment.batches.sliceSize
    let bytes = LayerProfile.Bytes.all(of: bench.staged)
    let layers = bench.staged.stages.map { stage in
      let layer = stage.index
      return LayerProfile(
        name: experiment.training.graph.layers[layer].name, bytes: bytes[layer],
        sizes: bench.sizes.map { samples in
          LayerProfile.Size(
            samples: samples, fill: timing(.layers, samples) { $0.fill[layer] },
            forward: timing(.forward, layer, samples),
            inputGradient: timing(.inputGradient, layer, samples),
            weightGradient: timing(.weightGradient, layer, samples),
            backward: timing(.backward, layer, samples))
        },
        addition: timing(.layers, usual, readings: 1 / Double(max(1, bench.groups - 1))) {
          $0.addition[layer]
        },
        update: timing(.layers, usual) { $0.update[layer] },
        finish: timing(.layers, usual) { $0.finish[layer] })
    }
    let whole = LayerProfile.Size(
      samples: usual,
      fill: timing(.whole, usual, readings: Double(bench.fillingLayers)) { $0.fill.reduce(0, +) },
      forward: timing(.whole, usual) { $0.pieces[0] }, inputGradient: .zero,
      weightGradient: timing(.whole, usual) { $0.pieces[1] },
      backward: timing(.whole, usual) { $0.pieces[1] })
    let loop = experiment.config.training
    return try Profile(
      kind: .measured,
      device: HostMachine.processorName.map { "\(device.name), \($0)" } ?? device.name,
      setting: Profile.Setting(
        samples: usual, microbatches: loop.microbatches, gradientGroups: loop.gradientGroups,
        ranks: transport.size),
      layers: layers,
      step: Profile.Step(
        exchange: timing(.layers, usual, \.exchange),
        objective: timing(.layers, usual, \.objective),
        action: action, whole: whole, serial: serial),
      messages: messages)
  }
}

/// How far a measurement is.
public struct ProfilingProgress: Sendable {
  /// What is being measured.
  public let what: String
  /// The parts done, of how many.
  public let done, total: Int
}
