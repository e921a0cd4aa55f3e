public import DNSWire
public import NetworkAddresses

/// How a query reached us, as CoreDNS spells it in logs and metrics.
public enum Transport: String, Sendable, Hashable, CaseIterable {
  case udp, tcp

  /// What an answer may be long at most, in octets, when the client says nothing: 512 over UDP, 65,535 else.
  public var defaultLimit: Int { self == .udp ? 512 : 65_535 }
}

/// Who asked, and where the question arrived.
public struct QueryOrigin: Sendable, Hashable {
  /// The client's address and port.
  public let client: SocketAddress
  /// The address that the client sent its query to; the answer leaves from it.
  public let local: SocketAddress
  /// How the query came, and how its answer leaves.
  public let transport: Transport

  /// Who asked where.
  public init(client: SocketAddress, local: SocketAddress, transport: Transport) {
    self.client = client
    self.local = local
    self.transport = transport
  }
}

/// One query on its way through the stages of a server block.
///
/// A stage that changes what is asked (rewrite, an ExternalName's target) gives the next ones a changed copy.
public struct Query: Sendable {
  /// The message as it is asked of the next stage. It has exactly one question.
  public var message: Message
  /// Who asked.
  public let origin: QueryOrigin
  /// The length of the message as it came, in octets.
  public let size: Int
  /// The server that the query came to, so that names of its other blocks are found; `nil` where there is one block only.
  public var server: ServerPlan?
  /// How many of our own stages asked this question on behalf of another one; bounds CNAME chains.
  public var depth = 0

  /// - Precondition: the message has exactly one question.
  public init(message: Message, origin: QueryOrigin, size: Int) {
    precondition(message.questions.count == 1)
    self.message = message
    self.origin = origin
    self.size = size
  }

  /// The message's one question.
  public var question: Question {
    get { message.questions[0] }
    set { message.questions[0] = newValue }
  }

  /// Whether the client asks for DNSSEC records (EDNS flag DO).
  public var dnssecOK: Bool { message.edns?.dnssecOK ?? false }
}
