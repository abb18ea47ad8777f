internal import CMPI
internal import Glibc
public import PartitaTransport

/// Memory that the ranks of one host share (MPI 4.0, section 12.2.3).
extension MPITransport {
  /// See `Transport.openWindow`. One `MPI_Win_allocate_shared` for the ranks of each host, which lasts until
  /// `finish`; nil where no host has two ranks, or a host's shared memory has not enough room for its ranks'
  /// parts: what doesn't fit would end the process when it is touched.
  public func openWindow(bytes: Int?, tags: Range<Int>) throws(TransportError) -> SharedWindow? {
    assertOwner()
    guard size > 1 else { return nil }
    waits.begin(.agreement)
    defer { waits.end() }
    let part = bytes.map { SharedWindow.bytes(ofPart: $0, tags: tags) }
    let host = try ranksOfHost()
    var total = Int64(part ?? 0)
    try call(
      "MPI_Allreduce",
      MPI_Allreduce(CMPI_IN_PLACE(), &total, 1, CMPI_INT64(), CMPI_SUM(), host.communicator))
    let hasRoom = Self.sharedMemoryBytes.map { $0 >= total } ?? true
    guard try all(part != nil && hasRoom), let part, let bytes,
      try !all(host.ranks.count == 1)
    else { return nil }

    var (window, base) = (CMPI_WIN_NULL(), UnsafeMutableRawPointer?.none)
    let code = MPI_Win_allocate_shared(
      MPI_Aint(part), 1, CMPI_INFO_NULL(), host.communicator, &base, &window)
    guard try all(code == MPI_SUCCESS) else { return nil }
    windows.append(window)
    // Loads and stores are what orders them; MPI wants an epoch around them all the same.
    try call("MPI_Win_lock_all", MPI_Win_lock_all(Int32(MPI_MODE_NOCHECK), window))
    var parts = [UnsafeMutableRawPointer?](repeating: nil, count: size)
    for (place, rank) in host.ranks.enumerated() {
      var (bytes, unit): (MPI_Aint, Int32) = (0, 0)
      var start: UnsafeMutableRawPointer?
      try call(
        "MPI_Win_shared_query",
        MPI_Win_shared_query(window, Int32(place), &bytes, &unit, &start))
      parts[rank] = start
    }
    return SharedWindow(parts: parts, rank: rank, bytes: bytes, tags: tags)
  }

  /// Makes a message that lends bytes of a window.
  public func makeSend(of bytes: Range<Int>, in window: SharedWindow, to rank: Int, tag: Int)
    throws(TransportError) -> Message
  {
    let end = try check(
      window.message(lending: bytes, rank: self.rank, tag: tag), rank: rank, tag: tag)
    return add(
      .init(
        request: CMPI_REQUEST_NULL(), peer: rank, tag: tag, bytes: bytes.count, sending: true,
        window: end))
  }

  /// Makes the other end of such a message.
  public func makeReceive(
    _ reception: WindowReception, in window: SharedWindow, from rank: Int, tag: Int
  ) throws(TransportError) -> Message {
    let end = try check(
      window.message(receiving: reception, from: rank, tag: tag), rank: rank, tag: tag)
    return add(
      .init(
        request: CMPI_REQUEST_NULL(), peer: rank, tag: tag, bytes: reception.bytes,
        sending: false, window: end))
  }

  /// Where the bytes of a window's message lie in this process.
  public func address(of message: Message) -> UnsafeMutableRawPointer {
    guard let window = entry(of: message).pointee.window else {
      preconditionFailure("message \(message.index) is of no window")
    }
    return window.address
  }

  /// Gives borrowed bytes back.
  public func giveBack(_ message: Message) { entry(of: message).pointee.window?.giveBack() }

  /// Copies what windows' messages have been lent.
  func pull() {
    var index = 0
    while index < pulled.count {
      let entry = entry(of: pulled[index])
      // Whoever waits hears of a mismatch.
      if entry.pointee.isUnderWay, let window = entry.pointee.window, !window.isMismatch {
        entry.pointee.isUnderWay = (try? !window.isComplete()) ?? true
      }
      if entry.pointee.isUnderWay {
        index += 1
      } else {
        entry.pointee.isListed = false
        pulled.swapAt(index, pulled.count - 1)
        pulled.removeLast()
      }
    }
  }

  /// Throws where a rank has failed for which a window's message waits: its counters say nothing of that.
  func meetFailures(of message: Message) throws(TransportError) {
    var flag: Int32 = 0
    let peer = Int32(entry(of: message).pointee.peer)
    try call(
      "MPI_Iprobe", MPI_Iprobe(peer, Int32(largestTag), communicator, &flag, CMPI_STATUS_IGNORE()))
  }

  /// Gives all windows back; every rank does.
  func closeWindows() throws(TransportError) {
    for window in windows {
      try call("MPI_Win_unlock_all", MPI_Win_unlock_all(window))
      var window = window
      try call("MPI_Win_free", MPI_Win_free(&window))
    }
    windows = []
    if let host {
      var communicator = host.communicator
      try call("MPI_Comm_free", MPI_Comm_free(&communicator))
    }
    host = nil
  }

  /// The ranks of this host, in order, and a communicator of theirs.
  private func ranksOfHost() throws(TransportError) -> (communicator: Communicator, ranks: [Int]) {
    if let host { return host }
    var made = CMPI_COMM_NULL()
    try call(
      "MPI_Comm_split_type",
      MPI_Comm_split_type(
        communicator, CMPI_COMM_TYPE_SHARED(), Int32(rank), CMPI_INFO_NULL(), &made))
    var count: Int32 = 0
    try call("MPI_Comm_size", MPI_Comm_size(made, &count))
    var (own, ranks) = (Int32(rank), [Int32](repeating: 0, count: Int(count)))
    try call(
      "MPI_Allgather",
      MPI_Allgather(&own, 1, CMPI_INT32(), &ranks, 1, CMPI_INT32(), made))
    let host = (communicator: made, ranks: ranks.map(Int.init))
    self.host = host
    return host
  }

  /// Whether something holds on every rank.
  private func all(_ holds: Bool) throws(TransportError) -> Bool {
    var value: Int32 = holds ? 1 : 0
    try call(
      "MPI_Allreduce",
      MPI_Allreduce(CMPI_IN_PLACE(), &value, 1, CMPI_INT32(), CMPI_MIN(), communicator))
    return value == 1
  }

  /// Bytes that the host's file system of shared memory has left; nil where there is none.
  private static var sharedMemoryBytes: Int64? {
    var state = statvfs()
    guard statvfs("/dev/shm", &state) == 0 else { return nil }
    return Int64(state.f_bavail) * Int64(state.f_frsize)
  }
}
