// Any datagram: what the fast path's reader takes for a plain question, the full reader reads to the same; and neither reads
// nor writes beyond what it may.

import DNSWire
import FuzzDriver

/// What the fast path's reader makes of a datagram: verdict, fields, and the name in lower case.
func read(_ bytes: [UInt8]) -> (QueryVerdict, QueryHead, name: [UInt8]) {
  // Buffers of exactly the size that the reader asks for: the address sanitizer watches their ends.
  let packet = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count + QueryHead.slack)
  let name = UnsafeMutablePointer<UInt8>.allocate(capacity: QueryHead.longestName + QueryHead.slack)
  defer {
    packet.deallocate()
    name.deallocate()
  }
  packet.initialize(repeating: 0xAA, count: bytes.count + QueryHead.slack)
  name.initialize(repeating: 0xAA, count: QueryHead.longestName + QueryHead.slack)
  packet.update(from: bytes, count: bytes.count)
  var head = QueryHead()
  let verdict = head.read(packet, count: bytes.count, name: name)
  return (verdict, head, [UInt8](UnsafeBufferPointer(start: name, count: head.nameLength)))
}

fuzz { bytes in
  let (verdict, head, name) = read(bytes)
  let message = try? Message(parsing: bytes)
  if verdict == .question || verdict == .badVersion {
    require(message?.questions.count == 1, "a plain question can be read whole")
  }
  guard let message, message.questions.count == 1, let question = message.questions.first else {
    require(verdict != .question, "what is no message is no question")
    return
  }
  if verdict == .ignore {
    require(message.isResponse, "only responses are dropped")
    return
  }
  guard verdict == .question else { return }
  require(message.opcode == .query && !message.isResponse, "a question is a query")
  require(question.name.lowercased().wire == name, "the names are the same")
  require(question.name.wire.count == head.nameLength, "the name has its length")
  require(question.type.rawValue == head.type && question.class.rawValue == head.class, "type and class are the same")
  require(head.hasCapitals == !question.name.isIdentical(to: question.name.lowercased()), "capitals are seen")
  require(head.hasEDNS == (message.edns != nil), "EDNS is seen")
  require(head.payloadSize == message.edns?.udpPayloadSize ?? 0, "the size is the same")
  require(head.dnssecOK == message.edns?.dnssecOK ?? false, "DO is the same")
  require(message.answers.isEmpty && message.authorities.isEmpty && message.additionals.isEmpty, "nothing follows")
}
