internal import Glibc

/// What the ranks of one loopback share: the messages that look for each other, the collective
/// call that fills up, and the first failure. All of it is read and written inside `monitor`.
final class LoopbackWorld: @unchecked Sendable {
  /// Messages meet when sender, receiver and tag agree.
  struct Channel: Hashable {
    let from: Int
    let to: Int
    let tag: Int
  }

  /// What a rank brings to a collective call.
  enum Contribution: Sendable {
    case barrier
    case sum([Double])
    case agreement(String?)
    case bytes([UInt8])
  }

  let size: Int
  let monitor = Monitor()
  private var sends: [Channel: [LoopbackMessage]] = [:]
  private var receives: [Channel: [LoopbackMessage]] = [:]
  private var gathered: [Contribution?]
  private var lastRound: [Contribution] = []
  private var rounds = 0
  private(set) var failure: RankFailure?
  /// Memory that threads share: one that fails must not take it from the others.
  private var kept: [UnsafeMutableRawPointer] = []

  init(size: Int) {
    self.size = size
    gathered = Array(repeating: nil, count: size)
  }

  deinit { for memory in kept { free(memory) } }

  /// Memory with zeros that lives as long as the world.
  func keep(bytes: Int) throws(TransportError) -> UnsafeMutableRawPointer {
    guard let memory = calloc(1, max(bytes, 1)) else {
      throw .failed(call: "calloc", code: Int(ENOMEM), text: "no memory of \(bytes) bytes")
    }
    monitor.withLock { kept.append(memory) }
    return memory
  }

  /// Notes that a rank has failed, unless another was first, and wakes all who wait.
  func fail(_ failure: RankFailure) {
    monitor.withLock {
      self.failure = self.failure ?? failure
      monitor.wakeAll()
    }
  }

  /// Throws when any rank has failed; to be called inside the lock.
  func checkFailure() throws(TransportError) {
    if let failure { throw .rankFailed(failure) }
  }

  // MARK: Messages

  /// Pairs a message with the oldest that fits, or queues it; to be called inside the lock.
  func post(_ message: LoopbackMessage) {
    let channel = message.channel
    if message.sending {
      if let receive = receives[channel]?.popOldest() {
        deliver(message, to: receive)
      } else {
        sends[channel, default: []].append(message)
      }
    } else {
      if let send = sends[channel]?.popOldest() {
        deliver(send, to: message)
      } else {
        receives[channel, default: []].append(message)
      }
    }
  }

  private func deliver(_ send: LoopbackMessage, to receive: LoopbackMessage) {
    let fits = send.bytes.count == receive.bytes.count
    if fits, let target = receive.bytes.baseAddress, let source = send.bytes.baseAddress {
      memmove(target, source, receive.bytes.count)
    }
    send.state = .complete
    receive.state = fits ? .complete : .spoiled
    monitor.wakeAll()
  }

  // MARK: Collective calls

  /// Returns what every rank brought to the same call, in the order of ranks.
  func gather(
    _ part: Contribution, from rank: Int, call: String, timeoutSeconds: Double
  ) throws(TransportError) -> [Contribution] {
    var patience = Patience()
    return try monitor.withLock { () throws(TransportError) in
      let round = rounds
      gathered[rank] = part
      let all = gathered.compactMap { $0 }
      if all.count == size {
        // Nobody can complete the next round before all have left this one.
        lastRound = all
        gathered = Array(repeating: nil, count: size)
        rounds += 1
        monitor.wakeAll()
        return all
      }
      while rounds == round {
        try checkFailure()
        guard monitor.wait(while: &patience, isBelow: timeoutSeconds) else {
          let missing = gathered.indices.filter { gathered[$0] == nil }
          throw .missing(ranks: missing, call: call, seconds: timeoutSeconds)
        }
      }
      return lastRound
    }
  }
}

/// One end of a loopback message; its state belongs to the world's monitor.
final class LoopbackMessage {
  enum State {
    case idle
    case underWay
    /// Its bytes have moved, but its rank doesn't know yet.
    case complete
    /// It met a message of another size, and its rank doesn't know yet.
    case spoiled
  }

  let channel: LoopbackWorld.Channel
  let bytes: UnsafeMutableRawBufferPointer
  let sending: Bool
  var state = State.idle

  init(channel: LoopbackWorld.Channel, bytes: UnsafeMutableRawBufferPointer, sending: Bool) {
    self.channel = channel
    self.bytes = bytes
    self.sending = sending
  }

  var peer: Int { sending ? channel.to : channel.from }
}

extension Array {
  fileprivate mutating func popOldest() -> Element? { isEmpty ? nil : removeFirst() }
}
