/// A message layer as one rank sees it: all that the runtime needs, and nothing of MPI.
///
/// Messages are *persistent*: made once at set-up over a fixed buffer, then started and completed
/// any number of times, so that a step creates no request (MPI 4.0, section 3.9). A buffer belongs
/// to its message from `start` until the message is complete; whoever made it keeps it alive.
///
/// All calls of one transport come from one thread. Every implementation passes the same
/// conformance suite.
public protocol Transport: AnyObject {
  /// This rank, in `0..<size`.
  var rank: Int { get }
  /// The number of ranks.
  var size: Int { get }
  /// The largest tag that a message may carry (`MPI_TAG_UB`).
  var largestTag: Int { get }

  /// Makes a message that sends `buffer` to `rank`. Empty buffers are legal.
  func makeSend(of buffer: UnsafeRawBufferPointer, to rank: Int, tag: Int)
    throws(TransportError) -> Message
  /// Makes a message that receives exactly `buffer.count` bytes from `rank`.
  func makeReceive(into buffer: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int)
    throws(TransportError) -> Message

  /// Starts a message that is not under way. Never blocks.
  func start(_ message: Message) throws(TransportError)
  /// Whether a message is complete; one that was never started counts as complete.
  func isComplete(_ message: Message) throws(TransportError) -> Bool
  /// Returns when the message is complete, or throws `.timedOut` after `timeoutSeconds`.
  func wait(for message: Message) throws(TransportError)
  /// Gives the message layer a chance to move data. Never blocks.
  func progress() throws(TransportError)

  /// Adds the ranks' arrays slot by slot and leaves the sums on every rank.
  ///
  /// Meant for slots that are zero on all ranks but one: then the sum is exact, whatever the order.
  func sum(_ values: UnsafeMutableBufferPointer<Double>) throws(TransportError)
  /// Returns on every rank the failure of the lowest rank that has one, or nil where none has.
  ///
  /// Every rank must call it; it ends a phase in which ranks could fail alone.
  func agree(on failure: String?) throws(TransportError) -> RankFailure?
  /// Waits until every rank has come here.
  func barrier() throws(TransportError)
  /// Ends all ranks at once, with an exit code that is not zero.
  func abort(code: Int32) -> Never

  /// Seconds after which a wait gives up.
  var timeoutSeconds: Double { get set }
}

/// A persistent message of one transport, by its number there.
public struct Message: Hashable, Sendable {
  /// The number that the transport gave it.
  public let index: Int

  /// Names the message with this number.
  public init(index: Int) { self.index = index }
}

/// What one rank said when it failed.
public struct RankFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The lowest rank that failed.
  public let rank: Int
  /// Its words.
  public let message: String

  /// Records that `rank` failed with `message`.
  public init(rank: Int, message: String) {
    self.rank = rank
    self.message = message
  }

  public var description: String { "rank \(rank): \(message)" }
}
