// Transports, out: how other servers are asked over UDP and TCP.
//
// One thread of our own waits (epoll) for all sockets; questions are sent from the tasks that ask them. Each question over
// UDP has a socket of its own, so that the kernel draws its port and filters its source. A TCP connection carries one
// question at a time and then waits for the next one, as long as `expire` says.

public import DNSWire
import Glibc
public import NetworkAddresses
public import QueryEngine

/// Asks upstream servers over sockets of its own.
public final class UpstreamClient: Upstream {
  private let loop: UpstreamLoop

  /// Starts the thread that waits for answers.
  ///
  /// - Parameter maximumSockets: how many sockets may be open at a time, idle connections included; further questions
  ///   fail at once. To be chosen well below the limit of descriptors.
  public init(maximumSockets: Int) throws(UpstreamError) {
    loop = try UpstreamLoop(maximumSockets: maximumSockets)
    try loop.start()
  }

  deinit { loop.shutdown() }

  /// Closes all sockets and ends the thread; questions on their way and later ones fail as unreachable.
  public func shutdown() { loop.shutdown() }

  /// How many sockets are open, idle connections included.
  public var openSockets: Int { loop.openSockets }

  /// Sends the query and waits for the matching answer; see `Upstream`.
  public func exchange(
    _ query: Message, with server: SocketAddress, over transport: UpstreamTransport, timeout: Duration, expire: Duration
  ) async throws(UpstreamError) -> UpstreamReply {
    let attempt = UpstreamAttempt(
      query: query, server: server, transport: transport, deadline: monotonicNow() &+ timeout.nanoseconds,
      expire: expire)
    var idle = transport == .tcp ? loop.takeIdle(for: server) : nil
    while true {
      let descriptor = if let idle { idle.descriptor } else { try loop.open(to: server, over: transport) }
      let outcome = await loop.ask(attempt, descriptor: descriptor, isNew: idle == nil)
      if idle == nil || !outcome.isClosed { return UpstreamReply(try outcome.get(), reusedConnection: idle != nil) }
      // The server closed the idle connection just now: it never saw the question.
      idle = nil
    }
  }
}

/// A question, whom to ask it, and how long to wait. A class, so that the frames of what waits for it stay small.
final class UpstreamAttempt: Sendable {
  let query: Message
  let server: SocketAddress
  let transport: UpstreamTransport
  /// Nanoseconds of the monotonic clock.
  let deadline: UInt64
  let expire: Duration

  init(query: Message, server: SocketAddress, transport: UpstreamTransport, deadline: UInt64, expire: Duration) {
    self.query = query
    self.server = server
    self.transport = transport
    self.deadline = deadline
    self.expire = expire
  }
}

extension UpstreamOutcome {
  fileprivate var isClosed: Bool {
    if case .failure(.closed) = self { true } else { false }
  }
}

/// The monotonic clock, in nanoseconds.
func monotonicNow() -> UInt64 {
  var now = timespec()
  // Cannot fail: the clock exists and the pointer is to a value of its type.
  unsafe clock_gettime(CLOCK_MONOTONIC, &now)
  return UInt64(now.tv_sec) &* 1_000_000_000 &+ UInt64(now.tv_nsec)
}

extension Duration {
  /// Whole nanoseconds: 0 for a negative duration, at most about a century.
  var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return UInt64(min(seconds, 3_000_000_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }
}

/// The system's words for an error number, as Go writes them: `connection refused`.
func errorText(_ errno: Int32) -> String {
  // The text is static or the thread's own.
  let text = unsafe String(cString: strerror(errno))
  return text.prefix(1).lowercased() + text.dropFirst()
}
