public import PartitaDevice
internal import PartitaRuntime
public import PartitaTransport

/// A rank's process as it is without an arena: kernels have been compiled, and forgotten again, and
/// messages have gone round, so that what it grows by from there on is its own.
extension Experiment {
  /// Compiles a rank's lists, and forgets them.
  ///
  /// - Parameters:
  ///   - rank: the rank.
  ///   - device: where kernels run.
  /// - Throws: `DeviceError` for an operation that the device doesn't know.
  public func warmKernels(ofRank rank: Int, device: any Device) throws {
    _ = try RankRuntime.arenaBytes(programs, rank: rank, device: device)
  }

  /// Sends 4 MiB to the next rank and receives as much of the one before; then the peak of resident
  /// memory counts anew. Every rank must call it.
  ///
  /// - Parameter transport: how messages travel.
  /// - Throws: `TransportError`.
  public func warmMessages(over transport: any Transport) throws {
    if transport.size > 1 { try sendRound(over: transport) }
    ResidentMemory.forgetPeak()
  }

  private func sendRound(over transport: any Transport) throws {
    let bytes = 1 << 22
    let rooms = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * bytes, alignment: 4096)
    defer { rooms.deallocate() }
    rooms.initializeMemory(as: UInt8.self, repeating: 0)
    let (rank, size) = (transport.rank, transport.size)
    let incoming = try transport.makeReceive(
      into: UnsafeMutableRawBufferPointer(rebasing: rooms[..<bytes]),
      from: (rank + size - 1) % size, tag: firstFreeTag)
    let outgoing = try transport.makeSend(
      of: UnsafeRawBufferPointer(rebasing: rooms[bytes...]), to: (rank + 1) % size,
      tag: firstFreeTag)
    for message in [incoming, outgoing] { try transport.start(message) }
    for message in [incoming, outgoing] { try transport.wait(for: message) }
    try transport.barrier()
  }
}
