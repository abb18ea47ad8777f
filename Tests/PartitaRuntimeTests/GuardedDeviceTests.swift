import Glibc
import PartitaDevice
import PartitaGraph
import PartitaPlan
import PartitaRuntime
import PartitaSchedule
import PartitaTransport
import TestDevices
import TestModels
import Testing

/// The host never touches device memory but through copies, loans, and the device's own calls: a
/// device whose memory nobody else can reach, and which does nothing before it is waited for, gives
/// the same bits.
@Suite struct GuardedDeviceTests {
  /// Replicas of each stage, and the schedules that are tried on them.
  struct Shape: CustomTestStringConvertible, Sendable {
    let replicas: [Int]
    let kinds: [(any Schedule, virtual: Int)]
    var testDescription: String { "\(replicas)" }
  }

  static let shapes = [
    Shape(replicas: [1], kinds: [(OneForwardOneBackward(), 1), (GPipe(), 1)]),
    Shape(replicas: [2], kinds: [(OneForwardOneBackward(), 1)]),
    Shape(
      replicas: [1, 1],
      kinds: ScheduleCatalogue.standard.schedules.flatMap { kind in
        [1, 2].filter { kind.virtualStages.contains($0) }.map { (kind, virtual: $0) }
      }),
    Shape(replicas: [3, 1], kinds: [(OneForwardOneBackward(), 1)]),
    Shape(replicas: [2, 2], kinds: [(ZBH1(), 1), (LoopedBFS(), 2)]),
    Shape(replicas: [1, 2, 1], kinds: [(OneForwardOneBackward(), 1), (ZBH2(), 1)]),
  ]

  /// Training, evaluation, a recorded step, the reading of weights.
  @Test(arguments: RuntimeModel.all, shapes)
  func aGuardedDeviceHasTheSameBits(_ model: RuntimeModel, _ shape: Shape) throws {
    let serial = try RunOutcome.train(model)[0]
    var tried = 0
    for (kind, virtual) in shape.kinds
    where model.layers.count >= shape.replicas.count * virtual {
      let outcomes = try RunOutcome.train(
        model, RuntimePlan(replicas: shape.replicas, kind: kind, virtual: virtual), tracing: true,
        device: { GuardedDevice() },
        check: { device in
          #expect((device as? GuardedDevice)?.openLoans == 0, "every loan ends")
        })
      #expect(
        RunOutcome.difference(of: outcomes, from: serial) == nil, "\(kind.name), \(virtual)")
      tried += 1
    }
    #expect(tried > 0)
  }

  /// New weights that replicas trade are lent like all that travels.
  @Test(arguments: RuntimeModel.shared + [.batchNorm], [[2], [1, 2], [2, 2]])
  func sharedUpdatesHaveTheSameBits(_ model: RuntimeModel, replicas: [Int]) throws {
    let outcomes = try RunOutcome.train(
      model, RuntimePlan(replicas: replicas, shardsUpdate: true), tracing: true,
      device: { GuardedDevice() },
      check: { device in
        #expect((device as? GuardedDevice)?.openLoans == 0, "every loan ends")
      })
    #expect(RunOutcome.difference(of: outcomes, from: try RunOutcome.train(model)[0]) == nil)
  }

  /// The profiler's executor works by the same means.
  @Test(arguments: RuntimeModel.all)
  func layersOfAGuardedDeviceCanBeTimed(_ model: RuntimeModel) throws {
    let staged = try StagedModel(layersOf: model.training())
    let size = model.microbatchSizes(batch: model.batch)[0]
    let feeder = RandomFeeder(model)
    let timer = try makeLayerTimer(
      staged, sizes: [1, size], microbatches: 3, groups: 2, device: GuardedDevice(),
      transport: LoopbackTransport.solo(), feeder: feeder)
    feeder.begin(0..<3 * size, isTest: false, sampleWeight: 1)
    for cut in LayerPieces.Cut.allCases {
      for size in timer.sizes {
        let seconds = try timer.step(cut: cut, samples: size)
        #expect(seconds.pieces.allSatisfy { $0 > 0 })
        #expect(seconds.pieces.count == LayerPieces(cut, of: staged.stages).pieces.count)
        #expect(seconds.fill.count { $0 > 0 } == timer.fillingLayers)
      }
    }
    #expect(try timer.actionSeconds(repeats: 2).count == 2)
  }

  @Test(arguments: 2...3) func messagesOfGuardedDevicesCanBeTimed(ranks: Int) throws {
    let profiles = try LoopbackTransport.run(ranks: ranks) { transport in
      let device = GuardedDevice()
      let profile = try measureMessages(
        over: transport, device: device, scalars: 3, repeats: 1, observe: { _ in })
      #expect(device.openLoans == 0)
      return profile
    }
    #expect(profiles.allSatisfy { $0 == profiles[0] }, "all ranks know the same")
    #expect(profiles[0].ranks == ranks && profiles[0].reductions.last?.ranks == ranks)
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
    let (stream, event) = (device.makeStream(), device.makeEvent())
    var (number, copy) = (3.5, 0.0)
    try withUnsafeMutableBytes(of: &copy) { copy in
      let target = try #require(copy.baseAddress)
      try withUnsafeBytes(of: &number) { number in
        let source = try #require(number.baseAddress)
        device.upload(source, to: memory.address, bytes: 8, on: stream)
        device.download(memory.address, to: target, bytes: 8, on: stream)
        #expect(target.load(as: Double.self) == 0)
        try device.wait(for: event)
        #expect(target.load(as: Double.self) == 0)
        device.record(event, on: stream)
        try device.wait(for: event)
      }
    }
    #expect(copy == 3.5)
  }
}
