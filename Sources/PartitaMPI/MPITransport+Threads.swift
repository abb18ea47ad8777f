internal import CMPI
internal import PartitaTransport

/// The threads beside the rank's own: one that lets messages move, one that looks after waits.
extension MPITransport {
  /// The MPI library's name and version (MPI 4.0, section 9.1.1).
  public static var library: String {
    var length: Int32 = 0
    let bytes = [CChar](unsafeUninitializedCapacity: Int(MPI_MAX_LIBRARY_VERSION_STRING)) {
      buffer, count in
      let found = MPI_Get_library_version(buffer.baseAddress, &length) == MPI_SUCCESS
      count = found ? Int(length) : 0
    }
    let text = String(decoding: bytes.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return String(text.prefix { $0 != "," && $0 != "\n" && $0 != "\0" })
  }

  func startWatchdog(
    noticeSeconds: Double, say: @escaping @Sendable (String) -> Void
  ) throws(TransportError) {
    notices = (noticeSeconds, say)
    if allowsThreads {
      var circle = CMPI_COMM_NULL()
      try call("MPI_Comm_dup", MPI_Comm_dup(communicator, &circle))
      self.circle = WatchdogCircle(circle, rank: rank, size: size)
    }
    watchdog = Watchdog(
      rank: rank, waits: waits, circle: circle, noticeSeconds: noticeSeconds,
      timeoutSeconds: timeoutSeconds, say: say)
  }

  /// Ends the threads of this transport, before its communicator goes.
  func stopThreads() {
    progressThread?.stop()
    progressThread = nil
    watchdog?.stop()
    watchdog = nil
  }

  /// Starts a watchdog as another transport has had.
  func startWatchdog(like other: MPITransport) throws(TransportError) {
    if let notices = other.notices {
      try startWatchdog(noticeSeconds: notices.seconds, say: notices.say)
    }
  }

  /// Starts a thread that lets messages move while this one computes; one is enough.
  ///
  /// - Returns: false where the MPI library or the system doesn't allow it (MPI 4.0, section 11.6).
  public func startProgressThread() -> Bool {
    assertOwner()
    guard allowsThreads else { return false }
    progressThread = progressThread ?? ProgressThread()
    return progressThread != nil
  }
}
