internal import PartitaDevice
internal import PartitaGraph
internal import PartitaSchedule

/// All that is decided of a rank before it takes memory: what it holds, the compiled lists, and
/// where everything will lie.
struct RankSetup<D: Device> {
  /// Where what outlives a step lies.
  let shared: SharedLayout
  /// The variables that the rank holds, by name.
  let variables: [String: Value]
  /// What the rank holds of each program.
  let stages: [[HeldStage]]
  /// The compiled lists of each program's stages.
  let lists: [[CompiledLists<D>]]
  /// The arena as each program uses it.
  let layouts: [ArenaLayout]
  /// Bytes of the host's memory that inputs and outputs pass.
  let stagingBytes: Int

  init(_ programs: [StagedProgram], rank: Int, device: D) throws(DeviceError) {
    var shared = SharedLayout()
    stages = programs.map { HeldStage.all($0, rank: rank, shared: &shared) }
    self.shared = shared
    var variables: [String: Value] = [:]
    for program in programs {
      for value in program.staged.model.graph.values
      where shared.places[value.name] != nil || shared.parts[value.name] != nil {
        if value.role != nil { variables[value.name] = value }
      }
    }
    self.variables = variables
    var layouts: [ArenaLayout] = []
    var lists: [[CompiledLists<D>]] = []
    for (staged, stages) in zip(programs, stages) {
      let starts = ArenaLayout.workspaceStarts(keptBytes: stages.map(\.layout.updateBytes))
      var compiled: [CompiledLists<D>] = []
      for (stage, start) in zip(stages, starts) {
        compiled.append(
          try CompiledLists(
            staged, rank: staged.program.ranks[rank], stage: stage, workspaceStart: start,
            device: device))
      }
      layouts.append(
        ArenaLayout(
          zip(stages, compiled).map {
            $0.arenaPart(workspaceBytes: $1.workspaceBytes, scratchBytes: $1.scratchBytes)
          },
          sharedBytes: shared.bytes,
          partialBytes: staged.program.partialOffsets(ofRank: rank).bytes))
      lists.append(compiled)
    }
    self.lists = lists
    self.layouts = layouts
    stagingBytes =
      zip(programs, stages).flatMap { staged, stages in
        stages.flatMap { stage in
          [stage.graph.microbatchVariables, stage.graph.told].map {
            Fill.stagingBytes(
              $0, of: staged.staged.model.graph,
              samples: staged.program.microbatchSizes.max() ?? 0)
          }
        }
      }.max() ?? 0
  }

  /// Bytes of the arena: programs use it in turn.
  var arenaBytes: Int { layouts.map(\.end).max() ?? 0 }
}
