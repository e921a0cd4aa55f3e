import Glibc

/// One of everything that must not be there, done on purpose: who counts must see it.
final class Deliberate {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var kept: UnsafeMutableRawPointer?

  init() { pthread_mutex_init(mutex, nil) }

  deinit {
    kept?.deallocate()
    mutex.deallocate()
  }

  /// An allocation, a retain, a release and a lock.
  @inline(never)
  func happen() {
    kept = .allocate(byteCount: 100, alignment: 8)
    retain()
    release()
    pthread_mutex_lock(mutex)
    pthread_mutex_unlock(mutex)
  }

  @inline(never)
  private func retain() { _ = Unmanaged.passRetained(self) }

  @inline(never)
  private func release() { Unmanaged.passUnretained(self).release() }
}
