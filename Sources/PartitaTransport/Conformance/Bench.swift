/// A transport on trial, with memory that stays where it is for as long as messages may need it.
package final class Bench {
  package let transport: any Transport
  private var blocks: [Block] = []

  package init(_ transport: any Transport) { self.transport = transport }

  deinit { for block in blocks { block.bytes.deallocate() } }

  package var rank: Int { transport.rank }
  package var size: Int { transport.size }
  /// All ranks.
  var peers: Range<Int> { 0..<size }
  /// The next rank on a ring of all.
  var next: Int { (rank + 1) % size }
  /// The rank before on a ring of all.
  var previous: Int { (rank + size - 1) % size }

  /// New memory, cleared, that lives as long as the bench.
  package func block(_ count: Int) -> Block {
    let block = Block(bytes: .allocate(byteCount: count, alignment: 64))
    blocks.append(block)
    block.clear()
    return block
  }

  package func send(_ block: Block, to peer: Int, tag: Int) throws -> Message {
    try transport.makeSend(of: UnsafeRawBufferPointer(block.bytes), to: peer, tag: tag)
  }

  package func receive(_ block: Block, from peer: Int, tag: Int) throws -> Message {
    try transport.makeReceive(into: block.bytes, from: peer, tag: tag)
  }

  /// Starts the messages in this order, then waits for all.
  func exchange(_ messages: [Message]) throws {
    for message in messages { try transport.start(message) }
    for message in messages { try transport.wait(for: message) }
  }
}

/// Bytes with a pattern that gives away who made them.
package struct Block {
  let bytes: UnsafeMutableRawBufferPointer

  func clear() {
    for index in bytes.indices { bytes[index] = 0xee }
  }

  func fill(_ seed: Int) {
    for index in bytes.indices { bytes[index] = Self.pattern(seed, index) }
  }

  func expect(_ seed: Int, _ what: @autoclosure () -> String) throws {
    let wrong = bytes.indices.first { bytes[$0] != Self.pattern(seed, $0) }
    try PartitaTransport.expect(
      wrong == nil, "\(what()): byte \(wrong ?? 0) of \(bytes.count) is wrong")
  }

  private static func pattern(_ seed: Int, _ index: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (seed &+ 1) &* 0x9e37 &+ index &* 31 &+ index >> 8)
  }
}
