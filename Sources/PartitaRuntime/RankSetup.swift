public import PartitaDevice
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
  /// The memory of each program.
  let plans: [ProgramMemoryPlan]

  init(_ programs: [StagedProgram], rank: Int, device: D) throws(DeviceError) {
    var shared = SharedLayout()
    stages = programs.map { HeldStage.all($0, rank: rank, shared: &shared) }
    self.shared = shared
    var variables: [String: Value] = [:]
    for program in programs {
      for value in program.staged.model.graph.values where shared.places[value.name] != nil {
        if value.role != nil { variables[value.name] = value }
      }
    }
    self.variables = variables
    var plans: [ProgramMemoryPlan] = []
    var lists: [[CompiledLists<D>]] = []
    for (staged, stages) in zip(programs, stages) {
      var compiled: [CompiledLists<D>] = []
      for (stage, start) in zip(stages, ProgramMemoryPlan.workspaceStarts(stages)) {
        compiled.append(
          try CompiledLists(
            staged, rank: staged.program.ranks[rank], stage: stage, workspaceStart: start,
            device: device))
      }
      plans.append(
        ProgramMemoryPlan(
          stages, workspaceBytes: compiled.map(\.workspaceBytes),
          partialBytes: staged.program.partialOffsets(ofRank: rank).bytes,
          sharedBytes: shared.bytes))
      lists.append(compiled)
    }
    self.lists = lists
    self.plans = plans
  }

  /// Bytes of the arena: programs use it in turn.
  var arenaBytes: Int { plans.map(\.end).max() ?? 0 }
}

extension RankRuntime {
  /// Bytes of the arena that a rank will need, without taking them: a prediction for any rank of
  /// any plan.
  ///
  /// Complexity: that of compiling the rank's lists.
  public static func arenaBytes(
    _ programs: [StagedProgram], rank: Int, device: D
  ) throws(DeviceError) -> Int {
    try RankSetup(programs, rank: rank, device: device).arenaBytes
  }
}
