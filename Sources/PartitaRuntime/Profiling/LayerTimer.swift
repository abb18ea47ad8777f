internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaTransport

/// Times layers on one kind of device, by the means of the interpreter: the same arena, fills,
/// additions and exchange.
final class LayerTimer<D: Device>: LayerTiming {
  let sizes: [Int]
  let groups: Int
  private let microbatches: Int
  private let arena: DeviceArena<D>
  private let transport: any Transport
  private let feeder: any BatchFeeder
  private let graph: Graph
  private let layout: LayerLayout
  private let buffers: LayerBuffers
  private let cuts: [LayerPieces.Cut: CompiledCut<D>]
  private let updates: CompiledUpdates<D>
  /// A list without a kernel: what is timed of it is the timing itself.
  private let nothing: D.Executable
  /// The fills of each cut and size: by microbatch, then by the layer that is the first to read.
  private let fills: [LayerPieces.Cut: [Int: [[[Fill]]]]]
  private let additions: [[BoundAddition]]
  private let stepVariables: StepVariables
  private let exchange: ScalarExchange
  /// What the ranks add up in an exchange: zeros.
  private let idle: UnsafeMutableBufferPointer<Double>
  private let scalars: HostMemory
  private let table: BindingTable
  /// The regions' addresses by group.
  private let bindings: [UnsafePointer<UnsafeMutableRawPointer>]
  private var stopwatch = Stopwatch()

  init(
    _ staged: StagedModel, sizes: [Int], microbatches: Int, groups: Int, device: D,
    transport: any Transport, feeder: any BatchFeeder
  ) throws(DeviceError) {
    let graph = staged.model.graph
    let largest = sizes.max() ?? 0
    var layout = LayerLayout(staged, largest: largest)
    var cuts: [LayerPieces.Cut: CompiledCut<D>] = [:]
    for cut in LayerPieces.Cut.allCases {
      let pieces = LayerPieces(cut, of: staged.stages).pieces
      let places = layout.places(for: pieces.map(\.nodes))
      cuts[cut] = try CompiledCut(
        pieces, places: places, sizes: sizes, graph: graph, workspaceStart: layout.keptBytes,
        device: device)
    }
    updates = try CompiledUpdates(staged, layout: layout, device: device)
    nothing = try device.compile(
      KernelList(
        graph: graph, nodes: [], samples: 1, places: [:], workspaceStart: layout.keptBytes))

    var read: Set<ValueID> = []
    let variables = staged.stages.map { stage in
      stage.microbatchVariables.filter { read.insert($0).inserted }
    }
    let arenaLayout = LayerBuffers.layout(
      layout, workspaceBytes: cuts.values.map(\.workspaceBytes).reduce(updates.workspaceBytes, max),
      groups: groups)
    arena = try DeviceArena(
      on: device, bytes: arenaLayout.end,
      stagingBytes: variables.map { Fill.stagingBytes($0, of: graph, samples: largest) }.max() ?? 0)
    let buffers = LayerBuffers(arenaLayout, arena: arena.memory.address, groups: groups)
    table = BindingTable(rows: groups)
    bindings = buffers.bindings(in: table)
    fills = cuts.mapValues { cut in
      Dictionary(
        uniqueKeysWithValues: sizes.map { size in
          (
            size,
            (0..<microbatches).map { microbatch in
              variables.map {
                let samples = microbatch * size..<(microbatch + 1) * size
                return Fill.all($0, of: graph, samples: samples) { variable in
                  guard let place = cut.places[variable] else {
                    preconditionFailure("variable \(variable) has no place")
                  }
                  return buffers.address(place)
                }
              }
            }
          )
        })
    }
    additions = staged.stages.map { buffers.additions(of: $0, layout, in: graph) }
    stepVariables = try StepVariables(
      graph.values.compactMap { value in
        guard let role = value.role, let place = layout.update[value.id] else { return nil }
        return (role, buffers.address(place))
      }, device: device)
    let count = staged.exchangedScalars.count * groups + StepSignals.scalarCount
    scalars = try device.allocateHost(bytes: 2 * 8 * count)
    let doubles = scalars.bytes.bindMemory(to: Double.self)
    idle = UnsafeMutableBufferPointer(rebasing: doubles[count...])
    exchange = buffers.exchange(
      staged.exchangedScalars, layout, sums: cuts[.layers]?.places ?? [:],
      board: UnsafeMutableBufferPointer(rebasing: doubles[..<count]))
    self.sizes = sizes
    self.groups = groups
    self.microbatches = microbatches
    self.transport = transport
    self.feeder = feeder
    self.graph = graph
    self.layout = layout
    self.buffers = buffers
    self.cuts = cuts
  }

