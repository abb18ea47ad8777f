internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

/// When the values of a rank's step are in use.
///
/// It walks the rank's program: the actions say when the nodes of a stage run for a microbatch, when
/// values arrive and when they leave.
struct StepLives<D: Device> {
  private let staged: StagedProgram
  private let own: RankProgram
  private let stages: [HeldStage]
  private let lists: [CompiledLists<D>]
  private let tensors: ArenaTensors
  private var graph: Graph { staged.staged.model.graph }
  private var last: Int { own.actions.count - 1 }

  /// An action on a microbatch.
  private struct Moment: Hashable {
    let stage: Int
    let phase: Phase
    let microbatch: Int
  }

  /// What passes a stage's border for a microbatch.
  private struct Passage: Hashable {
    let kind: Edge.Kind
    let from, to: Int
    let microbatch: Int?

    init(kind: Edge.Kind, from: Int, to: Int, microbatch: Int?) {
      self.kind = kind
      self.from = from
      self.to = to
      self.microbatch = microbatch
    }

    init(_ transfer: Transfer) {
      self.init(
        kind: transfer.kind, from: transfer.from, to: transfer.to, microbatch: transfer.microbatch)
    }
  }

  private var moments: [Moment: Int] = [:]
  private var receives: [Passage: Int] = [:]
  private var sends: [Passage: Int] = [:]

  init(
    _ staged: StagedProgram, rank: Int, stages: [HeldStage], lists: [CompiledLists<D>],
    tensors: ArenaTensors
  ) {
    self.staged = staged
    self.stages = stages
    self.lists = lists
    self.tensors = tensors
    own = staged.program.ranks[rank]
    for (index, action) in own.actions.enumerated() {
      switch action {
      case .compute(let action):
        moments[
          Moment(stage: action.stage, phase: action.phase, microbatch: action.microbatch)] = index
      case .receive(let transfer):
        receives[Passage(transfer)] = receives[Passage(transfer)] ?? index
      case .send(let transfer): sends[Passage(transfer)] = index
      case .reduce, .combine, .update, .exchange, .finish, .gather: continue
      }
    }
  }

  /// The lives of all values.
  ///
  /// - Parameters:
  ///   - variables: what outlives the step, by name.
  ///   - shared: where it lies.
  ///   - partialBytes: what arrives of partial sums.
  func live(variables: [String: Value], shared: SharedLayout, partialBytes: Int) -> LiveSet {
    guard last >= 0 else { return LiveSet(actions: [], lives: []) }
    let extents = shared.extents(of: variables).sorted { ($0.name, $0.start) < ($1.name, $1.start) }
    var lives = extents.map { name, _, bytes in
      LiveSet.Life(
        name, layer: graph.variable(named: name).flatMap { graph.layerName(of: $0) },
        ArenaTensors.kind(variables[name]?.role), bytes: bytes, actions: 0...last)
    }
    for (index, action) in own.actions.enumerated() {
      guard let place = place(of: action),
        let list = lists[place].executable(
          of: action, samples: { staged.program.microbatchSizes[$0] })
      else { continue }
      for (name, kind, bytes) in [
        ("workspace", MemoryAccount.Kind.workspace, list.workspaceBytes - list.scratchBytes),
        ("scratch", .scratch, list.scratchBytes),
      ] where bytes > 0 {
        lives.append(LiveSet.Life(name, layer: nil, kind, bytes: bytes, actions: index...index))
      }
    }
    if partialBytes > 0 {
      let trading = own.actions.indices.filter {
        switch own.actions[$0] {
        case .reduce, .combine: true
        default: false
        }
      }
      lives.append(
        LiveSet.Life(
          "partial sums", layer: nil, .messages, bytes: partialBytes,
          actions: (trading.first ?? 0)...(trading.last ?? last)))
    }
    for held in stages { lives += self.lives(of: held) }
    return LiveSet(actions: own.actions.map(\.description), lives: lives)
  }

  private func place(of action: Action) -> Int? {
    switch action {
    case .compute(let action): own.place(ofStage: action.stage)
    case .update(let stage), .finish(let stage): own.place(ofStage: Int(stage))
    case .receive, .send, .reduce, .combine, .exchange, .gather: nil
    }
  }

  private func lives(of held: HeldStage) -> [LiveSet.Life] {
    let stage = held.holding.stage
    var lives: [LiveSet.Life] = []
    let nodes = Nodes(held.graph, in: graph)
    let microbatches = staged.program.microbatchSizes.indices
    let values = held.layout.microbatch.sorted { $0.key < $1.key }
    // Weights that were rounded lie in the workspace, which counts as a whole.
    for (value, place) in values where place.region != .shared && place.region != .workspace {
      func life(_ actions: ClosedRange<Int>) -> LiveSet.Life {
        LiveSet.Life(
          graph.words(of: value), layer: graph.layerName(of: value),
          ArenaTensors.kind(place.region, isKept: held.keeps(value, in: graph)),
          bytes: tensors.bytes(of: value, in: place.region), actions: actions)
      }
      guard place.region != .accumulator, place.region != .sampleScalars else {
        // Of a group: from its first microbatch to the end of the step.
        lives += held.groups.compactMap { group in
          microbatches.filter { staged.program.plan.group(ofMicrobatch: $0) == group }
            .flatMap { used(value, in: held, nodes, microbatch: $0, place.region) }.min()
            .map { life($0...last) }
        }
        continue
      }
      for microbatch in microbatches {
        var used = used(value, in: held, nodes, microbatch: microbatch, place.region)
        for edge in staged.staged.edges where edge.value == value {
          let passage = Passage(
            kind: edge.kind, from: edge.from, to: edge.to, microbatch: microbatch)
          if edge.from == stage, let send = sends[passage] { used.append(send) }
          if edge.to == stage, let receive = receives[passage] { used.append(receive) }
        }
        if let first = used.min(), let last = used.max() { lives.append(life(first...last)) }
      }
    }
    return lives
  }

  /// The actions on a microbatch whose nodes make or read a value.
  private func used(
    _ value: ValueID, in held: HeldStage, _ nodes: Nodes, microbatch: Int, _ region: Region
  ) -> [Int] {
    Phase.allCases.compactMap { phase in
      // What R makes, F has made and forgotten.
      guard region != .recomputed || phase != .forward, nodes.uses(value, in: phase) else {
        return nil
      }
      return moments[Moment(stage: held.holding.stage, phase: phase, microbatch: microbatch)]
    }
  }

  /// What the phases of a stage make and read.
  private struct Nodes {
    private var values: [Phase: Set<ValueID>] = [:]

    init(_ stage: StageGraph, in graph: Graph) {
      for (phase, list) in [
        (Phase.forward, stage.forward), (.recompute, stage.recompute), (.backward, stage.backward),
        (.inputGradient, stage.inputGradient), (.weightGradient, stage.weightGradient),
      ] {
        values[phase] = Set(list.flatMap { graph.nodes[$0].inputs + graph.nodes[$0].outputs })
      }
    }

    func uses(_ value: ValueID, in phase: Phase) -> Bool { values[phase]?.contains(value) ?? false }
  }
}
