/// When Leases lapse by the dozen, it is rather the network or the registry that has failed than all of the Pods: then the
/// endpoints that were last known are better than none.
struct MassExpiryGuard: Sendable {
  /// The greatest share of a Service's Leases that may lapse together: 0–1.
  let share: Double

  /// Whether so many Leases have lapsed at once that their Pods are to stay. One alone never is at once.
  func holds(lapsed: Int, of total: Int) -> Bool { lapsed >= 2 && Double(lapsed) > share * Double(total) }
}
