import ClusterModel

/// The Leases that Pods live by: which Pods each holds, and when it lapses unless it is renewed.
///
/// A Lease counts from when the registry sees it renewed, by the registry's own clock: clocks of others do not matter.
struct LeaseLives: Sendable {
  /// Where a Lease is in its life.
  enum Stage: Sendable, Hashable {
    /// It was not renewed since the registry began: its Pods may say that it had lapsed.
    case unseen
    /// It is renewed in time.
    case alive
    /// It was not renewed in time: its Pods are not ready, and go when it is not renewed within another span.
    case lapsed
    /// It was not renewed in time, but too many others of its Service neither: its Pods stay as they are.
    case held
  }

  private struct Life: Sendable {
    var stage = Stage.unseen
    /// The time between two renewals at most, in milliseconds.
    var span: Int64
    var pods: NameSet
  }

  /// The time between two renewals of a Lease that does not say it, in seconds.
  static let defaultSeconds: Int32 = 10

  private var lives: [ObjectKey: Life] = [:]
  private var deadlines = Deadlines<ObjectKey>()
  /// The Pods that were deleted, and until when they may take to end.
  private var endings = Deadlines<ObjectKey>()
  /// The Leases that were renewed and whose Pods may have to become ready again.
  private var renewed: Set<ObjectKey> = []

  /// When to look for what is due, in milliseconds; `nil` for never.
  var next: Int64? { [deadlines.next, endings.next].compactMap(\.self).min() }

  /// Until when the one who lets Leases lapse sleeps; `min` while nobody needs to be woken.
  private var armed = Int64.min

  /// When a Lease may lapse; when that becomes earlier, it is alarming.
  mutating func arm() -> Int64? {
    armed = next ?? .max
    return next
  }

  /// Whether a Lease may lapse earlier than was said; once.
  var isAlarming: Bool {
    mutating get {
      guard armed > .min, (next ?? .max) < armed else { return false }
      armed = .min
      return true
    }
  }

  /// Forgets who was renewed: the transaction is undone, or its renewals are of another time.
  mutating func forgetRenewed() { renewed = [] }

  /// Lets a Pod live by a Lease, from now on for one span.
  mutating func add(_ pod: String, to lease: ObjectKey, _ seconds: Int32?, now: Int64) {
    if lives[lease]?.pods.insert(pod) != nil { return }
    lives[lease] = Life(span: Self.span(seconds), pods: .one(pod))
    deadlines[lease] = now + Self.span(seconds)
  }

  /// A Pod no longer lives by a Lease; a Lease without Pods is forgotten.
  mutating func remove(_ pod: String, from lease: ObjectKey) {
    guard let life = lives[lease] else { return }
    if let rest = life.pods.removing(pod) {
      lives[lease]?.pods = rest
    } else {
      lives[lease] = nil
      deadlines[lease] = nil
    }
  }

  /// The Lease was made or renewed. O(1), and nothing for Leases that no Pod lives by.
  mutating func renew(_ lease: ObjectKey, _ seconds: Int32?, now: Int64) {
    guard let index = lives.index(forKey: lease) else { return }
    let span = Self.span(seconds)
    lives.values[index].span = span
    if lives.values[index].stage != .alive { renewed.insert(lease) }
    deadlines[lease] = now + span
  }

  /// The Leases that were renewed after they had lapsed; they are alive from now on.
  mutating func takeRenewed() -> [ObjectKey] {
    if renewed.isEmpty { return [] }
    defer { renewed = [] }
    for lease in renewed { lives[lease]?.stage = .alive }
    return renewed.sorted()
  }

  /// Until when a Pod may take to end; `nil` for one that was not deleted, or is gone.
  mutating func setEnding(_ pod: ObjectKey, at deadline: Int64?) { endings[pod] = deadline }

  /// The Pods whose time to end is over, in order.
  mutating func takeEnding(now: Int64) -> [ObjectKey] { endings.take(until: now).sorted() }

  /// The Leases that were not renewed in time, in order.
  mutating func takeDue(now: Int64) -> [ObjectKey] { deadlines.take(until: now).sorted() }

  /// The Lease is in another stage, and is looked at again after one more span.
  mutating func enter(_ stage: Stage, _ lease: ObjectKey, now: Int64) {
    guard let span = lives[lease]?.span else { return }
    lives[lease]?.stage = stage
    deadlines[lease] = now + span
  }

  /// Where the Lease is in its life; `nil` for one that no Pod lives by.
  func stage(of lease: ObjectKey) -> Stage? { lives[lease]?.stage }

  /// The names of the Pods that live by the Lease, in order.
  func pods(of lease: ObjectKey) -> [String] { lives[lease]?.pods.names.sorted() ?? [] }

  private static func span(_ seconds: Int32?) -> Int64 { Int64(max(1, seconds ?? defaultSeconds)) * 1000 }
}
