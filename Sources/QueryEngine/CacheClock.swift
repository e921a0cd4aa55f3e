import FinishedAnswers
import Synchronization

/// When a cache before the cluster zone would have stored what has no finished answers to remember it: denials, and the answers of endpoints that are
/// put together when they are asked. Their TTLs count down as the cache's would.
///
/// A table of fixed size, one word for each hash: a newer entry takes an older one's place, as a full cache drops entries.
@safe
final class CacheClock: Sendable {
  fileprivate static let capacity = 1 << 14
  /// Safety: used only through atomics.
  nonisolated(unsafe) private let words: UnsafeMutablePointer<Atomic<UInt64>>

  init() {
    unsafe words = .allocate(capacity: Self.capacity)
    for index in 0..<Self.capacity { unsafe (words + index).initialize(to: Atomic(0)) }
  }

  deinit {
    unsafe words.deinitialize(count: Self.capacity)
    unsafe words.deallocate()
  }

  /// What workers use; it must not outlive the clock.
  var reader: Reader { unsafe Reader(words: words) }

  /// The clock's words, copied without counting references.
  @safe
  struct Reader: @unchecked Sendable {
    fileprivate let words: UnsafeMutablePointer<Atomic<UInt64>>
  }
}

extension CacheClock.Reader {
  /// How long ago, in seconds, the reply would have been stored, if it is kept for `lifetime` seconds; `nil` when it would be asked for now
  /// (and is stored from now on).
  ///
  /// - Parameter hash: of name and type; of an answer also of what it says.
  @inline(__always)
  func age(hash: UInt64, now: UInt32, lifetime: UInt32) -> UInt32? {
    let word = unsafe words + Int(truncatingIfNeeded: hash) & (CacheClock.capacity - 1)
    let stored = unsafe word.pointee.load(ordering: .relaxed)
    let time = UInt32(truncatingIfNeeded: stored)
    if (stored ^ hash) >> 32 == 0, now >= time, now - time < lifetime { return now - time }
    unsafe word.pointee.store(hash & 0xFFFF_FFFF_0000_0000 | UInt64(now), ordering: .relaxed)
    return nil
  }
}
