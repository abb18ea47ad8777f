/// A message layer as one rank sees it: all that the runtime needs, and nothing of MPI.
///
/// Messages are *persistent*: made once at set-up over a fixed buffer, then started and completed
/// any number of times, so that a step creates no request (MPI 4.0, section 3.9). A buffer belongs
/// to its message from `start` until the message is complete; whoever made it keeps it alive.
/// Messages of one sender, receiver and tag meet in the order in which they were started.
///
/// Whether a send can complete before its receive has started is up to the implementation, so a
/// correct program never relies on it.
///
/// All calls of one transport come from one thread. Every implementation passes
/// `TransportConformance`.
public protocol Transport: AnyObject {
  /// This rank, in `0..<size`.
  var rank: Int { get }
  /// The number of ranks.
  var size: Int { get }
  /// The largest tag that a message may carry (`MPI_TAG_UB`).
  var largestTag: Int { get }
  /// Seconds after which a wait gives up; time in which the process did not run doesn't count.
  var timeoutSeconds: Double { get set }

  /// A message that sends `buffer` to `rank`. Empty buffers are legal.
  /// - Throws: `TransportError.noSuchRank`, `.tagTooLarge`, `.tooLong` for a message that can't be.
  func makeSend(of buffer: UnsafeRawBufferPointer, to rank: Int, tag: Int)
    throws(TransportError) -> Message
  /// A message that receives exactly `buffer.count` bytes from `rank`.
  /// - Throws: `TransportError.noSuchRank`, `.tagTooLarge`, `.tooLong` for a message that can't be.
  func makeReceive(into buffer: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int)
    throws(TransportError) -> Message

  /// Opens memory that the ranks of one host share, and in which messages can be received where they lie.
  ///
  /// Every rank must call it, with the same tags. Between ranks of other hosts messages go on as ever.
  /// - Parameters:
  ///   - bytes: of this rank's part, which begins with zeros, at a page; nil where the rank wants none: then
  ///     no rank gets one.
  ///   - tags: those of the messages that will be made in it.
  /// - Returns: nil on all ranks where it can't be had.
  /// - Throws: what `sum` throws.
  func openWindow(bytes: Int?, tags: Range<Int>) throws(TransportError) -> SharedWindow?
  /// A message that lends bytes of this rank's part of a window to `rank`, which the window reaches.
  /// - Throws: `TransportError.noSuchRank`, `.tagTooLarge` for a message that can't be.
  func makeSend(of bytes: Range<Int>, in window: SharedWindow, to rank: Int, tag: Int)
    throws(TransportError) -> Message
  /// The other end of such a message.
  /// - Throws: `TransportError.noSuchRank`, `.tagTooLarge` for a message that can't be.
  func makeReceive(_ reception: WindowReception, in window: SharedWindow, from rank: Int, tag: Int)
    throws(TransportError) -> Message
  /// Where the bytes of a window's message lie in this process: known at the receiving end when the sending
  /// end has been made, and the ranks have met since.
  func address(of message: Message) -> UnsafeMutableRawPointer
  /// Gives back what was borrowed by a message that is complete, once a start.
  func giveBack(_ message: Message)

  /// Says in words what a message carries, for notices of long waits. One that has none is called
  /// by its bytes.
  func describe(_ message: Message, as words: String)

  /// Starts a message that is not under way. Never blocks.
  /// - Throws: `TransportError.underWay` for one that is, `.failed` where the message layer fails.
  func start(_ message: Message) throws(TransportError)
  /// Whether a message is complete; one that was never started counts as complete.
  /// - Throws: `TransportError.wrongSize` for one that arrived with another size, `.rankFailed` where
  ///   the peer has failed, `.failed` where the message layer does.
  func isComplete(_ message: Message) throws(TransportError) -> Bool
  /// Returns when the message is complete, or throws `.timedOut` after `timeoutSeconds`.
  ///
  /// A message that timed out is still under way: it can be waited for again.
  /// - Throws: `TransportError.timedOut`, and what `isComplete` throws.
  func wait(for message: Message) throws(TransportError)
  /// Gives the message layer a chance to move data. Never blocks.
  /// - Throws: `TransportError.failed` where the message layer fails.
  func progress() throws(TransportError)

  /// Adds the ranks' arrays slot by slot and leaves the sums on every rank.
  ///
  /// Meant for slots that are zero on all ranks but one: then the sum is exact, whatever the order.
  /// - Throws: `TransportError.tooLong` for more numbers than one call takes, `.failed` where the
  ///   message layer fails; `.missing` and `.rankFailed` from a transport that knows of other ranks
  ///   that they don't come within `timeoutSeconds`, or have failed.
  func sum(_ values: UnsafeMutableBufferPointer<Double>) throws(TransportError)
  /// Returns on every rank the failure of the lowest rank that has one, or nil where none has.
  ///
  /// Every rank must call it; it ends a phase in which ranks could fail alone.
  /// - Throws: what `sum` throws.
  func agree(on failure: String?) throws(TransportError) -> RankFailure?
  /// Returns on every rank what each of them brought, in the order of ranks.
  ///
  /// Every rank must call it. It allocates: it is for the time between steps.
  /// - Throws: what `sum` throws.
  func gather(_ bytes: [UInt8]) throws(TransportError) -> [[UInt8]]
  /// Waits until every rank has come here.
  /// - Throws: what `sum` throws.
  func barrier() throws(TransportError)
  /// Ends all ranks at once, with an exit code that is not zero.
  func abort(code: Int32) -> Never
}

/// A persistent message of one transport, by its number there.
public struct Message: Hashable, Sendable {
  /// The number that the transport gave it.
  public let index: Int

  /// For transports alone: a number means nothing to another one.
  public init(index: Int) { self.index = index }
}

extension Transport {
  /// Throws unless a message to or from `rank` with this tag and length can exist here.
  package func check(rank: Int, tag: Int, bytes: Int) throws(TransportError) {
    guard (0..<size).contains(rank) else { throw .noSuchRank(rank: rank, size: size) }
    guard (0...largestTag).contains(tag) else {
      throw .tagTooLarge(tag: tag, largest: largestTag)
    }
    let largest = Int(Int32.max)
    guard bytes <= largest else { throw .tooLong(count: bytes, largest: largest) }
  }

  /// The message, unless a window has none of this rank and tag.
  package func check(
    _ message: WindowMessage?, rank: Int, tag: Int
  ) throws(TransportError) -> WindowMessage {
    try check(rank: rank, tag: tag, bytes: 0)
    guard let message else { throw .noSuchRank(rank: rank, size: size) }
    return message
  }
}
