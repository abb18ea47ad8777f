internal import Synchronization

/// How often bytes have been lent and given back: two counters in shared memory, each written by one rank.
///
/// What the lender wrote before it stores `lent` is seen by whoever loads that number: the store releases,
/// the load acquires. What the borrower read or wrote before it stores `returned` is done for whoever loads
/// that one. The counters lie in lines of their own, so that each is in its reader's cache until it changes.
struct LoanCounters {
  /// Bytes of one message's counters.
  static let stride = 128

  private let start: UnsafeMutableRawPointer

  init(at start: UnsafeMutableRawPointer) { self.start = start }

  /// Where the bytes lie, and how many: written once, before the first loan.
  var offset: Int {
    get { start.load(as: Int.self) }
    nonmutating set { start.storeBytes(of: newValue, as: Int.self) }
  }
  var bytes: Int {
    get { start.load(fromByteOffset: 8, as: Int.self) }
    nonmutating set { start.storeBytes(of: newValue, toByteOffset: 8, as: Int.self) }
  }

  /// The times that the bytes have been lent.
  var lent: Int {
    get { counter(at: 16).pointee.load(ordering: .acquiring) }
    nonmutating set { counter(at: 16).pointee.store(newValue, ordering: .releasing) }
  }
  /// The times that they have been given back.
  var returned: Int {
    get { counter(at: 64).pointee.load(ordering: .acquiring) }
    nonmutating set { counter(at: 64).pointee.store(newValue, ordering: .releasing) }
  }

  private func counter(at offset: Int) -> UnsafeMutablePointer<Atomic<Int>> {
    (start + offset).assumingMemoryBound(to: Atomic<Int>.self)
  }
}
