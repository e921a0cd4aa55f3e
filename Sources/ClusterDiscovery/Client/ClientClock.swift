/// The time of a client, so that tests can have one of their own.
package struct ClientClock: Sendable {
  /// What time it is.
  package let now: @Sendable () -> ContinuousClock.Instant
  /// Returns at a time, or when the task is cancelled.
  package let sleep: @Sendable (_ until: ContinuousClock.Instant) async -> Void

  /// A clock.
  package init(
    now: @escaping @Sendable () -> ContinuousClock.Instant,
    sleep: @escaping @Sendable (_ until: ContinuousClock.Instant) async -> Void
  ) {
    (self.now, self.sleep) = (now, sleep)
  }

  /// The machine's.
  package static let machine = Self(
    now: { .now }, sleep: { until in try? await Task.sleep(until: until, clock: .continuous) })
}
