import DNSWire

/// The octets of a TCP connection to an upstream: messages, each behind its length in two octets (RFC 1035 §4.2.2). Pure.
struct UpstreamStream {
  /// What is still to be sent.
  private(set) var outgoing: ArraySlice<UInt8>
  /// What came, each message with its length in front.
  private var incoming: [UInt8] = []
  /// Where in ``incoming`` the next message begins.
  private var start = 0

  /// A stream that has one message to send.
  ///
  /// - Precondition: at most 65,535 octets.
  init(sending message: [UInt8]) {
    precondition(message.count <= Int(UInt16.max))
    outgoing = [UInt8(message.count >> 8), UInt8(message.count & 255)] + message
  }

  /// Whether octets came that are of no message that ``nextMessage()`` gave.
  var hasRest: Bool { start < incoming.count }

  /// Notes that the first `count` octets of ``outgoing`` are on their way.
  mutating func didSend(_ count: Int) { outgoing = outgoing.dropFirst(count) }

  /// Takes in octets as they came.
  mutating func receive(_ octets: some Sequence<UInt8>) {
    incoming.removeFirst(start)
    start = 0
    incoming.append(contentsOf: octets)
  }

  /// The next message that came whole, without its length.
  mutating func nextMessage() -> [UInt8]? {
    guard incoming.count - start >= 2 else { return nil }
    let end = start + 2 + (Int(incoming[start]) << 8 | Int(incoming[start + 1]))
    guard incoming.count >= end else { return nil }
    defer { start = end }
    return [UInt8](incoming[(start + 2)..<end])
  }
}

extension UpstreamStream {
  /// What came of a question.
  enum Outcome {
    /// The answer; the connection is clean when nothing followed, so that another question may use it.
    case answer(Message, isClean: Bool)
  }

  /// Takes in octets and looks for the answer among the messages that are whole now; others are ignored.
  mutating func receive(_ octets: [UInt8], answering question: UpstreamQuestion) -> Outcome? {
    receive(octets)
    while let packet = nextMessage() {
      if let answer = question.answer(in: packet) { return .answer(answer, isClean: !hasRest && outgoing.isEmpty) }
    }
    return nil
  }
}
