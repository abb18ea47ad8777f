internal import PartitaDevice

/// An arena on its device, the stream that works on it, and the host memory that inputs pass on
/// their way there: all that the runtime asks of a device goes through here.
///
/// Work happens in the order of the calls. The host knows that it is done after `finish`.
final class DeviceArena<D: Device> {
  let memory: D.Memory
  private let device: D
  private let stream: D.Stream
  /// Where the host writes the inputs of one run of a list, and reads its outputs.
  private let staging: HostMemory
  /// The end of the last copy out of `staging`: until then it isn't written again.
  private let leftStaging: D.Event
  /// The end of all work so far.
  private let done: D.Event

  /// - Parameters:
  ///   - stagingBytes: what the hungriest call of `fill` writes (`Fill.stagingBytes`).
  ///   - shared: memory that other ranks reach, of as many bytes; nil takes the device's own.
  init(
    on device: D, bytes: Int, stagingBytes: Int, in shared: UnsafeMutableRawBufferPointer? = nil
  ) throws(DeviceError) {
    self.device = device
    if let shared {
      memory = try device.adopt(shared)
    } else {
      memory = try device.allocate(bytes: bytes)
    }
    stream = try device.makeStream()
    staging = try device.allocateHost(bytes: stagingBytes)
    leftStaging = try device.makeEvent()
    done = try device.makeEvent()
  }

  /// Called between kernels, where the device can.
  func setBetweenKernels(_ call: (() -> Void)?) { device.betweenKernels = call }

  // MARK: Work

  /// Runs a compiled list.
  func run(
    _ executable: D.Executable, _ bindings: UnsafePointer<UnsafeMutableRawPointer>,
    accumulates: Bool
  ) throws(DeviceError) {
    try device.run(executable, bindings, accumulates: accumulates, on: stream)
  }

  func add(_ addition: BoundAddition) {
    device.add(addition.a, addition.b, to: addition.result, count: addition.count, on: stream)
  }

  func copy(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int) {
    device.copy(source, to: target, bytes: bytes, on: stream)
  }

  /// Returns when everything so far is done.
  func finish() throws(DeviceError) {
    device.record(done, on: stream)
    try device.wait(for: done)
  }

  // MARK: Between host and device

  /// Copies to the arena; the source stays as it is until `finish`.
  func upload(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int) {
    device.upload(source, to: target, bytes: bytes, on: stream)
  }

  /// Copies from the arena; the target is valid after `finish`.
  func download(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int) {
    device.download(source, to: target, bytes: bytes, on: stream)
  }

  /// Has variables of one microbatch written by the host, and copies them to the arena.
  func fill(_ fills: [Fill], from feeder: any BatchFeeder) throws(DeviceError) {
    guard !fills.isEmpty else { return }
    try device.wait(for: leftStaging)
    for fill in fills {
      let room = UnsafeMutableRawBufferPointer(rebasing: staging.bytes[fill.staged])
      fill.write(to: room, from: feeder)
      if let source = room.baseAddress {
        upload(UnsafeRawPointer(source), to: fill.target, bytes: room.count)
      }
    }
    device.record(leftStaging, on: stream)
  }

  /// Copies values of one microbatch to the host, and has them read.
  func read(_ readings: [Reading], by feeder: any BatchFeeder) throws(DeviceError) {
    for reading in readings {
      try device.wait(for: leftStaging)
      let room = UnsafeMutableRawBufferPointer(rebasing: staging.bytes[..<reading.bytes])
      if let target = room.baseAddress {
        download(reading.source, to: target, bytes: reading.bytes)
      }
      try finish()
      feeder.read(outputs: UnsafeRawBufferPointer(room), samples: reading.samples)
    }
  }
}

/// One addition of float arrays: `result` takes a + b, and may be one of them.
struct BoundAddition {
  let a, b: UnsafeRawPointer
  let result: UnsafeMutableRawPointer
  let count: Int
}
