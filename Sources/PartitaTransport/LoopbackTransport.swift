internal import Glibc

/// Ranks that are threads of one process: for tests, and for a run of one rank without MPI.
///
/// It has the strictest semantics that MPI permits: a send completes only when its receive has
/// taken the bytes, however few they are. So a program that relies on buffering stops here, with
/// `.timedOut`, instead of on somebody's cluster. When one rank fails, whatever the others wait for
/// throws `.rankFailed`.
public final class LoopbackTransport: Transport {
  /// This rank, in `0..<size`.
  public let rank: Int
  /// The number of ranks.
  public var size: Int { world.size }
  /// The least that MPI promises (MPI 4.0, section 9.1.2).
  public let largestTag = 32767
  /// Seconds after which a wait, or a collective call, gives up.
  public var timeoutSeconds: Double

  let world: LoopbackWorld
  /// What a message is: one that looks for its other end in the world, or one of a window.
  private enum Kind {
    case paired(LoopbackMessage)
    case ofWindow(LoopbackWindowMessage)
  }
  private var messages: [Kind] = []

  init(rank: Int, world: LoopbackWorld, timeoutSeconds: Double) {
    self.rank = rank
    self.world = world
    self.timeoutSeconds = timeoutSeconds
  }

  /// The transport of a process that is alone. Collective calls return at once.
  public static func solo() -> LoopbackTransport {
    LoopbackTransport(rank: 0, world: LoopbackWorld(size: 1), timeoutSeconds: 0)
  }

  // MARK: Messages

  /// Makes a message that sends `buffer`.
  public func makeSend(of buffer: UnsafeRawBufferPointer, to rank: Int, tag: Int)
    throws(TransportError) -> Message
  {
    try make(
      .init(from: self.rank, to: rank, tag: tag), peer: rank,
      // The world only reads what is sent.
      bytes: UnsafeMutableRawBufferPointer(mutating: buffer), sending: true)
  }

  /// Makes a message that receives exactly `buffer.count` bytes.
  public func makeReceive(into buffer: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int)
    throws(TransportError) -> Message
  {
    try make(
      .init(from: rank, to: self.rank, tag: tag), peer: rank, bytes: buffer, sending: false)
  }

  private func make(
    _ channel: LoopbackWorld.Channel, peer: Int, bytes: UnsafeMutableRawBufferPointer,
    sending: Bool
  ) throws(TransportError) -> Message {
    try check(rank: peer, tag: channel.tag, bytes: bytes.count)
    messages.append(.paired(LoopbackMessage(channel: channel, bytes: bytes, sending: sending)))
    return Message(index: messages.count - 1)
  }

  /// Does nothing: no notice is given of waits between threads.
  public func describe(_ message: Message, as words: String) {}

  /// Starts a message; if its other side has started, the bytes move now.
  public func start(_ message: Message) throws(TransportError) {
    switch messages[message.index] {
    case .ofWindow(let message): try message.start()
    case .paired(let message):
      try world.monitor.withLock { () throws(TransportError) in
        try world.checkFailure()
        guard message.state == .idle else {
          throw .underWay(peer: message.peer, tag: message.channel.tag)
        }
        message.state = .underWay
        world.post(message)
      }
    }
  }

  /// Whether the bytes of a message have moved.
  public func isComplete(_ message: Message) throws(TransportError) -> Bool {
    switch messages[message.index] {
    case .ofWindow(let message): return try message.isComplete()
    case .paired(let message):
      return try world.monitor.withLock { () throws(TransportError) in try settle(message) }
    }
  }

  /// Sleeps until the bytes of a message have moved.
  public func wait(for message: Message) throws(TransportError) {
    switch messages[message.index] {
    case .ofWindow(let message): try wait(for: message)
    case .paired(let message): try wait(for: message)
    }
  }

  private func wait(for message: LoopbackMessage) throws(TransportError) {
    var patience = Patience()
    try world.monitor.withLock { () throws(TransportError) in
      while try !settle(message) {
        guard world.monitor.wait(while: &patience, isBelow: timeoutSeconds) else {
          throw .timedOut(
            peer: message.peer, tag: message.channel.tag, bytes: message.bytes.count,
            sending: message.sending, seconds: timeoutSeconds)
        }
      }
    }
  }

  /// Whether a message is complete; to be called inside the lock.
  private func settle(_ message: LoopbackMessage) throws(TransportError) -> Bool {
    switch message.state {
    case .idle, .complete:
      message.state = .idle
      return true
    case .underWay:
      try world.checkFailure()
      return false
    case .spoiled:
      message.state = .idle
      throw .wrongSize(
        peer: message.peer, tag: message.channel.tag, expected: message.bytes.count)
    }
  }

  /// Copies what has been lent; other messages move as soon as both sides have started.
  public func progress() throws(TransportError) {
    for case .ofWindow(let message) in messages { message.pull() }
  }

  // MARK: Windows

