internal import PartitaTransport

/// Carries files' tensors between rank 0 and a rank that doesn't see the run's folder, block by
/// block, so that nobody ever holds a whole model.
final class ShardStream {
  /// Bytes of a block.
  static let blockBytes = 4 << 20

  private let transport: any Transport
  private let tag: Int
  /// What is sent, or has been received.
  let block = UnsafeMutableRawBufferPointer.allocate(byteCount: blockBytes, alignment: 64)
  private var messages: [Int: Message] = [:]

  /// - Parameter tag: a message tag that nobody else uses.
  init(_ transport: any Transport, tag: Int) {
    self.transport = transport
    self.tag = tag
  }

  deinit { block.deallocate() }

  /// Sends bytes, block by block.
  func send(all bytes: UnsafeRawBufferPointer, to rank: Int) throws(TransportError) {
    for start in stride(from: 0, to: bytes.count, by: Self.blockBytes) {
      let piece = bytes[start..<min(start + Self.blockBytes, bytes.count)]
      block.copyMemory(from: UnsafeRawBufferPointer(rebasing: piece))
      try send(piece.count, to: rank)
    }
  }

  /// Receives bytes, block by block.
  func receive(
    all target: UnsafeMutableRawBufferPointer, from rank: Int
  ) throws(TransportError) {
    for start in stride(from: 0, to: target.count, by: Self.blockBytes) {
      let piece = UnsafeMutableRawBufferPointer(
        rebasing: target[start..<min(start + Self.blockBytes, target.count)])
      try receive(piece.count, from: rank)
      piece.copyMemory(from: UnsafeRawBufferPointer(rebasing: block[..<piece.count]))
    }
  }

  /// Sends the first bytes of the block.
  func send(_ count: Int, to rank: Int) throws(TransportError) {
    try pass(count, peer: rank, isSending: true)
  }

  /// Receives the first bytes of the block.
  func receive(_ count: Int, from rank: Int) throws(TransportError) {
    try pass(count, peer: rank, isSending: false)
  }

  private func pass(
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
