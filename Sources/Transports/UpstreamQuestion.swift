import DNSWire

/// A question on its way to a server, and the judge of what comes back. Pure.
struct UpstreamQuestion {
  /// The ID of the client's query, which its answer gets back.
  private let originalID: UInt16
  /// The ID that is sent.
  private let id: UInt16
  private let opcode: Opcode
  private let questions: [Question]

  /// - Parameter id: drawn anew for each question, unpredictable.
  init(_ query: Message, id: UInt16) {
    self.id = id
    originalID = query.id
    opcode = query.opcode
    questions = query.questions
  }

  /// What is sent: the query under the ID of this question.
  func octets(asking query: Message) -> [UInt8] {
    var sent = query
    sent.id = id
    return sent.encoded()
  }

  /// The answer in a packet, under the client's ID; `nil` when the packet is not the answer to this question (RFC 5452
  /// §9.1): another ID, another question, a query, or no message at all. The question's letters may come in another case.
  func answer(in packet: [UInt8]) -> Message? {
    guard packet.count >= 12, UInt16(packet[0]) << 8 | UInt16(packet[1]) == id else { return nil }
    guard var message = try? Message(parsing: packet), message.isResponse, message.opcode == opcode,
      message.questions == questions
    else { return nil }
    message.id = originalID
    return message
  }
}
