internal import PartitaGraph

/// A device that exists for plans alone: it takes every operator, keeps nothing beside what a list's
/// values take, and runs nothing.
///
/// Networks of which only the costs are known are laid out on it.
public final class PaperDevice: Device {
  public let name = "paper"
  public var betweenKernels: (() -> Void)?

  /// A device that costs nothing.
  public init() {}

  /// Memory that is never taken.
  public final class Memory: DeviceMemory {
    public let address: UnsafeMutableRawPointer
    public var bytes: Int { 0 }
    private let empty: HostMemory

    init() throws(DeviceError) {
      empty = try HostMemory(byteCount: 0)
      guard let address = empty.bytes.baseAddress else { throw .outOfMemory(bytes: 0) }
      self.address = address
    }

    public func lend(_ range: Range<Int>) {}
    public func takeBack(_ range: Range<Int>) {}
  }

  /// A list that nobody runs.
  public final class Executable: DeviceExecutable {
    public let workspaceBytes = 0
    public let scratchBytes = 0
  }

  /// No order, for nothing happens.
  public final class Stream {}

  /// Always past.
  public final class Event {}

  public func allocate(bytes: Int) throws(DeviceError) -> Memory {
    guard bytes == 0 else { throw .unsupported(operator: "memory", device: name) }
    return try Memory()
  }

  public func makeStream() -> Stream { Stream() }
  public func makeEvent() -> Event { Event() }
  public func compile(_ list: KernelList) -> Executable { Executable() }

  public func run(
    _ executable: Executable, _ bindings: UnsafePointer<UnsafeMutableRawPointer>,
    accumulates: Bool, on stream: Stream
  ) throws(DeviceError) {
    throw .unsupported(operator: "work", device: name)
  }

  // Without memory there is nothing to add or to copy.
  public func add(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, to result: UnsafeMutableRawPointer, count: Int,
    on stream: Stream
  ) {}
  public func copy(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream
  ) {}
  public func upload(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream
  ) {}
  public func download(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream
  ) {}

  public func record(_ event: Event, on stream: Stream) {}
  public func wait(for event: Event) {}
}
