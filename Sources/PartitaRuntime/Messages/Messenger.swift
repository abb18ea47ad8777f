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

/// How the bytes of a message arrive where its ranks share memory.
enum Delivery {
  /// They are copied to their place.
  case copied
  /// They stay where they are, and are given back.
  case borrowed
  /// Their sender has written them to their place.
  case written
}

/// Starts and completes messages between arenas; each has its bytes lent for as long as it is under
/// way.
final class Messenger {
  let transport: any Transport
  /// The memory in which this rank's arena lies, and those of its neighbours; nil where ranks share none.
  let window: SharedWindow?
  /// Where waits are noted; nil where nobody wants to know.
  var recording: StepRecording?
  private let memory: any DeviceMemory
  private var isLent: [Bool] = []

  init(_ transport: any Transport, memory: any DeviceMemory, window: SharedWindow? = nil) {
    self.transport = transport
    self.memory = memory
    self.window = window
  }

  /// Whether a rank's arena is in the window, too. What a rank sends to itself is a message as ever.
  func sharesMemory(with rank: Int) -> Bool {
    rank != transport.rank && window?.reaches(rank) == true
  }

  /// Makes a message that leaves from these bytes of the arena.
  func makeSend(of bytes: Range<Int>, to rank: Int, tag: Int) throws(TransportError)
    -> ArenaMessage
  {
    if let window, sharesMemory(with: rank) {
      return add(try transport.makeSend(of: bytes, in: window, to: rank, tag: tag), bytes)
    }
    let buffer = UnsafeRawBufferPointer(buffer(bytes))
    return add(try transport.makeSend(of: buffer, to: rank, tag: tag), bytes)
  }

  /// Makes a message that arrives in these bytes of the arena; where the ranks share memory, as is said.
  func makeReceive(
    into bytes: Range<Int>, _ delivery: Delivery = .copied, from rank: Int, tag: Int
  ) throws(TransportError) -> ArenaMessage {
    guard let window, sharesMemory(with: rank) else {
      return add(try transport.makeReceive(into: buffer(bytes), from: rank, tag: tag), bytes)
    }
    let reception: WindowReception =
      switch delivery {
      case .copied: .copied(into: buffer(bytes))
      case .borrowed: .borrowed(bytes: bytes.count)
      case .written: .heard(bytes: bytes.count)
      }
    return add(try transport.makeReceive(reception, in: window, from: rank, tag: tag), bytes)
  }

  /// Where the bytes of a borrowed message lie.
  func address(of message: ArenaMessage) -> UnsafeMutableRawPointer {
    transport.address(of: message.message)
  }

  /// Gives back what is borrowed; all work with it is done.
  func giveBack(_ message: ArenaMessage) { transport.giveBack(message.message) }

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
