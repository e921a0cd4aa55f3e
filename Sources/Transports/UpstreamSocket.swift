import CLinux
import DNSWire
import NetworkAddresses
import QueryEngine
import Synchronization

/// How a question ends.
typealias UpstreamOutcome = Result<Message, UpstreamError>

/// One question on one socket, or an idle connection. Whoever takes it out of the table of ``UpstreamLoop`` ends it.
final class UpstreamSocket: Sendable {
  /// What the socket is for at present.
  enum Purpose: Sendable {
    case question(UpstreamQuestion, CheckedContinuation<UpstreamOutcome, Never>)
    case idle
  }

  /// Names the socket and its present purpose: a connection gets a new tag with each question.
  let tag: UInt64
  /// The descriptor. The thread of the loop alone reads from it and closes it.
  let descriptor: Int32
  let server: SocketAddress
  let transport: UpstreamTransport
  let purpose: Purpose
  /// How long the connection may be idle after the answer.
  let expire: Duration
  /// The octets of a TCP connection; touched by the loop's thread alone, the lock only says so to the compiler.
  let stream: Mutex<UpstreamStream?>

  init(
    tag: UInt64, descriptor: Int32, server: SocketAddress, transport: UpstreamTransport, purpose: Purpose,
    expire: Duration, stream: UpstreamStream? = nil
  ) {
    self.tag = tag
    self.descriptor = descriptor
    self.server = server
    self.transport = transport
    self.purpose = purpose
    self.expire = expire
    self.stream = Mutex(stream)
  }

  /// The same connection, waiting for the next question.
  func idle(tag: UInt64) -> UpstreamSocket {
    UpstreamSocket(
      tag: tag, descriptor: descriptor, server: server, transport: transport, purpose: .idle, expire: expire)
  }

  /// Tells whoever asked. Never called with a lock held.
  func end(_ outcome: UpstreamOutcome) {
    guard case .question(_, let continuation) = purpose else { return }
    continuation.resume(returning: outcome)
  }
}

extension UpstreamSocket {
  /// How CoreDNS writes a failed wait: `read udp 10.1.0.2:40000->10.0.0.1:53: i/o timeout`.
  func describe(_ what: String) -> String {
    let local = localAddress.map { "\($0)->" } ?? ""
    return "read \(transport.rawValue) \(local)\(server): \(what)"
  }

  /// Why the system failed, in CoreDNS's words.
  func failure(errno: Int32) -> UpstreamError { .unreachable(describe("read: " + errorText(errno))) }

  private var localAddress: SocketAddress? {
    var octets: [UInt8] = Array(repeating: 0, count: 16)
    var port: UInt16 = 0
    // The array has room for the 16 octets that the call may write.
    let length = unsafe clinux_local_address(descriptor, &octets, &port)
    guard length > 0, let address = IPAddress(octets: octets.prefix(Int(length))) else { return nil }
    return SocketAddress(address, port: port)
  }
}
