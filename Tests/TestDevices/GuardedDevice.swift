public import PartitaDevice

/// The CPU device as if its memory were elsewhere: only its own calls can reach it, and work is done
/// no sooner than somebody waits for it.
///
/// So code that passes its tests here neither touches a device's memory nor forgets to wait for it.
public final class GuardedDevice: Device {
  public typealias Executable = CPUDevice.Executable

  fileprivate enum Work {
    case run(Executable, UnsafePointer<UnsafeMutableRawPointer>, accumulates: Bool)
    case add(UnsafeRawPointer, UnsafeRawPointer, to: UnsafeMutableRawPointer, count: Int)
    case copy(UnsafeRawPointer, to: UnsafeMutableRawPointer, bytes: Int)
  }

  /// What has been asked for, and how much of it is done.
  public final class Stream {
    fileprivate var work: [Work] = []
    fileprivate var done = 0
  }

  /// So much of a stream's work.
  public final class Event {
    fileprivate var mark: (stream: Stream, end: Int)?
  }

  private let cpu = CPUDevice()
  private let cpuStream: CPUDevice.Stream
  private var memories: [WeakMemory] = []

  private struct WeakMemory { weak var memory: GuardedMemory? }

  /// Makes a device without memory.
  public init() { cpuStream = cpu.makeStream() }

  public var name: String { "guarded \(cpu.name)" }
  public var betweenKernels: (() -> Void)? {
    get { cpu.betweenKernels }
    set { cpu.betweenKernels = newValue }
  }

  /// Loans of all memory that have not ended, counted by pages.
  public var openLoans: Int { memories.reduce(0) { $0 + ($1.memory?.openLoans ?? 0) } }

  public func allocate(bytes: Int) throws(DeviceError) -> GuardedMemory {
    let memory = try GuardedMemory(bytes: bytes)
    memories.append(WeakMemory(memory: memory))
    return memory
  }

  public func makeStream() -> Stream { Stream() }

  public func makeEvent() -> Event { Event() }

  public func compile(_ list: KernelList) throws(DeviceError) -> Executable {
    try cpu.compile(list)
  }

  public func run(
    _ executable: Executable, _ bindings: UnsafePointer<UnsafeMutableRawPointer>,
    accumulates: Bool, on stream: Stream
  ) { stream.work.append(.run(executable, bindings, accumulates: accumulates)) }

  public func add(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, to result: UnsafeMutableRawPointer, count: Int,
    on stream: Stream
  ) { stream.work.append(.add(a, b, to: result, count: count)) }

  public func copy(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream
  ) { stream.work.append(.copy(source, to: target, bytes: bytes)) }

  public func upload(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream
  ) { copy(source, to: target, bytes: bytes, on: stream) }

  public func download(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream
  ) { copy(source, to: target, bytes: bytes, on: stream) }

  public func record(_ event: Event, on stream: Stream) {
    event.mark = (stream, stream.done + stream.work.count)
  }

  public func wait(for event: Event) throws(DeviceError) {
    guard let (stream, end) = event.mark, end > stream.done else { return }
    let open = memories.compactMap(\.memory)
    for memory in open { memory.open() }
    defer { for memory in open { memory.close() } }
    while stream.done < end {
      stream.done += 1
      try perform(stream.work.removeFirst())
    }
  }

  private func perform(_ work: Work) throws(DeviceError) {
    switch work {
    case .run(let executable, let bindings, let accumulates):
      try cpu.run(executable, bindings, accumulates: accumulates, on: cpuStream)
    case .add(let a, let b, let result, let count):
      cpu.add(a, b, to: result, count: count, on: cpuStream)
    case .copy(let source, let target, let bytes):
      cpu.copy(source, to: target, bytes: bytes, on: cpuStream)
    }
  }
}
