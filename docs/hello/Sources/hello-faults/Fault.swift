import ClusterDiscovery

/// Something that goes wrong.
struct Fault: Sendable {
  let name: String
  /// Has it happen; in a few words, what was seen of it.
  let survive: @Sendable () async throws -> String

  init(_ name: String, _ survive: @escaping @Sendable () async throws -> String) {
    (self.name, self.survive) = (name, survive)
  }
}

/// What should not have been seen.
struct NotSurvived: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// - Throws: ``NotSurvived`` when something does not hold.
func require(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws {
  guard holds else { throw NotSurvived(otherwise()) }
}

/// Looks again and again until something holds; for 30 s.
func until(_ what: String, _ holds: @Sendable () async throws -> Bool) async throws {
  let end = SuspendingClock.now + .seconds(30)
  while !(try await holds()) {
    try require(.now < end, "not within 30 s: \(what)")
    try await Task.sleep(for: .milliseconds(20), clock: .suspending)
  }
}

/// Sends requests, four at a time.
///
/// - Throws: ``NotSurvived`` when some are lost.
func send(_ count: Int, _ client: ServiceClient, retry: RetryPolicy = .standard) async throws {
  let lost = await withTaskGroup(of: [String].self) { group in
    for _ in 0..<4 {
      group.addTask {
        var lost: [String] = []
        for _ in 0..<count / 4 {
          do { _ = try await client.withEndpoint(retry: retry, ask) } catch { lost.append("\(error)") }
        }
        return lost
      }
    }
    return await group.reduce(into: []) { $0 += $1 }
  }
  try require(lost.isEmpty, "\(lost.count) of \(count) requests are lost: \(lost.first ?? "")")
}
