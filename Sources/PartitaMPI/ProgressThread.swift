internal import CMPI
internal import Glibc
internal import PartitaTransport
internal import Synchronization

/// A thread that lets MPI move data while the rank computes, for networks on which polling between
/// kernels is not often enough.
///
/// It enters MPI's progress engine, naps, and so on; it never starts or completes a request, so
/// each request stays with the rank's own thread. It needs `MPI_THREAD_MULTIPLE`.
final class ProgressThread {
  /// A millisecond: waking up costs a shared core much more than the probe does (in a virtual machine
  /// every 0.1 ms slowed kernels by 15 %, every 0.3 ms by 4 %, every 1 ms not measurably), and in the
  /// meantime sockets hold what a network of 10 Gbit/s moves.
  static let napNanoseconds = 1_000_000

  private final class Flag: Sendable {
    let isDone = Atomic(false)
  }

  private let flag = Flag()
  private let thread: NativeThread

  /// Starts the thread; nil where the system has none to give.
  init?() {
    let thread = NativeThread { [flag] in
      var nap = timespec(tv_sec: 0, tv_nsec: ProgressThread.napNanoseconds)
      var found: Int32 = 0
      while !flag.isDone.load(ordering: .relaxed) {
        MPI_Iprobe(0, 0, CMPI_COMM_SELF(), &found, CMPI_STATUS_IGNORE())
        nanosleep(&nap, nil)
      }
    }
    guard let thread else { return nil }
    self.thread = thread
  }

  /// Ends the thread and returns when it is gone: before `MPI_Finalize`.
  func stop() {
    flag.isDone.store(true, ordering: .relaxed)
    thread.join()
  }
}
