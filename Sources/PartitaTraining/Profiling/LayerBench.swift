internal import PartitaConfig
internal import PartitaData
internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaTransport

/// Runs real training steps of a model on one rank, list by list, and times each list.
///
/// Data, order, accumulation and update are those of a step of a single stage, so that caches are
/// as a step leaves them.
final class LayerBench<D: Device> {
  let staged: StagedModel
  let groups: Int
  /// The sizes of microbatches that are timed, the common one last.
  let sizes: [Int]
  let microbatches: Int
  private let experiment: Experiment
  private let device: D
  private let stream: D.Stream
  private let transport: any Transport
  private let feeder: DataFeeder
  private let layout: LayerLayout
  private let memory: LayerMemory<D>
  private let cuts: [LayerPieces.Cut: CompiledCut<D>]
  private let updates: CompiledUpdates<D>
  /// A list without a kernel: what is timed of it is the timing itself.
  private let nothing: D.Executable
  /// The variables that each layer is the first to read.
  private let variables: [[ValueID]]
  private let additions: [LayerAdditions]
  private let board: UnsafeMutableBufferPointer<Double>
  private var stopwatch = Stopwatch()

  init(_ experiment: Experiment, dataset: Dataset, device: D, transport: any Transport) throws {
    self.experiment = experiment
    self.device = device
    self.transport = transport
    stream = try device.makeStream()
    feeder = DataFeeder(dataset, seed: experiment.config.seed)
    let staged = try StagedModel(layersOf: experiment.training)
    self.staged = staged
    let batches = experiment.batches
    let slice = batches.sliceSize
    let ragged = batches.batchSizes.flatMap { batches.sliceSizes(ofBatchOf: $0) }
      .filter { 0 < $0 && $0 < slice }.max()
    sizes = Set([ragged ?? max(1, slice / 2), slice]).sorted()
    microbatches = batches.sliceSizes(ofBatchOf: batches.batch).count { $0 == slice }
    groups = min(experiment.config.training.gradientGroups, microbatches)

    var layout = LayerLayout(staged, largest: slice)
    var cuts: [LayerPieces.Cut: CompiledCut<D>] = [:]
    for cut in LayerPieces.Cut.allCases {
      let pieces = LayerPieces(cut, of: staged.stages).pieces
      let places = layout.places(for: pieces.map(\.nodes))
      cuts[cut] = try CompiledCut(
        pieces, places: places, sizes: sizes, graph: experiment.training.graph,
        workspaceStart: layout.keptBytes, device: device)
    }
    updates = try CompiledUpdates(staged, layout: layout, device: device)
    nothing = try device.compile(
      KernelList(
        graph: experiment.training.graph, nodes: [], samples: 1, places: [:],
        workspaceStart: layout.keptBytes))
    let workspace = cuts.values.map(\.workspaceBytes).reduce(updates.workspaceBytes, max)
    memory = try LayerMemory(layout, workspaceBytes: workspace, groups: groups, device: device)
    self.layout = layout
    self.cuts = cuts
    var read: Set<ValueID> = []
    variables = staged.stages.map { stage in
      stage.microbatchVariables.filter { read.insert($0).inserted }
    }
    additions = staged.stages.map { LayerAdditions($0, layout: layout, staged: staged) }
    board = .allocate(capacity: staged.exchangedScalars.count * groups)
    board.initialize(repeating: 0)
    for parameter in experiment.training.graph.parameters {
      let value = experiment.training.graph[parameter]
      guard case .parameter(let initializer)? = value.role, let place = layout.update[parameter]
      else { continue }
      initializer.write(
        to: UnsafeMutableBufferPointer(
          start: memory.address(place).assumingMemoryBound(to: Float.self),
          count: value.type.shape.count),
        name: value.name, seed: experiment.config.seed)
    }
  }

  deinit { board.deallocate() }

  /// The number of layers.
  var layerCount: Int { staged.stages.count }

  /// The number of layers that variables are filled for.
  var fillingLayers: Int { variables.count { !$0.isEmpty } }

  /// Seconds of a call that runs no kernel.
  func actionSeconds(repeats: Int) throws -> [Double] {
    let calls = 1000
    return try (0..<repeats).map { _ in
      stopwatch.start()
      for _ in 0..<calls {
        try device.run(nothing, memory.bindings(group: 0), accumulates: false, on: stream)
      }
      return stopwatch.lap() / Double(calls)
    }
  }

