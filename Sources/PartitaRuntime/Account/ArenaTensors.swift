internal import PartitaDevice
internal import PartitaGraph
internal import PartitaSchedule

/// The arrays of one program's arena, in the order in which they lie.
struct ArenaTensors {
  private let staged: StagedProgram
  private let stages: [HeldStage]
  private let layout: ArenaLayout
  private let graph: Graph

  init(_ staged: StagedProgram, stages: [HeldStage], layout: ArenaLayout) {
    self.staged = staged
    self.stages = stages
    self.layout = layout
    graph = staged.staged.model.graph
  }

  /// All of them.
  ///
  /// - Parameters:
  ///   - shared: where what outlives the step lies.
  ///   - variables: what lies there, by name.
  ///   - partialBytes: what arrives of partial sums in one step.
  func all(
    shared: SharedLayout, variables: [String: Value], partialBytes: Int
  ) -> [MemoryAccount.Tensor] {
    var tensors = shared.extents(of: variables).map { name, start, bytes in
      MemoryAccount.Tensor(
        name, layer: graph.variable(named: name).flatMap { graph.layerName(of: $0) },
        Self.kind(variables[name]?.role), start: start, bytes: bytes)
    }
    tensors += shared.gaps.map {
      MemoryAccount.Tensor("room before a line", .weights, start: $0.lowerBound, bytes: $0.count)
    }
    for place in stages.indices { tensors += ofStage(place) + gaps(place) }
    let again = layout.recomputedSlots
    tensors.append(
      MemoryAccount.Tensor(
        "values made again", .kept, start: layout.recomputedStart, bytes: again.bytes,
        copies: again.count, stride: again.bytes))
    let ownBytes = layout.workspaceBytes - layout.scratchBytes
    tensors.append(
      MemoryAccount.Tensor(
        "workspace", .workspace, start: layout.workspaceStart, bytes: ownBytes))
    tensors.append(
      MemoryAccount.Tensor(
        "scratch", .scratch, start: layout.workspaceStart + ownBytes, bytes: layout.scratchBytes))
    tensors.append(
      MemoryAccount.Tensor(
        "partial sums", .messages, start: layout.partialsStart, bytes: partialBytes))
    return tensors.filter { $0.total > 0 }.sorted { $0.start < $1.start }
  }

  /// What a variable that outlives the step is for.
  static func kind(_ role: VariableRole?) -> MemoryAccount.Kind {
    switch role {
    case .parameter, .running: .weights
    case .state, .direction: .state
    default: .numbers
    }
  }

  /// What a value in a region of a stage is for.
  ///
  /// - Parameter isKept: whether the backward pass, or R, reads it.
  static func kind(_ region: Region, isKept: Bool) -> MemoryAccount.Kind {
    switch region {
    case .stash: isKept ? .kept : .messages
    case .recomputed: .kept
    case .received, .gradientsIn, .gradientsOut: .messages
    case .accumulator: .gradients
    case .workspace: .workspace
    case .shared, .sampleScalars: .numbers
    }
  }

  /// What a stage has alone.
  private func ofStage(_ place: Int) -> [MemoryAccount.Tensor] {
    let held = stages[place]
    let part = held.arenaPart(workspaceBytes: 0, scratchBytes: 0)
    return held.layout.microbatch.compactMap { value, lies in
      let region = lies.region
      guard region != .shared, region != .recomputed, region != .workspace else { return nil }
      return MemoryAccount.Tensor(
        graph.words(of: value), layer: graph.layerName(of: value),
        Self.kind(region, isKept: held.keeps(value, in: graph)),
        start: layout.start(of: region, of: place) + lies.offset,
        bytes: bytes(of: value, in: region), copies: part.slots[region.rawValue],
        stride: layout.slotBytes(of: region, of: place),
        readers: region == .accumulator || region == .sampleScalars
          ? [] : graph.readers(of: value, among: held.graph.recompute + held.graph.backward))
    }
  }

  /// What lies between the gradients of a stage.
  private func gaps(_ place: Int) -> [MemoryAccount.Tensor] {
    stages[place].share.gradients.gaps.map {
      MemoryAccount.Tensor(
        "room before a line", .gradients,
        start: layout.start(of: .accumulator, of: place) + 4 * $0.lowerBound, bytes: 4 * $0.count,
        copies: stages[place].groups.count,
        stride: layout.slotBytes(of: .accumulator, of: place))
    }
  }

  /// The bytes that a value takes where it lies.
  func bytes(of value: ValueID, in region: Region) -> Int {
    let type = graph.type(of: value)
    return region == .sampleScalars
      ? 8 : Place.aligned(type.bytes(samples: staged.program.microbatchSizes.max() ?? 0))
  }
}

extension HeldStage {
  /// Whether a value is kept: a variable of the microbatch, or what backward nodes or R read.
  func keeps(_ value: ValueID, in graph: PartitaGraph.Graph) -> Bool {
    graph[value].role != nil
      || (self.graph.recompute + self.graph.backward).contains {
        graph.nodes[$0].inputs.contains(value)
      } || self.graph.told.contains(value)
  }
}
