internal import PartitaTransport

/// Carries files' tensors between rank 0 and a rank that doesn't see the run's folder, block by
/// block, so that nobody ever holds a whole model.
struct ShardStream {
  /// Bytes of a block.
  static let blockBytes = 4 << 20

  private let transport: any Transport
  private let tag: Int
  let block: UnsafeMutableRawBufferPointer
  private var messages: [Int: Message] = [:]

  /// - Parameters:
  ///   - tag: a message tag that nobody else uses.
  ///   - block: memory for one block, which lives as long as the transport.
  init(_ transport: any Transport, tag: Int, block: UnsafeMutableRawBufferPointer) {
    self.transport = transport
    self.tag = tag
    self.block = block
  }

  /// Sends the first bytes of the block.
  mutating func send(_ count: Int, to rank: Int) throws(TransportError) {
    try pass(count, peer: rank, isSending: true)
  }

  /// Receives the first bytes of the block.
  mutating func receive(_ count: Int, from rank: Int) throws(TransportError) {
    try pass(count, peer: rank, isSending: false)
  }

  private mutating func pass(
    _ count: Int, peer: Int, isSending: Bool
  ) throws(TransportError) {
    // A message has a fixed size: whole blocks share one, and each rest has its own.
    let key = (peer * (Self.blockBytes + 1) + count) * 2 + (isSending ? 1 : 0)
    let bytes = UnsafeMutableRawBufferPointer(rebasing: block[..<count])
    let message: Message
    if let known = messages[key] {
      message = known
    } else {
      message =
        isSending
        ? try transport.makeSend(of: UnsafeRawBufferPointer(bytes), to: peer, tag: tag)
        : try transport.makeReceive(into: bytes, from: peer, tag: tag)
      transport.describe(
        message,
        as:
          "part of a checkpoint, rank \(isSending ? transport.rank : peer) to rank \(isSending ? peer : transport.rank)"
      )
      messages[key] = message
    }
    try transport.start(message)
    try transport.wait(for: message)
  }
}
