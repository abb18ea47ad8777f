/// What can go wrong between ranks.
public enum TransportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A call of the message layer failed: the call's name, its error code and its own text.
  case failed(call: String, code: Int, text: String)
  /// A tag is larger than the message layer allows.
  case tagTooLarge(tag: Int, largest: Int)
  /// A rank lies outside `0..<size`.
  case noSuchRank(rank: Int, size: Int)
  /// A message was not complete after the time-out.
  case timedOut(peer: Int, tag: Int, bytes: Int, sending: Bool, seconds: Double)

  public var description: String {
    switch self {
    case .failed(let call, let code, let text):
      "\(call) failed with code \(code): \(text)"
    case .tagTooLarge(let tag, let largest):
      "message tag \(tag) is above the message layer's largest, \(largest): use fewer microbatches"
    case .noSuchRank(let rank, let size):
      "there is no rank \(rank) among \(size) ranks"
    case .timedOut(let peer, let tag, let bytes, let sending, let seconds):
      "waited \(seconds) s \(sending ? "to send" : "for") \(bytes) bytes "
        + "\(sending ? "to" : "from") rank \(peer) (tag \(tag))"
    }
  }
}
