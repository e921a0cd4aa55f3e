import QueryEngine

/// The time, for stages that wait or keep: the system's, or a test's own.
struct StageClock: Sendable {
  /// The present instant; never goes back.
  var now: @Sendable () -> ContinuousClock.Instant
  /// Waits; throws when the task is cancelled.
  var sleep: @Sendable (Duration) async throws -> Void
  /// The server's clock, by which the fast path counts TTLs down.
  var seconds: @Sendable () -> UInt32 = { ServerClock.seconds }

  /// The system's clock.
  static let system = StageClock(
    now: { ContinuousClock.now }, sleep: { try await Task.sleep(for: $0, tolerance: .milliseconds(1)) })
}
