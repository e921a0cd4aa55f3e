import Glibc

/// A value behind a lock of the C library.
///
/// In the place of `Synchronization.Mutex`, which waits for its turn in a library that the thread sanitizer does not see
/// into: it takes what that guards for a race as soon as two threads meet. This one it follows.
///
/// Safety of `@unchecked`: the value is touched with the lock held only.
@safe
final class UpstreamLock<Value: Sendable>: @unchecked Sendable {
  /// Allocated, as a lock must not move; freed with its owner.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var value: Value

  init(_ value: Value) {
    self.value = value
    unsafe mutex = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(mutex, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// Does something with the value while nobody else does. Not to be called from within itself.
  func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body(&value)
  }
}
