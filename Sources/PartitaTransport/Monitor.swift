internal import Glibc

/// A lock with one condition: threads that wait inside are woken together.
final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
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

  func withLock<Result, Failure: Error>(_ body: () throws(Failure) -> Result)
    throws(Failure) -> Result
  {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Wakes all who wait; to be called inside the lock.
  func wakeAll() { pthread_cond_broadcast(condition) }

  /// Leaves the lock until somebody calls `wakeAll`, and returns whether that was in time.
  ///
  /// To be called inside the lock. It may return early, so what was waited for is checked again.
  func wait(until deadline: ContinuousClock.Instant) -> Bool {
    let left = deadline - .now
    guard left > .zero else { return false }
    var moment = timespec()
    clock_gettime(CLOCK_MONOTONIC, &moment)
    let nanoseconds = moment.tv_nsec + Int(left.components.attoseconds / 1_000_000_000)
    moment.tv_sec += Int(left.components.seconds) + nanoseconds / 1_000_000_000
    moment.tv_nsec = nanoseconds % 1_000_000_000
    pthread_cond_timedwait(condition, mutex, &moment)
    return true
  }
}
