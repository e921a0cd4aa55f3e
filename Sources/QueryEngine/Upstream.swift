public import DNSWire
public import NetworkAddresses

/// How to reach an upstream server.
public enum UpstreamTransport: String, Sendable, Hashable {
  case udp, tcp
}

/// Why an upstream gave no answer, each with the text that CoreDNS logs:
/// `read udp 10.1.0.2:40000->10.0.0.1:53: i/o timeout`.
public enum UpstreamError: Error, Sendable, Hashable {
  /// Nothing valid came in time.
  case timeout(String)
  /// The system refused: no route, connection refused, no descriptor left.
  case unreachable(String)
  /// The peer closed before a whole answer came.
  case closed(String)
  /// So many questions are on their way that no further one is sent; the server was not asked.
  case overloaded
  /// Whoever asked no longer waits.
  case cancelled

  /// What happened, for the log.
  public var text: String {
    switch self {
    case .timeout(let text), .unreachable(let text), .closed(let text): text
    case .overloaded: "too many questions to upstream servers at a time"
    case .cancelled: "cancelled"
    }
  }
}

/// What an upstream answered.
public struct UpstreamReply: Sendable, Hashable {
  /// The answer, under the ID of the query.
  public var message: Message
  /// Whether a TCP connection was used that was open already.
  public var reusedConnection: Bool

  /// An answer, over a new socket unless said otherwise.
  public init(_ message: Message, reusedConnection: Bool = false) {
    self.message = message
    self.reusedConnection = reusedConnection
  }
}

/// Asks other servers. Transports implement it; `forward`, `loop` and `transfer` use it.
///
/// An exchange takes a fresh random ID and, over UDP, a fresh random source port for each question. A packet with a wrong
/// ID, question or source, with QR=0, or that does not parse is ignored, and the wait goes on until the deadline.
public protocol Upstream: Sendable {
  /// Sends the query and waits for the matching answer.
  ///
  /// - Parameters:
  ///   - query: what to ask; its ID is replaced, the answer's ID is the query's again.
  ///   - server: whom to ask.
  ///   - transport: over UDP, an answer with TC=1 is returned as it is.
  ///   - timeout: how long to wait at most.
  ///   - expire: how long a TCP connection is kept for later questions after the answer.
  func exchange(
    _ query: Message, with server: SocketAddress, over transport: UpstreamTransport, timeout: Duration, expire: Duration
  ) async throws(UpstreamError) -> UpstreamReply
}
