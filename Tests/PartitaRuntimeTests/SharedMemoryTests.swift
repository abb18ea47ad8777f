import PartitaDevice
import PartitaRuntime
import PartitaTransport
import TestDevices
import Testing

/// Ranks share memory where transport and device can, all of them or none.
@Suite struct SharedMemoryTests {
  private func shares(
    wanted: Bool = true, device: @escaping @Sendable (Int) -> any Device = { _ in CPUDevice() }
  ) throws -> [Bool] {
    let model = RuntimeModel.all[0]
    let programs = try RuntimePrograms(model, RuntimePlan(replicas: [1, 1]))
    return try LoopbackTransport.run(ranks: 2) { transport in
      try RuntimeRank(
        programs, device: device(transport.rank), transport: transport, sharesMemory: wanted
      ).runtime.sharesMemory
    }
  }

  @Test func allRanksOrNone() throws {
    #expect(try shares() == [true, true])
    #expect(try shares(wanted: false) == [false, false])
    // A device with memory of its own shares none, and nobody does with it.
    let mixed = try shares { rank -> any Device in
      if rank == 0 { CPUDevice() } else { GuardedDevice() }
    }
    #expect(mixed == [false, false])
  }

  /// Law 7: a rank that fails on the way to shared memory leaves nobody waiting.
  @Test(.timeLimit(.minutes(1))) func aRankThatFails() throws {
    let model = RuntimeModel.all[0]
    let programs = try RuntimePrograms(model, RuntimePlan(replicas: [1, 1]))
    let failures = try LoopbackTransport.run(ranks: 2) { transport -> String? in
      let device: any Device =
        if transport.rank == 0 { CPUDevice() } else { LimitedDevice(bytes: 0) }
      do {
        _ = try RuntimeRank(programs, device: device, transport: transport)
        return nil
      } catch { return "\(error)" }
    }
    #expect(failures[0] == nil)
    #expect(failures[1]?.contains("set-up") == true, "\(failures[1] ?? "")")
  }
}
