internal import CMPI
internal import PartitaTransport

/// The persistent requests of one rank (MPI 4.0, section 3.9).
///
/// The table grows only when a message is made, so starting and testing touch no heap of ours.
struct RequestTable: ~Copyable {
  struct Entry {
    var request: Request
    let peer: Int
    let tag: Int
    let bytes: Int
    let sending: Bool
    /// Where it is a window's, and no request of MPI's.
    var window: WindowMessage?
    /// Whether it is among those that are pulled.
    var isListed = false
    var isUnderWay = false
  }

  private var entries = UnsafeMutableBufferPointer<Entry>.allocate(capacity: 64)
  private(set) var count = 0

  deinit {
    freeRequests()
    entries.deallocate()
  }

  /// The entry of a message.
  ///
  /// The pointer is good until the next `append`.
  func entry(of message: Message) -> UnsafeMutablePointer<Entry> {
    precondition((0..<count).contains(message.index), "a message of another transport")
    return entries.baseAddress.unsafelyUnwrapped + message.index
  }

  mutating func append(_ entry: Entry) -> Message {
    if count == entries.count {
      let larger = UnsafeMutableBufferPointer<Entry>.allocate(capacity: 2 * count)
      _ = larger.moveInitialize(fromContentsOf: entries)
      entries.deallocate()
      entries = larger
    }
    entries.initializeElement(at: count, to: entry)
    count += 1
    return Message(index: count - 1)
  }

  /// Gives the requests back; those under way are cancelled where MPI can still do so.
  mutating func removeAll() {
    freeRequests()
    count = 0
  }

  /// Forgets all requests, which a dead communicator keeps.
  mutating func abandon() { count = 0 }

  private func freeRequests() {
    // After MPI_Finalize no request may be touched (section 11.4).
    var finalized: Int32 = 0
    guard MPI_Finalized(&finalized) == MPI_SUCCESS, finalized == 0 else { return }
    for index in 0..<count where entries[index].window == nil {
      // Cancelling a send is deprecated (section 3.8.4), and Open MPI refuses it.
      if entries[index].isUnderWay, !entries[index].sending {
        MPI_Cancel(&entries[index].request)
      }
      MPI_Request_free(&entries[index].request)
    }
  }
}
