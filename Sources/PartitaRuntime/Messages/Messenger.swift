internal import PartitaDevice
internal import PartitaTransport

/// A message of this rank, and the bytes of the arena that it leaves from or arrives in.
struct ArenaMessage {
  let message: Message
  fileprivate let bytes: Range<Int>
  /// Its number among the messenger's.
  fileprivate let place: Int
}

/// A message that failed.
struct MessageFailure: Error {
  let error: TransportError
  let message: Message
}

/// Starts and completes messages between arenas; each has its bytes lent for as long as it is under
/// way.
final class Messenger {
  let transport: any Transport
  /// Where waits are noted; nil where nobody wants to know.
  var recording: StepRecording?
  private let memory: any DeviceMemory
  private var isLent: [Bool] = []

  init(_ transport: any Transport, memory: any DeviceMemory) {
    self.transport = transport
    self.memory = memory
  }

  /// Makes a message that leaves from these bytes of the arena.
  func makeSend(of bytes: Range<Int>, to rank: Int, tag: Int) throws(TransportError)
    -> ArenaMessage
  {
    let buffer = UnsafeRawBufferPointer(buffer(bytes))
    return add(try transport.makeSend(of: buffer, to: rank, tag: tag), bytes)
  }

  /// Makes a message that arrives in these bytes of the arena.
  func makeReceive(into bytes: Range<Int>, from rank: Int, tag: Int) throws(TransportError)
    -> ArenaMessage
  {
    add(try transport.makeReceive(into: buffer(bytes), from: rank, tag: tag), bytes)
  }

  private func buffer(_ bytes: Range<Int>) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: memory.address + bytes.lowerBound, count: bytes.count)
  }

  private func add(_ message: Message, _ bytes: Range<Int>) -> ArenaMessage {
    isLent.append(false)
    return ArenaMessage(message: message, bytes: bytes, place: isLent.count - 1)
  }

  /// Starts a message; what it carries has been written.
  func start(_ message: ArenaMessage) throws(MessageFailure) {
    if !isLent[message.place] {
      isLent[message.place] = true
      memory.lend(message.bytes)
    }
    do { try transport.start(message.message) } catch {
      throw MessageFailure(error: error, message: message.message)
    }
  }

  /// Waits until a message is complete; one that was never started counts as complete.
  func wait(for message: ArenaMessage) throws(MessageFailure) {
    do {
      if let recording {
        if try !transport.isComplete(message.message) {
          try transport.wait(for: message.message)
          recording.waited(for: message.message)
        }
      } else {
        try transport.wait(for: message.message)
      }
    } catch {
      throw MessageFailure(error: error, message: message.message)
    }
    if isLent[message.place] {
      isLent[message.place] = false
      memory.takeBack(message.bytes)
    }
  }
}
