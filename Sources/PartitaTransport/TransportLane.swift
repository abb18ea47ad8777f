/// A part of another transport's tags: several programs that don't know of each other run over the same
/// ranks side by side, as long as each has a lane of its own.
///
/// Collective calls have no tags: all ranks make those of all lanes in the same order. All lanes of a
/// transport belong to the one thread that it has.
public final class TransportLane: Transport {
  private let whole: any Transport
  private let firstTag: Int

  /// A lane.
  ///
  /// - Parameters:
  ///   - whole: what carries the messages.
  ///   - firstTag: its tag that is this lane's 0.
  public init(of whole: any Transport, firstTag: Int) {
    self.whole = whole
    self.firstTag = firstTag
  }

  /// This rank, in `0..<size`.
  public var rank: Int { whole.rank }
  /// The number of ranks.
  public var size: Int { whole.size }
  /// The largest tag; lanes that begin behind this one end it earlier, and nobody checks that.
  public var largestTag: Int { whole.largestTag - firstTag }
  /// Seconds after which a wait gives up: those of the whole.
  public var timeoutSeconds: Double {
    get { whole.timeoutSeconds }
    set { whole.timeoutSeconds = newValue }
  }

  // MARK: Messages

  /// Makes a message that sends `buffer`.
  public func makeSend(of buffer: UnsafeRawBufferPointer, to rank: Int, tag: Int)
    throws(TransportError) -> Message
  {
    try check(rank: rank, tag: tag, bytes: buffer.count)
    return try whole.makeSend(of: buffer, to: rank, tag: firstTag + tag)
  }

  /// Makes a message that receives exactly `buffer.count` bytes.
  public func makeReceive(into buffer: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int)
    throws(TransportError) -> Message
  {
    try check(rank: rank, tag: tag, bytes: buffer.count)
    return try whole.makeReceive(into: buffer, from: rank, tag: firstTag + tag)
  }

  /// Opens a window for messages of this lane.
  public func openWindow(bytes: Int?, tags: Range<Int>) throws(TransportError) -> SharedWindow? {
    try whole.openWindow(
      bytes: bytes, tags: tags.lowerBound + firstTag..<tags.upperBound + firstTag)
  }

  /// Makes a message that lends bytes of a window of this lane.
  public func makeSend(of bytes: Range<Int>, in window: SharedWindow, to rank: Int, tag: Int)
    throws(TransportError) -> Message
  {
    try whole.makeSend(of: bytes, in: window, to: rank, tag: firstTag + tag)
  }

  /// Makes the other end of such a message.
  public func makeReceive(
    _ reception: WindowReception, in window: SharedWindow, from rank: Int, tag: Int
  ) throws(TransportError) -> Message {
    try whole.makeReceive(reception, in: window, from: rank, tag: firstTag + tag)
  }

  /// Where the bytes of a window's message lie in this process.
  public func address(of message: Message) -> UnsafeMutableRawPointer { whole.address(of: message) }

  /// Gives borrowed bytes back.
  public func giveBack(_ message: Message) { whole.giveBack(message) }

  /// Says in words what a message carries.
  public func describe(_ message: Message, as words: String) {
    whole.describe(message, as: words)
  }

  /// Starts a message.
  public func start(_ message: Message) throws(TransportError) { try whole.start(message) }

  /// Whether a message is complete.
  public func isComplete(_ message: Message) throws(TransportError) -> Bool {
    try whole.isComplete(message)
  }

  /// Returns when a message is complete.
  public func wait(for message: Message) throws(TransportError) { try whole.wait(for: message) }

  /// Gives all lanes' messages a chance to move.
  public func progress() throws(TransportError) { try whole.progress() }

  // MARK: Collective calls

  /// Adds the ranks' arrays slot by slot.
  public func sum(_ values: UnsafeMutableBufferPointer<Double>) throws(TransportError) {
    try whole.sum(values)
  }

  /// Returns the failure of the lowest rank that has one.
  public func agree(on failure: String?) throws(TransportError) -> RankFailure? {
    try whole.agree(on: failure)
  }

  /// Returns what every rank brought.
  public func gather(_ bytes: [UInt8]) throws(TransportError) -> [[UInt8]] {
    try whole.gather(bytes)
  }

  /// Waits until every rank has come here.
  public func barrier() throws(TransportError) { try whole.barrier() }

  /// Ends all ranks.
  public func abort(code: Int32) -> Never { whole.abort(code: code) }
}
