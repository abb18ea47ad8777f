/// One end of a window's message between threads, and what is said of it where it fails.
final class LoopbackWindowMessage {
  private var end: WindowMessage
  private let peer, tag, bytes: Int
  private let sending: Bool
  private var isUnderWay = false

  init(_ end: WindowMessage, peer: Int, tag: Int, bytes: Int, sending: Bool) {
    self.end = end
    self.peer = peer
    self.tag = tag
    self.bytes = bytes
    self.sending = sending
  }

  func start() throws(TransportError) {
    guard !isUnderWay else { throw .underWay(peer: peer, tag: tag) }
    isUnderWay = true
    end.start()
  }

  func isComplete() throws(TransportError) -> Bool {
    guard isUnderWay else { return true }
    do { isUnderWay = try !end.isComplete() } catch {
      isUnderWay = false
      throw .wrongSize(peer: peer, tag: tag, expected: bytes)
    }
    return !isUnderWay
  }

  /// Copies what has been lent; whoever waits hears of a mismatch.
  func pull() {
    guard isUnderWay, end.canBePulled, !end.isMismatch else { return }
    _ = try? isComplete()
  }

  var address: UnsafeMutableRawPointer { end.address }

  func giveBack() { end.giveBack() }

  func timedOut(after seconds: Double) -> TransportError {
    .timedOut(peer: peer, tag: tag, bytes: bytes, sending: sending, seconds: seconds)
  }
}
