import LiveServer
import Testing

/// What breaks name servers, tried on the built program; one test for each class of attack. One after the other: they share a server.
@Suite("Threats", .serialized) enum Threats {
  /// Waits until the server says something or closes, without holding a thread that other tests need.
  static func wait(for socket: Socket, seconds: Int) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !socket.isReadable(within: 0), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
  }
}
