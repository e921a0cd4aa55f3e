import Synchronization

/// How many requests a client may make: so many at once, and so many a second from then on.
struct TokenBucket: Sendable {
  private var level: Double
  private var time: Double

  /// A full bucket.
  ///
  /// - Parameter time: now, in seconds of any clock that does not go back.
  init(burst: Double, at time: Double) {
    level = burst
    self.time = time
  }

  /// Takes one request out; `false` when there is none left.
  mutating func take(perSecond: Double, burst: Double, at now: Double) -> Bool {
    level = min(burst, level + max(0, now - time) * perSecond)
    time = now
    guard level >= 1 else { return false }
    level -= 1
    return true
  }

  /// Whether the bucket would be full again: then nothing is lost with it.
  func isFull(perSecond: Double, burst: Double, at now: Double) -> Bool {
    level + (now - time) * perSecond >= burst
  }
}

/// The rate of requests of each client.
final class RateLimit: Sendable {
  private let perSecond: Double
  private let burst: Double
  /// The most clients that are remembered.
  private let most: Int
  private let buckets = Mutex<[String: TokenBucket]>([:])

  init(perSecond: Double, burst: Double, clients most: Int = 10_000) {
    self.perSecond = perSecond
    self.burst = burst
    self.most = most
  }

  /// Whether the client may make a request now.
  ///
  /// - Parameters:
  ///   - client: its user's name or its address.
  ///   - now: in seconds.
  func allows(_ client: String, at now: Double) -> Bool {
    buckets.withLock { buckets in
      if buckets[client] == nil, buckets.count >= most {
        let (perSecond, burst) = (perSecond, burst)
        buckets = buckets.filter { !$0.value.isFull(perSecond: perSecond, burst: burst, at: now) }
        // Many clients at once that have all just asked: new ones wait.
        if buckets.count >= most { return false }
      }
      return buckets[client, default: TokenBucket(burst: burst, at: now)].take(
        perSecond: perSecond, burst: burst, at: now)
    }
  }
}
