public import DNSWire
public import NetworkAddresses

/// How to reach an upstream server.
public enum UpstreamTransport: String, Sendable, Hashable {
  case udp, tcp
}

/// Why an upstream gave no answer.
public enum UpstreamError: Error, Sendable, Hashable {
  /// Nothing valid came in time.
  case timeout
  /// The system refused: no route, connection refused, no descriptor left.
  case unreachable(String)
  /// The peer closed before a whole answer came.
  case closed
}

/// Asks other servers. Transports implement it; `forward`, `loop` and `transfer` use it.
///
/// An exchange takes a fresh random ID and, over UDP, a fresh random source port for each question. A packet with a wrong ID, question or
/// source, with QR=0, or that does not parse is ignored, and the wait goes on until the deadline.
public protocol Upstream: Sendable {
  /// Sends the query and waits for the matching answer.
  ///
  /// - Parameters:
  ///   - query: what to ask; its ID is replaced, the answer's ID is the query's again.
  ///   - server: whom to ask.
  ///   - transport: over UDP, an answer with TC=1 is returned as it is.
  ///   - timeout: how long to wait at most.
  func exchange(_ query: Message, with server: SocketAddress, over transport: UpstreamTransport, timeout: Duration)
    async throws(UpstreamError) -> Message
}