  private var layerCount: Int { updates.before.count }

  var fillingLayers: Int {
    fills.values.first?.values.first?.first?.count { !$0.isEmpty } ?? 0
  }

  func upload(_ source: UnsafeRawBufferPointer, to parameter: ValueID) throws(DeviceError) {
    guard let place = layout.update[parameter] else { return }
    precondition(source.count == graph.type(of: parameter).bytes(samples: 0))
    if let start = source.baseAddress {
      arena.upload(start, to: buffers.address(place), bytes: source.count)
    }
    try arena.finish()
  }

  func set(step: Int) { stepVariables.set(step: step) }

  func set(_ setting: Setting, to number: Double) { stepVariables.set(setting, to: number) }

  func actionSeconds(repeats: Int) throws -> [Double] {
    let calls = 1000
    return try (0..<repeats).map { _ in
      stopwatch.start()
      for _ in 0..<calls { try arena.run(nothing, bindings[0], accumulates: false) }
      return stopwatch.lap() / Double(calls)
    }
  }

  func step(cut: LayerPieces.Cut, samples: Int) throws -> StepSeconds {
    guard let compiled = cuts[cut], let lists = compiled.lists[samples],
      let fills = fills[cut]?[samples]
    else {
      preconditionFailure("no lists for \(samples) samples")
    }
    var seconds = StepSeconds(pieces: compiled.pieces.count, layers: layerCount)
    stepVariables.upload(to: arena)
    try round(&seconds)
    for microbatch in 0..<microbatches {
      stopwatch.start()
      for (layer, fills) in fills[microbatch].enumerated() where !fills.isEmpty {
        try arena.fill(fills, from: feeder)
        seconds.fill[layer] += stopwatch.lap()
      }
      let bindings = bindings[microbatch % groups]
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
    try arena.run(list, bindings, accumulates: accumulates)
    try arena.finish()
    return stopwatch.lap()
  }

  /// Rounds the weights, once a step as updates are: the time is theirs.
  private func round(_ seconds: inout StepSeconds) throws {
    try arena.finish()
    stopwatch.start()
    for (layer, list) in updates.roundings.enumerated() {
      if let list { seconds.update[layer] = try time(list, bindings[0], accumulates: false) }
    }
  }

  private func update(_ seconds: inout StepSeconds) throws {
    stopwatch.start()
    for (layer, additions) in additions.enumerated() where !additions.isEmpty {
      for addition in additions { arena.add(addition) }
      try arena.finish()
      seconds.addition[layer] = stopwatch.lap()
    }
    for layer in 0..<layerCount {
      seconds.update[layer] += try time(updates.before[layer], bindings[0], accumulates: false)
    }
    try exchangeScalars(&seconds)
    seconds.objective = try time(updates.everywhere, bindings[0], accumulates: false)
    for layer in 0..<layerCount {
      seconds.finish[layer] = try time(updates.after[layer], bindings[0], accumulates: false)
    }
  }

  /// Times a sum over the ranks of as many scalars as a step exchanges; each rank goes on with its
  /// own, for each trains a copy of the whole.
  private func exchangeScalars(_ seconds: inout StepSeconds) throws {
    if transport.size > 1 { try transport.barrier() }
    var signals = StepSignals()
    stopwatch.start()
    try exchange.perform(on: arena, signals: &signals) { _ in try transport.sum(idle) }
    seconds.exchange = stopwatch.lap()
  }
}
