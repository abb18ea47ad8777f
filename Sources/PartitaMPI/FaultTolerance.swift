internal import CMPI
internal import Glibc
public import PartitaTransport

/// The calls by which survivors of a lost rank go on (User-Level Failure Mitigation, chapter 17 of
/// its proposal for MPI 5): looked up in the library at run time, so one binary runs with and
/// without.
enum FaultTolerance {
  private typealias Revoke = @convention(c) (Communicator) -> Int32
  private typealias Shrink =
    @convention(c) (Communicator, UnsafeMutablePointer<Communicator>?) -> Int32

  private static let revokeCall: Revoke? = symbol("MPIX_Comm_revoke")
  private static let shrinkCall: Shrink? = symbol("MPIX_Comm_shrink")

  private static func symbol<Call>(_ name: String) -> Call? {
    dlsym(nil, name).map { unsafeBitCast($0, to: Call.self) }
  }

  /// Open MPI's error classes of a lost rank: MPI_ERR_PROC_FAILED, MPI_ERR_PROC_FAILED_PENDING and
  /// MPI_ERR_REVOKED, which headers without the proposal don't name.
  private static let lossClasses: ClosedRange<Int32> = 75...77

  /// Whether the library has the calls; MPICH's have other error classes, and were never tried.
  static var isThere: Bool {
    MPILibrary.built == .openMPI && revokeCall != nil && shrinkCall != nil
  }

  /// Whether an error says that a rank was lost.
  static func isLoss(_ code: Int32) -> Bool {
    isThere && lossClasses.contains(errorClass(of: code))
  }

  /// Has every call on a communicator fail, on all ranks: who doesn't know of the loss yet hears so.
  static func revoke(_ communicator: Communicator) { _ = revokeCall?(communicator) }

  /// A communicator of the survivors; all of them must call it.
  static func shrink(_ communicator: Communicator) throws(TransportError) -> Communicator {
    var survivors = CMPI_COMM_NULL()
    guard let shrinkCall else { return survivors }
    try call("MPIX_Comm_shrink", shrinkCall(communicator, &survivors))
    return survivors
  }
}

extension MPITransport {
  /// The transport of the ranks that are left after one was lost; all of them must call it, and none
  /// may use this one any more. Ranks keep their order.
  ///
  /// - Throws: `TransportError.ranksLost` where another is lost meanwhile and MPI gives up.
  public func survivors() throws(TransportError) -> MPITransport {
    stopThreads()
    FaultTolerance.revoke(communicator)
    let left = try FaultTolerance.shrink(communicator)
    // Requests of the dead communicator can't be completed any more.
    abandonMessages()
    let next = try MPITransport(communicator: left, like: self)
    try next.startWatchdog(like: self)
    return next
  }
}
