internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

/// The kernel lists of one stage of a program on one rank.
struct CompiledLists<D: Device> {
  /// Forward and backward, by phase and the microbatch's samples.
  private let lists: [Phase: [Int: D.Executable]]
  /// The roundings of weights; nil where nothing is rounded.
  let roundings: D.Executable?
  /// The update before and after the scalars are exchanged.
  let update, finish: D.Executable

  /// Bytes of workspace that the hungriest list needs.
  var workspaceBytes: Int { all.map(\.workspaceBytes).max() ?? 0 }

  /// Of them, the scratch of its kernels.
  var scratchBytes: Int {
    all.filter { $0.workspaceBytes == workspaceBytes }.map(\.scratchBytes).min() ?? 0
  }

  private var all: [D.Executable] {
    lists.values.flatMap(\.values) + [update, finish] + (roundings.map { [$0] } ?? [])
  }

  /// Compiles what a rank's actions use of a stage.
  /// - Parameter workspaceStart: the byte of the workspace from which lists may scribble.
  init(
    _ staged: StagedProgram, rank: RankProgram, stage held: HeldStage, workspaceStart: Int,
    device: D
  ) throws(DeviceError) {
    let (stage, layout, slices) = (held.graph, held.layout, held.share.slices)
    let graph = staged.staged.model.graph
    func list(
      _ nodes: [Int], _ samples: Int, _ places: [ValueID: Place], in graph: Graph
    ) throws(DeviceError) -> D.Executable {
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
      lists[action.phase, default: [:]][samples] = try list(nodes, samples, places, in: graph)
    }
    self.lists = lists
    roundings =
      stage.roundings.isEmpty
      ? nil : try list(stage.roundings, 0, layout.microbatch, in: graph)
    update = try list(slices.beforeExchange, 0, layout.update, in: slices.graph)
    finish = try list(
      (stage.everywhere + slices.afterExchange).sorted(), 0, layout.update, in: slices.graph)
  }

  /// The list of an action; nil for actions without one.
  func executable(of action: Action, samples: (Int) -> Int) -> D.Executable? {
    switch action {
    case .compute(let action): executable(action.phase, samples: samples(action.microbatch))
    case .update: update
    case .finish: finish
    case .receive, .send, .reduce, .combine, .exchange, .gather: nil
    }
  }

  func executable(_ phase: Phase, samples: Int) -> D.Executable? { lists[phase]?[samples] }
}