  /// Performs the step of this number, counted from 1, and times its parts.
  func step(_ number: Int, cut: LayerPieces.Cut, samples: Int) throws -> StepSeconds {
    guard let compiled = cuts[cut], let lists = compiled.lists[samples] else {
      preconditionFailure("no lists for \(samples) samples")
    }
    var seconds = StepSeconds(pieces: compiled.pieces.count, layers: layerCount)
    begin(number, samples: samples)
    for microbatch in 0..<microbatches {
      let first = microbatch * samples
      stopwatch.start()
      for layer in 0..<layerCount where !variables[layer].isEmpty {
        fill(variables[layer], compiled.places, first..<first + samples)
        seconds.fill[layer] += stopwatch.lap()
      }
      let bindings = memory.bindings(group: microbatch % groups)
      for (index, list) in lists.enumerated() {
        seconds.pieces[index] += try time(list, bindings, accumulates: microbatch >= groups)
      }
      seconds.timing += try time(nothing, bindings, accumulates: false)
    }
    try update(&seconds)
    return seconds.divided(microbatches: microbatches, groups: groups)
  }

  private func time(
    _ list: D.Executable, _ bindings: UnsafePointer<UnsafeMutableRawPointer>, accumulates: Bool
  ) throws -> Double {
    try device.run(list, bindings, accumulates: accumulates, on: stream)
    try device.wait(for: device.record(on: stream))
    return stopwatch.lap()
  }

  private func update(_ seconds: inout StepSeconds) throws {
    // Every group to the first: as many additions as the tree of law 2 has.
    stopwatch.start()
    for layer in 0..<layerCount where groups > 1 && !additions[layer].isEmpty {
      for group in 1..<groups {
        additions[layer].add(group, in: memory, device: device, stream: stream)
      }
      try device.wait(for: device.record(on: stream))
      seconds.addition[layer] = stopwatch.lap()
    }
    let bindings = memory.bindings(group: 0)
    for layer in 0..<layerCount {
      seconds.update[layer] = try time(updates.before[layer], bindings, accumulates: false)
    }
    try exchange(&seconds)
    seconds.objective = try time(updates.everywhere, bindings, accumulates: false)
    for layer in 0..<layerCount {
      seconds.finish[layer] = try time(updates.after[layer], bindings, accumulates: false)
    }
  }

  /// Times a sum over the ranks of as many scalars as a step exchanges; each rank goes on with its
  /// own, for each trains a copy of the whole.
  private func exchange(_ seconds: inout StepSeconds) throws {
    if transport.size > 1 { try transport.barrier() }
    stopwatch.start()
    board.update(repeating: 0)
    try transport.sum(board)
    for scalar in staged.exchangedScalars {
      guard let target = layout.update[scalar] else { continue }
      let total = memory.address(target).assumingMemoryBound(to: Double.self)
      guard let place = cuts[.layers]?.places[scalar], place.region == .sampleScalars else {
        continue
      }
      total.pointee = (0..<groups).reduce(0) {
        $0 + memory.address(place, group: $1).assumingMemoryBound(to: Double.self).pointee
      }
    }
    seconds.exchange = stopwatch.lap()
  }

  private func begin(_ number: Int, samples: Int) {
    let batches = experiment.batches
    let full = batches.samples / batches.batch
    let (epoch, batch) = (number - 1).quotientAndRemainder(dividingBy: full)
    if batch == 0 { feeder.beginTraining(epoch: epoch) }
    let first = batches.range(ofBatch: batch).lowerBound
    let count = samples * microbatches
    feeder.beginBatch(first..<first + count, sampleWeight: 1 / Double(count))
    for value in staged.model.graph.values where value.role == .step {
      guard let place = layout.update[value.id] else { continue }
      memory.address(place).storeBytes(of: Int32(truncatingIfNeeded: number), as: Int32.self)
    }
    let stepCount = experiment.stepCount
    experiment.config.training.withSettings(step: min(number, stepCount), of: stepCount) {
      for value in staged.model.graph.values where value.role == .setting($0) {
        guard let place = layout.update[value.id] else { continue }
        memory.address(place).storeBytes(of: $1, as: Double.self)
      }
    }
  }

  private func fill(_ variables: [ValueID], _ places: [ValueID: Place], _ samples: Range<Int>) {
    for variable in variables {
      let value = staged.model.graph[variable]
      guard let role = value.role, let place = places[variable] else { continue }
      let target = UnsafeMutableRawBufferPointer(
        start: memory.address(place), count: value.type.bytes(samples: samples.count))
      if role == .sampleIndex {
        let indices = target.bindMemory(to: Int32.self)
        for (offset, sample) in samples.enumerated() { indices[offset] = Int32(sample) }
      } else {
        feeder.fill(role, samples: samples, into: target)
      }
    }
  }
}
