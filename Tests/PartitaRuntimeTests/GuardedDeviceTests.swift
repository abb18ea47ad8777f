import Glibc
import PartitaDevice
import PartitaGraph
import PartitaPlan
import PartitaSchedule
import PartitaTraining
import PartitaTransport
import TestDevices
import Testing

/// The host never touches device memory but through copies, loans, and the device's own calls: a
/// device whose memory nobody else can reach, and which does nothing before it is waited for, gives
/// the same bits.
@Suite struct GuardedDeviceTests {
  /// Replicas of each stage, and the schedules that are tried on them.
  struct Shape: CustomTestStringConvertible, Sendable {
    let replicas: [Int]
    let kinds: [(ScheduleKind, virtual: Int)]
    var testDescription: String { "\(replicas)" }
  }

  static let shapes = [
    Shape(replicas: [1], kinds: [(.oneForwardOneBackward, 1), (.gpipe, 1)]),
    Shape(replicas: [2], kinds: [(.oneForwardOneBackward, 1)]),
    Shape(
      replicas: [1, 1],
      kinds: ScheduleKind.allCases.flatMap { kind in
        [1, 2].filter(kind.virtualStages.contains).map { (kind, virtual: $0) }
      }),
    Shape(replicas: [3, 1], kinds: [(.oneForwardOneBackward, 1)]),
    Shape(replicas: [2, 2], kinds: [(.zbH1, 1), (.loopedBFS, 2)]),
    Shape(replicas: [1, 2, 1], kinds: [(.oneForwardOneBackward, 1), (.zbH2, 1)]),
  ]

  /// Training, evaluation, a recorded step, the gathering of weights.
  @Test(arguments: RuntimeModel.all, shapes)
  func aGuardedDeviceHasTheSameBits(_ model: RuntimeModel, _ shape: Shape) throws {
    let serial = try RunOutcome.train(model.config(), ranks: 1)[0]
    let layers = try Experiment(model.config(), data: DataDescription(model.config()), worldSize: 1)
      .training.graph.layers.count
    var tried = 0
    for (kind, virtual) in shape.kinds where layers >= shape.replicas.count * virtual {
      let config = try model.config([
        "parallel.replicas=\(shape.replicas)", "parallel.schedule=\(kind.rawValue)",
        "parallel.virtual=\(virtual)", "parallel.stages=\(shape.replicas.count * virtual)",
      ])
      let outcomes = try RunOutcome.train(
        config, ranks: shape.replicas.reduce(0, +), tracing: true, device: { GuardedDevice() },
        check: { device in
          #expect((device as? GuardedDevice)?.openLoans == 0, "every loan ends")
        })
      for (rank, outcome) in outcomes.enumerated() {
        #expect(
          outcome.difference(from: serial, rank: rank) == nil, "\(kind.rawValue), \(virtual)")
      }
      tried += 1
    }
    #expect(tried > 0)
  }

  @Test(arguments: RuntimeModel.all, 1...3)
  func aGuardedDeviceCanBeProfiled(_ model: RuntimeModel, ranks: Int) throws {
    let config = try model.config(["parallel.stages=1"])
    let dataset = try Dataset(config.data, loss: config.objective.loss, seed: config.seed)
    let experiment = try Experiment(config, data: dataset.description, worldSize: 1)
    let profiles = try LoopbackTransport.run(ranks: ranks) { transport in
      let device = GuardedDevice()
      let profile = try Profiler(
        experiment, dataset: dataset, device: device, transport: transport
      ).measure(repeats: 1)
      #expect(device.openLoans == 0)
      return profile
    }
    for profile in profiles {
      #expect(profile.device.hasPrefix("guarded CPU"))
      #expect(profile.layers.count == experiment.training.graph.layers.count)
      #expect((profile.messages == nil) == (ranks == 1))
    }
  }

  // MARK: The guard bites

  @Test func aReadOfTheHostFaults() async {
    await #expect(processExitsWith: .signal(SIGSEGV)) {
      let memory = try GuardedDevice().allocate(bytes: 8)
      print(memory.address.load(as: UInt8.self))
    }
  }

  @Test func aWriteOfTheHostFaults() async {
    await #expect(processExitsWith: .signal(SIGSEGV)) {
      let memory = try GuardedDevice().allocate(bytes: 8)
      memory.address.storeBytes(of: 1, as: UInt8.self)
    }
  }

  @Test func aMessageFromBytesThatAreNotLentFaults() async {
    await #expect(processExitsWith: .signal(SIGSEGV)) {
      let memory = try GuardedDevice().allocate(bytes: 16)
      let transport = LoopbackTransport.solo()
      let send = try transport.makeSend(
        of: UnsafeRawBufferPointer(start: memory.address, count: 8), to: 0, tag: 0)
      let receive = try transport.makeReceive(
        into: UnsafeMutableRawBufferPointer(start: memory.address + 8, count: 8), from: 0, tag: 0)
      try transport.start(receive)
      try transport.start(send)
    }
  }

  @Test func whatWasTakenBackFaults() async {
    await #expect(processExitsWith: .signal(SIGSEGV)) {
      let memory = try GuardedDevice().allocate(bytes: 8)
      memory.lend(0..<8)
      memory.lend(0..<4)
      memory.takeBack(0..<4)
      // Half of it is back, and all of it is still lent.
      guard memory.address.load(as: UInt8.self) == 0 else { return }
      memory.takeBack(0..<8)
      print(memory.address.load(as: UInt8.self))
    }
  }

  @Test func aDownloadIsThereWhenItWasWaitedFor() throws {
    let device = GuardedDevice()
    let memory = try device.allocate(bytes: 8)
    let stream = device.makeStream()
    var (number, copy) = (3.5, 0.0)
    try withUnsafeMutableBytes(of: &copy) { copy in
      let target = try #require(copy.baseAddress)
      try withUnsafeBytes(of: &number) { number in
        let source = try #require(number.baseAddress)
        device.upload(source, to: memory.address, bytes: 8, on: stream)
        device.download(memory.address, to: target, bytes: 8, on: stream)
        #expect(target.load(as: Double.self) == 0)
        try device.wait(for: device.record(on: stream))
      }
    }
    #expect(copy == 3.5)
  }
}