  /// Opens a window: memory of the process, which lives as long as the world.
  public func openWindow(bytes: Int?, tags: Range<Int>) throws(TransportError) -> SharedWindow? {
    let part = try bytes.map { bytes throws(TransportError) in
      try world.keep(bytes: SharedWindow.bytes(ofPart: bytes, tags: tags))
    }
    let address = part.map { Int(bitPattern: $0) } ?? 0
    let all = try gather(withUnsafeBytes(of: address) { Array($0) }).map { bytes in
      UnsafeMutableRawPointer(bitPattern: bytes.withUnsafeBytes { $0.loadUnaligned(as: Int.self) })
    }
    guard let bytes, size > 1, !all.contains(nil) else { return nil }
    return SharedWindow(parts: all, rank: rank, bytes: bytes, tags: tags)
  }

  /// Makes a message that lends bytes of a window.
  public func makeSend(of bytes: Range<Int>, in window: SharedWindow, to rank: Int, tag: Int)
    throws(TransportError) -> Message
  {
    let end = try check(
      window.message(lending: bytes, rank: self.rank, tag: tag), rank: rank, tag: tag)
    return add(end, peer: rank, tag: tag, bytes: bytes.count, sending: true)
  }

  /// Makes the other end of such a message.
  public func makeReceive(
    _ reception: WindowReception, in window: SharedWindow, from rank: Int, tag: Int
  ) throws(TransportError) -> Message {
    let end = try check(
      window.message(receiving: reception, from: rank, tag: tag), rank: rank, tag: tag)
    return add(end, peer: rank, tag: tag, bytes: reception.bytes, sending: false)
  }

  private func add(
    _ end: WindowMessage, peer: Int, tag: Int, bytes: Int, sending: Bool
  ) -> Message {
    messages.append(
      .ofWindow(
        LoopbackWindowMessage(end, peer: peer, tag: tag, bytes: bytes, sending: sending)))
    return Message(index: messages.count - 1)
  }

  /// Where the bytes of a window's message lie.
  public func address(of message: Message) -> UnsafeMutableRawPointer {
    windowMessage(message).address
  }

  /// Gives borrowed bytes back.
  public func giveBack(_ message: Message) { windowMessage(message).giveBack() }

  private func windowMessage(_ message: Message) -> LoopbackWindowMessage {
    guard case .ofWindow(let message) = messages[message.index] else {
      preconditionFailure("message \(message.index) is of no window")
    }
    return message
  }

  /// Looks at the counters again and again, and at nothing else that could order what they order.
  private func wait(for message: LoopbackWindowMessage) throws(TransportError) {
    var patience = Patience()
    while true {
      for _ in 0..<64 {
        if try message.isComplete() { return }
        sched_yield()
      }
      try progress()
      try world.monitor.withLock { () throws(TransportError) in try world.checkFailure() }
      guard patience.look() < timeoutSeconds else { throw message.timedOut(after: timeoutSeconds) }
    }
  }

  // MARK: Collective calls

  /// Adds in the order of ranks, so that the result is the same each time.
  public func sum(_ values: UnsafeMutableBufferPointer<Double>) throws(TransportError) {
    guard size > 1 else { return }
    let parts = try gather(.sum(Array(values)), call: "sum")
    for (peer, part) in parts.enumerated() {
      guard case .sum(let others) = part, others.count == values.count else {
        throw .failed(call: "sum", code: 1, text: "rank \(peer) is in another collective call")
      }
      for index in values.indices {
        values[index] = peer == 0 ? others[index] : values[index] + others[index]
      }
    }
  }

  /// Returns the failure of the lowest rank that has one.
  public func agree(on failure: String?) throws(TransportError) -> RankFailure? {
    for (peer, part) in try gather(.agreement(failure), call: "agree").enumerated() {
      guard case .agreement(let words) = part else {
        throw .failed(call: "agree", code: 1, text: "rank \(peer) is in another collective call")
      }
      if let words { return RankFailure(rank: peer, message: words) }
    }
    return nil
  }

  /// Returns what every rank brought.
  public func gather(_ bytes: [UInt8]) throws(TransportError) -> [[UInt8]] {
    var all: [[UInt8]] = []
    for (peer, part) in try gather(.bytes(bytes), call: "gather").enumerated() {
      guard case .bytes(let bytes) = part else {
        throw .failed(call: "gather", code: 1, text: "rank \(peer) is in another collective call")
      }
      all.append(bytes)
    }
    return all
  }

  /// Waits until every rank has come here.
  public func barrier() throws(TransportError) {
    for (peer, part) in try gather(.barrier, call: "barrier").enumerated() {
      guard case .barrier = part else {
        throw .failed(call: "barrier", code: 1, text: "rank \(peer) is in another collective call")
      }
    }
  }

  private func gather(_ part: LoopbackWorld.Contribution, call: String)
    throws(TransportError) -> [LoopbackWorld.Contribution]
  {
    try world.gather(part, from: rank, call: call, timeoutSeconds: timeoutSeconds)
  }

  /// Ends the process of a solo rank, but only the calling thread in a world of several.
  ///
  /// A thread that ends so frees nothing that it holds.
  public func abort(code: Int32) -> Never {
    guard size > 1 else { exit(code & 0xff == 0 ? 1 : code) }
    world.fail(RankFailure(rank: rank, message: "aborted with code \(code)"))
    pthread_exit(nil)
  }
}
