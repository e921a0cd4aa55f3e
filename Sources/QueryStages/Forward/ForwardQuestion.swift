import DNSWire
import QueryEngine

/// What upstreams are asked for a client. Queries that make the same question may share an answer.
///
/// A class, so that the frames of what waits for it stay small.
final class ForwardQuestion: Sendable {
  /// The message, without an ID.
  let message: Message
  let transport: UpstreamTransport

  /// The largest datagram that is asked for: larger ones come in fragments (RFC 9715).
  private static let largestDatagram: UInt16 = 1232

  /// The client's question, flags and EDNS; nothing else of its message is passed on.
  init(_ query: Query, over transport: UpstreamTransport) {
    var message = Message(id: 0, questions: [query.question])
    message.recursionDesired = query.message.recursionDesired
    message.checkingDisabled = query.message.checkingDisabled
    message.authenticData = query.message.authenticData
    message.edns = query.message.edns.map(Self.passedOn)
    self.message = message
    self.transport = transport
  }

  private static func passedOn(_ edns: EDNS) -> EDNS {
    EDNS(
      udpPayloadSize: min(max(edns.udpPayloadSize, 512), largestDatagram), dnssecOK: edns.dnssecOK,
      options: edns.options.filter { !$0.isHopByHop })
  }

  /// The upstream's answer as the client gets it: under its ID, in its letters, without records that answer other questions,
  /// with EDNS only if it sent some.
  func response(_ answer: Message, to query: Query) -> Response {
    var message = answer.addressed(to: query.message)
    message.keepOwnChain()
    if let asked = query.message.edns {
      let options = (answer.edns?.options ?? []).filter { !$0.isHopByHop }
      message.edns = EDNS(dnssecOK: asked.dnssecOK, options: options)
    } else {
      message.edns = nil
    }
    guard message.responseCode.rawValue < 16 else {
      return Response(.servFail, to: query, failure: "upstream answered \(message.responseCode)")
    }
    return Response(message)
  }
}

extension ForwardQuestion: Hashable {
  static func == (a: ForwardQuestion, b: ForwardQuestion) -> Bool {
    a.message == b.message && a.transport == b.transport
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(message.questions)
    hasher.combine(transport)
  }
}

extension EDNSOption {
  /// Whether the option is only for the next server: cookies (RFC 7873 §5.1), keepalive (RFC 7828 §3.4), padding.
  fileprivate var isHopByHop: Bool {
    switch self {
    case .cookie, .keepalive, .padding: true
    default: false
    }
  }
}
