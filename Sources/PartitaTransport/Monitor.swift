internal import Glibc

/// A lock with one condition: threads that wait inside are woken together.
package final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  package init() {
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
    condition.initialize(to: pthread_cond_t())
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    // Deadlines must not move when someone sets the wall clock.
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    condition.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  package func withLock<Result, Failure: Error>(_ body: () throws(Failure) -> Result)
    throws(Failure) -> Result
  {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Wakes all who wait; to be called inside the lock.
  package func wakeAll() { pthread_cond_broadcast(condition) }

  /// Leaves the lock until somebody calls `wakeAll`, and returns whether there is patience left.
  ///
  /// To be called inside the lock. It may return early, so what was waited for is checked again.
  func wait(while patience: inout Patience, isBelow seconds: Double) -> Bool {
    let left = seconds - patience.look()
    guard left > 0 else { return false }
    wait(seconds: min(left, Patience.longestGap / 2))
    return true
  }

  /// Leaves the lock until somebody calls `wakeAll`, for so many seconds at most.
  package func wait(seconds: Double) {
    var moment = timespec()
    clock_gettime(CLOCK_MONOTONIC, &moment)
    let nanoseconds = moment.tv_nsec + Int(seconds * 1e9)
    moment.tv_sec += nanoseconds / 1_000_000_000
    moment.tv_nsec = nanoseconds % 1_000_000_000
    pthread_cond_timedwait(condition, mutex, &moment)
  }
}
