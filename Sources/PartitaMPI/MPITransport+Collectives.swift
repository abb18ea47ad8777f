internal import CMPI
public import PartitaTransport

extension MPITransport {
  /// See `Transport.sum`. One `MPI_Allreduce`, in place (MPI 4.0, section 6.9.6).
  public func sum(_ values: UnsafeMutableBufferPointer<Double>) throws(TransportError) {
    assertOwner()
    guard let count = Int32(exactly: values.count) else {
      throw .tooLong(count: values.count, largest: Int(Int32.max))
    }
    waits.begin(.sum)
    defer { waits.end() }
    try call(
      "MPI_Allreduce",
      MPI_Allreduce(
        CMPI_IN_PLACE(), values.baseAddress, count, CMPI_DOUBLE(), CMPI_SUM(), communicator))
  }

  /// See `Transport.agree`. One `MPI_Allreduce`, and two `MPI_Bcast` after a failure.
  public func agree(on failure: String?) throws(TransportError) -> RankFailure? {
    assertOwner()
    waits.begin(.agreement)
    defer { waits.end() }
    var speaker = Int32(failure == nil ? size : rank)
    try call(
      "MPI_Allreduce",
      MPI_Allreduce(CMPI_IN_PLACE(), &speaker, 1, CMPI_INT32(), CMPI_MIN(), communicator))
    guard speaker < size else { return nil }

    // Only the speaker's words travel: first how long they are, then they themselves.
    var words = speaker == rank ? Array((failure ?? "").utf8.prefix(1 << 20)) : []
    var length = Int32(words.count)
    try call("MPI_Bcast", MPI_Bcast(&length, 1, CMPI_INT32(), speaker, communicator))
    if speaker != rank { words = Array(repeating: 0, count: Int(length)) }
    try call("MPI_Bcast", MPI_Bcast(&words, length, CMPI_BYTE(), speaker, communicator))
    return RankFailure(rank: Int(speaker), message: String(decoding: words, as: UTF8.self))
  }

  /// See `Transport.gather`. One `MPI_Allgather` of lengths, one `MPI_Allgatherv` (MPI 4.0,
  /// section 6.7).
  public func gather(_ bytes: [UInt8]) throws(TransportError) -> [[UInt8]] {
    assertOwner()
    waits.begin(.gathering)
    defer { waits.end() }
    var count = Int32(clamping: bytes.count)
    var counts = [Int32](repeating: 0, count: size)
    try call(
      "MPI_Allgather",
      MPI_Allgather(&count, 1, CMPI_INT32(), &counts, 1, CMPI_INT32(), communicator))
    let starts = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int($1)) }
    let total = starts[size]
    guard total <= Int32.max else { throw .tooLong(count: total, largest: Int(Int32.max)) }
    var all = [UInt8](repeating: 0, count: total)
    let offsets = starts.dropLast().map { Int32($0) }
    try call(
      "MPI_Allgatherv",
      MPI_Allgatherv(
        bytes, count, CMPI_BYTE(), &all, counts, offsets, CMPI_BYTE(), communicator))
    return (0..<size).map { Array(all[starts[$0]..<starts[$0 + 1]]) }
  }

  /// Waits in `MPI_Barrier` (MPI 4.0, section 6.3).
  public func barrier() throws(TransportError) {
    assertOwner()
    waits.begin(.barrier)
    defer { waits.end() }
    try call("MPI_Barrier", MPI_Barrier(communicator))
  }
}
