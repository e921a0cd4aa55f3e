import DNSWire

/// A question on its way to a server, and the judge of what comes back. Pure.
struct UpstreamQuestion {
  /// The ID of the client's query, which its answer gets back.
  private let originalID: UInt16
  /// What was sent: the client's query with an ID of ours.
  private let sent: Message
  /// What was sent, as octets.
  let octets: [UInt8]

  /// - Parameter id: drawn anew for each question, unpredictable.
  init(_ query: Message, id: UInt16) {
    originalID = query.id
    var sent = query
    sent.id = id
    self.sent = sent
    octets = sent.encoded()
  }

  /// The answer in a packet, under the client's ID; `nil` when the packet is not the answer to this question (RFC 5452
  /// §9.1): another ID, another question, a query, or no message at all. The question's letters may come in another case.
  func answer(in packet: [UInt8]) -> Message? {
    guard packet.count >= 12, UInt16(packet[0]) << 8 | UInt16(packet[1]) == sent.id else { return nil }
    guard var message = try? Message(parsing: packet), message.isResponse, message.opcode == sent.opcode,
      message.questions == sent.questions
    else { return nil }
    message.id = originalID
    return message
  }
}
