internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

/// The kernel lists of one stage of a program on one rank.
struct CompiledLists<D: Device> {
  /// Forward and backward, by phase and the microbatch's samples.
  private let lists: [Phase: [Int: D.Executable]]
  /// The update before and after the scalars are exchanged.
  let update, finish: D.Executable

  /// Bytes of workspace that the hungriest list needs.
  var workspaceBytes: Int {
    lists.values.flatMap(\.values).map(\.workspaceBytes)
      .reduce(max(update.workspaceBytes, finish.workspaceBytes), max)
  }

  /// Compiles what a rank's actions use of a stage.
  /// - Parameter workspaceStart: the byte of the workspace from which lists may scribble.
  init(
    _ staged: StagedProgram, rank: RankProgram, stage held: HeldStage, workspaceStart: Int,
    device: D
  ) throws(DeviceError) {
    let (stage, layout) = (held.graph, held.layout)
    let graph = staged.staged.model.graph
    func list(_ nodes: [Int], _ samples: Int, _ places: [ValueID: Place])
      throws(DeviceError) -> D.Executable
    {
      try device.compile(
        KernelList(
          graph: graph, nodes: nodes, samples: samples, places: places,
          workspaceStart: workspaceStart))
    }
    var lists: [Phase: [Int: D.Executable]] = [:]
    for action in rank.actions {
      guard case .compute(let action) = action, action.stage == held.holding.stage else {
        continue
      }
      let samples = staged.program.microbatchSizes[action.microbatch]
      guard lists[action.phase]?[samples] == nil else { continue }
      let (nodes, places) =
        switch action.phase {
        case .forward: (stage.forward, layout.forward)
        case .recompute: (stage.recompute, layout.recompute(stage, in: graph))
        case .backward: (stage.backward, layout.microbatch)
        case .inputGradient: (stage.inputGradient, layout.microbatch)
        case .weightGradient: (stage.weightGradient, layout.microbatch)
        }
      lists[action.phase, default: [:]][samples] = try list(nodes, samples, places)
    }
    self.lists = lists
    update = try list(stage.updateBeforeExchange, 0, layout.update)
    finish = try list(
      (stage.everywhere + stage.updateAfterExchange).sorted(), 0, layout.update)
  }

  /// Bytes of workspace that an action's list needs; 0 for actions without one.
  func workspaceBytes(of action: Action, samples: (Int) -> Int) -> Int {
    switch action {
    case .compute(let action):
      executable(action.phase, samples: samples(action.microbatch))?.workspaceBytes ?? 0
    case .update: update.workspaceBytes
    case .finish: finish.workspaceBytes
    case .receive, .send, .reduce, .combine, .exchange: 0
    }
  }

  func executable(_ phase: Phase, samples: Int) -> D.Executable? { lists[phase]?[samples] }
}
