internal import CKernels
internal import COneDNN
internal import Foundation
internal import Glibc
internal import PartitaGraph

/// One thread of this machine's processor: oneDNN for matrix products and convolutions, own fused
/// kernels for the rest.
///
/// The kernel for a node is a function of its operator and its shapes alone, so the bits of a
/// result don't depend on the cut (law 2). All work is done when a call returns.
public final class CPUDevice: Device {
  public let name = "CPU"
  public var kind: String { "\(Self.processor), \(OneDNN.version)" }
  public var betweenKernels: (() -> Void)?
  /// Counts what each kernel takes, where there is one.
  public var clock: KernelClock?

  /// The instruction sets that kernels use here, in words: oneDNN's, and those of our own.
  public static var instructionSets: String {
    let level = pk_level()
    return "\(OneDNN.release) uses \(String(cString: pd_instruction_set_name())); "
      + (level == 0 ? "own kernels: one body each" : "own kernels: x86-64-v\(level)")
  }

  /// Holds the libraries of the whole process to one thread: a rank has one.
  public init() { pd_set_threads(1) }

  /// The processor's name as Linux has it.
  private static let processor: String = {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
      ?? "unknown processor"
  }()

  /// Memory of the process: to lend it takes nothing.
  public final class Memory: DeviceMemory {
    /// Nil where somebody else keeps the memory.
    private let memory: HostMemory?
    public let address: UnsafeMutableRawPointer
    public let bytes: Int

    init(bytes: Int) throws(DeviceError) {
      let memory = try HostMemory(byteCount: bytes)
      guard let address = memory.bytes.baseAddress else { throw .outOfMemory(bytes: bytes) }
      self.memory = memory
      self.address = address
      self.bytes = bytes
    }

    init(_ kept: UnsafeMutableRawBufferPointer) throws(DeviceError) {
      guard let address = kept.baseAddress else { throw .outOfMemory(bytes: kept.count) }
      memory = nil
      self.address = address
      bytes = kept.count
    }

    public func lend(_ range: Range<Int>) {}
    public func takeBack(_ range: Range<Int>) {}
  }

  /// Kernels with their operands' places, called one after the other.
  public final class Executable: DeviceExecutable {
    public let workspaceBytes, scratchBytes: Int
    let kernels: [CPUKernel]
    /// What each kernel does.
    let works: [KernelWork]

    init(kernels: [CPUKernel], works: [KernelWork], workspaceBytes: Int, scratchBytes: Int) {
      self.kernels = kernels
      self.works = works
      self.workspaceBytes = workspaceBytes
      self.scratchBytes = scratchBytes
    }
  }

  /// The only order there is: that of the calls.
  public final class Stream {}

  /// Always past.
  public final class Event {}

  public func allocate(bytes: Int) throws(DeviceError) -> Memory { try Memory(bytes: bytes) }

  public var adoptsMemory: Bool { true }

  public func adopt(_ memory: UnsafeMutableRawBufferPointer) throws(DeviceError) -> Memory {
    try Memory(memory)
  }

  public func makeStream() -> Stream { Stream() }

  public func makeEvent() -> Event { Event() }

  public func compile(_ list: KernelList) throws(DeviceError) -> Executable {
    var compiler = CPUCompiler(list)
    return try compiler.compile()
  }

  public func run(
    _ executable: Executable, _ bindings: UnsafePointer<UnsafeMutableRawPointer>,
    accumulates: Bool, on stream: Stream
  ) throws(DeviceError) {
    let run = CPURun(bases: bindings, accumulates: accumulates)
    if let clock { return try self.run(executable, run, by: clock) }
    guard let betweenKernels else {
      for kernel in executable.kernels { try kernel(run) }
      return
    }
    for kernel in executable.kernels {
      try kernel(run)
      betweenKernels()
    }
  }

  private func run(
    _ executable: Executable, _ run: CPURun, by clock: KernelClock
  ) throws(DeviceError) {
    for (index, kernel) in executable.kernels.enumerated() {
      let start = ContinuousClock.now
      try kernel(run)
      clock.add((ContinuousClock.now - start) / .seconds(1), kernel: index, of: executable)
      betweenKernels?()
    }
  }

  public func add(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, to result: UnsafeMutableRawPointer, count: Int,
    on stream: Stream
  ) {
    pk_add(
      a.assumingMemoryBound(to: Float.self), b.assumingMemoryBound(to: Float.self),
      result.assumingMemoryBound(to: Float.self), count)
  }

  public func copy(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream
  ) { memcpy(target, source, bytes) }

  public func upload(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream
  ) { memcpy(target, source, bytes) }

  public func download(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream
  ) { memcpy(target, source, bytes) }

  public func record(_ event: Event, on stream: Stream) {}

  public func wait(for event: Event) {}
}
