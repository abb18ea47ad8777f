/// A processor with memory of its own that runs compiled lists of kernels.
///
/// Work is put on a *stream* and happens in its order; an *event* marks a place in a stream. The
/// CPU device does everything at once, so its streams and events are empty; a GPU's are not.
/// Everything that costs time or memory, compiling and allocating, happens before the first step.
///
/// The host never reads or writes a device's memory through its address: it copies there and back
/// (`upload`, `download`), and lends the message layer what messages carry (`DeviceMemory.lend`).
public protocol Device: AnyObject {
  /// A piece of the device's memory.
  associatedtype Memory: DeviceMemory
  /// A list of kernels, compiled for one number of samples.
  associatedtype Executable: DeviceExecutable
  /// An order in which work happens.
  associatedtype Stream: AnyObject
  /// A mark that can be put at the end of a stream, again and again.
  associatedtype Event: AnyObject

  /// The device's name in print.
  var name: String { get }
  /// What the bits of its results depend on beside the program: kind of processor, libraries. Ranks
  /// must have the same (law 2).
  var kind: String { get }
  /// Called between kernels by a device that computes on the thread that calls `run`: the caller's
  /// chance to do something else. Others need not call it. It must not touch the device.
  var betweenKernels: (() -> Void)? { get set }

  /// Takes zeroed memory, aligned to pages, until the result is released.
  /// - Throws: `DeviceError.outOfMemory` where there is not so much.
  func allocate(bytes: Int) throws(DeviceError) -> Memory
  /// Whether it works in memory that it is given (`adopt`): the host's.
  var adoptsMemory: Bool { get }
  /// Memory of the host as memory of the device. It begins with zeros, at a page, and whoever gives it
  /// keeps it for as long as the result lives.
  /// - Throws: `DeviceError.unsupported` where `adoptsMemory` is false.
  func adopt(_ memory: UnsafeMutableRawBufferPointer) throws(DeviceError) -> Memory
  /// Takes zeroed memory of the host that is good to copy from and to; by default any.
  /// - Throws: `DeviceError.outOfMemory` where there is not so much.
  func allocateHost(bytes: Int) throws(DeviceError) -> HostMemory
  /// A stream of its own, with nothing on it.
  /// - Throws: `DeviceError` where the device fails.
  func makeStream() throws(DeviceError) -> Stream
  /// An event that marks nothing yet.
  /// - Throws: `DeviceError` where the device fails.
  func makeEvent() throws(DeviceError) -> Event
  /// Compiles a list of nodes.
  /// - Throws: `DeviceError.unsupported` for an operator that it has no kernel for and that has no
  ///   decomposition, `.library` where a library refuses its shapes.
  func compile(_ list: KernelList) throws(DeviceError) -> Executable

  /// Runs a compiled list.
  ///
  /// - Parameters:
  ///   - executable: the list.
  ///   - bindings: the address of each region, indexed by `Region.rawValue`.
  ///   - accumulates: whether sums over samples are added to what is there, not written.
  ///   - stream: the order that it joins.
  /// - Throws: `DeviceError.indexOutOfRange` where data point outside of a table, or what the device
  ///   says of a failure.
  func run(
    _ executable: Executable, _ bindings: UnsafePointer<UnsafeMutableRawPointer>,
    accumulates: Bool, on stream: Stream
  ) throws(DeviceError)

  /// Writes a + b to `result`, float32; `result` may be one of them.
  func add(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, to result: UnsafeMutableRawPointer, count: Int,
    on stream: Stream)
  /// Copies within the device.
  func copy(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream)
  /// Copies from the host; the source must stay as it is until the stream has come here.
  func upload(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream)
  /// Copies to the host; the target is valid when the stream has come here.
  func download(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, bytes: Int, on stream: Stream)

  /// Marks the present end of a stream, in place of what the event marked before.
  func record(_ event: Event, on stream: Stream)
  /// Returns when everything before the mark is done; at once where there is none.
  /// - Throws: `DeviceError` where the work before it failed.
  func wait(for event: Event) throws(DeviceError)
}

extension Device {
  public var kind: String { name }

  public var adoptsMemory: Bool { false }

  public func adopt(_ memory: UnsafeMutableRawBufferPointer) throws(DeviceError) -> Memory {
    throw .unsupported(operator: "memory of the host", device: name)
  }

  public func allocateHost(bytes: Int) throws(DeviceError) -> HostMemory {
    try HostMemory(byteCount: bytes)
  }
}

/// A piece of a device's memory.
///
/// Messages leave from and arrive in it without a copy. For the life of each, from its start until
/// it is complete, its bytes are *lent*: the message layer may read them, and write what arrives,
/// through `address`. Bytes that are lent several times are back when each loan has ended. Kernels
/// may go on reading what is lent.
public protocol DeviceMemory: AnyObject {
  /// Its first byte's address on the device. The host only counts from it.
  var address: UnsafeMutableRawPointer { get }
  /// Its size.
  var bytes: Int { get }

  /// Lends bytes to the message layer. What a stream still has to write there must be done before
  /// (`Device.wait`).
  ///
  /// It is called within steps, so it allocates nothing, and costs little.
  func lend(_ range: Range<Int>)
  /// Takes back bytes that were lent: a loan ends with the range with which it began.
  func takeBack(_ range: Range<Int>)
}

/// A list of kernels, compiled for one number of samples.
public protocol DeviceExecutable: AnyObject {
  /// Bytes that it needs in `Region.workspace`, those before its start included.
  var workspaceBytes: Int { get }
  /// Of them, those that it would not need if no kernel took scratch for itself, as libraries do.
  var scratchBytes: Int { get }
}

/// What can go wrong on a device.
public enum DeviceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The device has no kernel for an operator.
  case unsupported(operator: String, device: String)
  /// The device's memory is exhausted.
  case outOfMemory(bytes: Int)
  /// A library that the device uses refused a call.
  case library(operator: String, text: String)
  /// An index in the data lies outside of its table.
  case indexOutOfRange(operator: String, layer: String?, limit: Int)

  public var description: String {
    switch self {
    case .unsupported(let name, let device):
      "the \(device) device has no kernel for \(name)"
    case .outOfMemory(let bytes):
      "can't take \(bytes) bytes of memory: use a smaller batch, more microbatches, more stages, or "
        + "recompute layers"
    case .library(let name, let text):
      "\(name): \(text)"
    case .indexOutOfRange(let name, let layer, let limit):
      "\(layer.map { "layer \($0): " } ?? "")\(name): an index lies outside of 0..<\(limit)"
    }
  }
}
