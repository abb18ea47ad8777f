public import PartitaDevice

/// The CPU device with no more than so much memory.
public final class LimitedDevice: Device {
  public typealias Memory = CPUDevice.Memory
  public typealias Executable = CPUDevice.Executable
  public typealias Stream = CPUDevice.Stream
  public typealias Event = CPUDevice.Event

  private let cpu = CPUDevice()
  private var left: Int

  /// Makes a device of so many bytes.
  public init(bytes: Int) { left = bytes }

  public var name: String { "limited \(cpu.name)" }
  public var betweenKernels: (() -> Void)? {
    get { cpu.betweenKernels }
    set { cpu.betweenKernels = newValue }
  }

  public func allocate(bytes: Int) throws(DeviceError) -> Memory {
    guard bytes <= left else { throw .outOfMemory(bytes: bytes) }
    left -= bytes
    return try cpu.allocate(bytes: bytes)
  }

  public func makeStream() -> Stream { cpu.makeStream() }

  public func makeEvent() -> Event { cpu.makeEvent() }

  public func compile(_ list: KernelList) throws(DeviceError) -> Executable {
    try cpu.compile(list)
  }

  public func run(
    _ executable: Executable, _ bindings: UnsafePointer<UnsafeMutableRawPointer>,
    accumulates: Bool, on stream: Stream
  ) throws(DeviceError) {
    try cpu.run(executable, bindings, accumulates: accumulates, on: stream)
  }

  public func add(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, to result: UnsafeMutableRawPointer, count: Int,
    on stream: Stream
  ) { cpu.add(a, b, to: result, count: count, on: stream) }

  public func copy(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream
  ) { cpu.copy(source, to: target, bytes: bytes, on: stream) }

  public func upload(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream
  ) { cpu.upload(source, to: target, bytes: bytes, on: stream) }

  public func download(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream
  ) { cpu.download(source, to: target, bytes: bytes, on: stream) }

  public func record(_ event: Event, on stream: Stream) { cpu.record(event, on: stream) }

  public func wait(for event: Event) { cpu.wait(for: event) }
}
