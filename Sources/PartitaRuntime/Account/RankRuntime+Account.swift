public import PartitaDevice
public import PartitaSchedule

extension RankRuntime {
  /// What the memory of a rank is for, without taking any: the arena that `init` would allocate,
  /// array by array.
  ///
  /// Complexity: that of compiling the rank's lists, and O(values · microbatches).
  /// - Parameters:
  ///   - programs: every program that will run.
  ///   - index: the program that is explained.
  ///   - rank: the rank.
  ///   - device: where kernels would run; it says what they need for themselves.
  /// - Throws: `DeviceError` where the device can't run the programs.
  public static func account(
    _ programs: [StagedProgram], ofProgram index: Int, rank: Int, device: any Device
  ) throws(DeviceError) -> MemoryAccount {
    func account<D: Device>(on device: D) throws(DeviceError) -> MemoryAccount {
      let setup = try RankSetup(programs, rank: rank, device: device)
      let (staged, stages) = (programs[index], setup.stages[index])
      let layout = setup.layouts[index]
      let partialBytes = staged.program.partialOffsets(ofRank: rank).bytes
      let tensors = ArenaTensors(staged, stages: stages, layout: layout)
      let lives = StepLives(
        staged, rank: rank, stages: stages, lists: setup.lists[index], tensors: tensors)
      return MemoryAccount(
        rank: rank,
        tensors: tensors.all(
          shared: setup.shared, variables: setup.variables, partialBytes: partialBytes),
        programBytes: layout.end, arenaBytes: setup.arenaBytes, stagingBytes: setup.stagingBytes,
        live: lives.live(
          variables: setup.variables, shared: setup.shared, partialBytes: partialBytes),
        knowsWorkspace: !(device is PaperDevice))
    }
    return try account(on: device)
  }
}
