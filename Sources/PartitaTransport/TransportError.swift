/// What one rank said when it failed.
public struct RankFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The lowest rank that failed.
  public let rank: Int
  /// Its words.
  public let message: String

  /// A failure in the words of the rank that had it; the others repeat them.
  public init(rank: Int, message: String) {
    self.rank = rank
    self.message = message
  }

  /// Who failed, and his words.
  public var description: String { "rank \(rank): \(message)" }
}

/// What can go wrong between ranks.
public enum TransportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A call of the message layer failed: the call's name, its error code and its own text.
  case failed(call: String, code: Int, text: String)
  /// A tag is negative or larger than the message layer allows.
  case tagTooLarge(tag: Int, largest: Int)
  /// A rank lies outside `0..<size`.
  case noSuchRank(rank: Int, size: Int)
  /// A message has more bytes, or a sum more values, than one call can move.
  case tooLong(count: Int, largest: Int)
  /// A message was started while it was still under way.
  case underWay(peer: Int, tag: Int)
  /// A message has come that is longer or shorter than the buffer that waits for it.
  case wrongSize(peer: Int, tag: Int, expected: Int)
  /// A message was not complete after the time-out.
  case timedOut(peer: Int, tag: Int, bytes: Int, sending: Bool, seconds: Double)
  /// Some ranks did not come to a collective call before the time-out.
  case missing(ranks: [Int], call: String, seconds: Double)
  /// A rank is gone, and the message layer lets the others go on without it.
  case ranksLost(call: String)
  /// Another rank has failed, so what this one waits for will never come.
  case rankFailed(RankFailure)

  /// What happened, between whom, and what would fit.
  public var description: String {
    switch self {
    case .failed(let call, let code, let text):
      "\(call) failed with code \(code): \(text)"
    case .tagTooLarge(let tag, let largest):
      "message tag \(tag) is outside the message layer's 0...\(largest): use fewer microbatches"
    case .noSuchRank(let rank, let size):
      "there is no rank \(rank) among \(size) ranks"
    case .tooLong(let count, let largest):
      "\(count) elements are too many for one message, which takes \(largest): cut it"
    case .underWay(let peer, let tag):
      "the message to or from rank \(peer) (tag \(tag)) was started while it was under way"
    case .wrongSize(let peer, let tag, let expected):
      "the message from rank \(peer) (tag \(tag)) does not have the expected \(expected) bytes"
    case .timedOut(let peer, let tag, let bytes, let sending, let seconds):
      "waited \(seconds) s \(sending ? "to send" : "for") \(bytes) bytes "
        + "\(sending ? "to" : "from") rank \(peer) (tag \(tag))"
    case .missing(let ranks, let call, let seconds):
      "waited \(seconds) s in \(call) for ranks \(ranks)"
    case .ranksLost(let call):
      "a rank was lost (\(call))"
    case .rankFailed(let failure):
      "gave up because of \(failure)"
    }
  }
}
